package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Every followed service on a line; below, what keeps one from what its environment selects. */
public final class StatusView {
  private final TimeFormat moments;
  private final int columns;

  /** Texts are broken at so many columns. */
  public StatusView(TimeFormat moments, int columns) {
    this.moments = moments;
    this.columns = columns;
  }

  /** The answer of {@code status}. */
  public List<Line> lines(JsonNode answer) {
    List<ServiceStatus> services =
        Response.list(answer, "services").stream().map(ServiceStatus::of).toList();
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
    Response.texts(answer, "warnings").forEach(warning -> notes.addAll(note("", warning)));
    if (!notes.isEmpty()) {
      lines.add(Line.empty());
      lines.addAll(notes);
    }
    return lines;
  }

  private void rows(Table table, ServiceStatus service) {
    JsonNode json = service.json();
    List<String> images =
        Response.list(json, "images").stream()
            .filter(image -> Response.text(image, "repository").isPresent())
            .map(Names::image)
            .toList();
    table.row(
        Line.of(Response.text(json, "environment").orElse("-")),
        Line.of(service.name(), Style.STRONG),
        Line.of(images.isEmpty() ? "-" : images.getFirst()),
        Line.of(json.path("running").asInt() + "/" + json.path("desired").asInt()),
        Line.of(Response.time(json, "since").map(moments::ago).orElse("-")),
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

  /** Why it is as it is, and what operators decided about it that the reason does not say. */
  private List<Line> notes(ServiceStatus service) {
    JsonNode json = service.json();
    String reason = service.reason().filter(_ -> !service.decision().equals("Current")).orElse("");
    List<String> notes = new ArrayList<>();
    if (service.isRolling()) {
      service.rolloutReason().ifPresent(notes::add);
    }
    if (!reason.isEmpty()) {
      notes.add(reason);
    }
    Response.text(json, "paused")
        .filter(paused -> !reason.contains(paused))
        .ifPresent(paused -> notes.add("paused " + paused));
    service.stoppedTask().ifPresent(notes::add);
    if (!reason.contains("is pinned: ")) {
      Response.text(json.path("pin"), "revision")
          .ifPresent(pin ->
              notes.add(
                  "pinned to "
                      + pin
                      + Response.text(json.path("pin"), "by").map(by -> " by " + by).orElse("")));
    }
    List<String> blocked =
        Response.list(json, "blocked").stream()
            .flatMap(block -> Response.text(block, "digest").stream())
            .map(Names::digest)
            .filter(digest -> !reason.contains(digest))
            .toList();
    if (!blocked.isEmpty()) {
      int more = json.path("blockedCount").asInt() - Response.list(json, "blocked").size();
      notes.add(
          "blocked: " + Names.together(blocked) + (more > 0 ? " and %d more".formatted(more) : ""));
    }
    return notes.stream().flatMap(text -> note(service.name(), text).stream()).toList();
  }

  private List<Line> note(String about, String text) {
    return Line.wrapped(
        (about.isEmpty() ? "" : about + ": ") + Names.brief(text), "", Style.PLAIN, columns);
  }
}
