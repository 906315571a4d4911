package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Every followed service on a line; below, what keeps one from what its environment selects. */
public final class StatusView {
  private final Moments moments;
  private final int columns;

  /** Texts are broken at so many columns. */
  public StatusView(Moments moments, int columns) {
    this.moments = moments;
    this.columns = columns;
  }

  /** The answer of {@code status}. */
  public List<Line> lines(JsonNode answer) {
    List<ServiceStatus> services =
        Answer.list(answer, "services").stream().map(ServiceStatus::of).toList();
    List<Line> lines = new ArrayList<>();
    if (services.isEmpty()) {
      lines.add(Line.of("No service follows an environment."));
    } else {
      Table table = new Table("ENVIRONMENT", "SERVICE", "IMAGE", "TASKS", "SINCE", "STATE");
      services.forEach(service -> rows(table, service));
      lines.addAll(table.lines());
    }
    List<Line> notes = new ArrayList<>();
    services.forEach(service -> notes.addAll(notes(service)));
    Answer.texts(answer, "remarks").forEach(remark -> notes.addAll(note("", remark)));
    if (!notes.isEmpty()) {
      lines.add(Line.empty());
      lines.addAll(notes);
    }
    return lines;
  }

  private void rows(Table table, ServiceStatus service) {
    JsonNode json = service.json();
    List<String> images =
        Answer.list(json, "images").stream()
            .filter(image -> Answer.text(image, "repository").isPresent())
            .map(Names::image)
            .toList();
    table.row(
        Line.of(Answer.text(json, "environment").orElse("-")),
        Line.of(service.name(), Style.STRONG),
        Line.of(images.isEmpty() ? "-" : images.getFirst()),
        Line.of(json.path("running").asInt() + "/" + json.path("desired").asInt()),
        Line.of(Answer.time(json, "since").map(moments::ago).orElse("-")),
        service.stateLine());
    images.stream()
        .skip(1)
        .forEach(image ->
            table.row(
                Line.empty(),
                Line.empty(),
                Line.of(image),
                Line.empty(),
                Line.empty(),
                Line.empty()));
  }

  private List<Line> notes(ServiceStatus service) {
    List<Line> notes = new ArrayList<>();
    JsonNode json = service.json();
    if (service.isRolling()) {
      Answer.text(json, "rolloutReason")
          .ifPresent(reason -> notes.addAll(note(service.name(), reason)));
    }
    Answer.text(json, "paused")
        .ifPresent(paused -> notes.addAll(note(service.name(), "paused " + paused)));
    Answer.text(json, "chosen")
        .ifPresent(chosen -> notes.addAll(note(service.name(), "chosen: " + chosen)));
    List<String> blocked = Answer.texts(json, "blocked");
    if (!blocked.isEmpty()) {
      notes.addAll(
          note(
              service.name(),
              "blocked: " + Names.together(blocked.stream().map(Names::digest).toList())));
    }
    if (!service.decision().equals("Current")) {
      service.reason().ifPresent(reason -> notes.addAll(note(service.name(), reason)));
    }
    return notes;
  }

  private List<Line> note(String about, String text) {
    return Line.wrapped(
        (about.isEmpty() ? "" : about + ": ") + Names.brief(text), "", Style.PLAIN, columns);
  }
}
