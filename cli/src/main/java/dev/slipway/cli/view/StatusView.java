package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every followed service on a line; below, what keeps one from what its environment selects. */
public final class StatusView {
  private static final String INDENT = "  ";

  private final TimeFormat moments;
  private final Layout layout;

  /** In as much room as there is. */
  public StatusView(TimeFormat moments, Layout layout) {
    this.moments = moments;
    this.layout = layout;
  }

  /**
   * The answer of {@code status}.
   *
   * @param environment the only one that was asked for; empty for all
   */
  public List<Line> lines(JsonNode answer, Optional<String> environment) {
    List<ServiceStatus> services =
        Response.list(answer, "services").stream().map(ServiceStatus::of).toList();
    List<Line> lines = new ArrayList<>();
    if (services.isEmpty()) {
      lines.addAll(
          note(
              "",
              "No service follows %s. To have one follow: `slipway follow SERVICE %s`"
                  .formatted(
                      environment.orElse("an environment"), environment.orElse("ENVIRONMENT"))));
    } else {
      Table table =
          new Table(
                  "SERVICE",
                  Set.of("ENVIRONMENT", "SERVICE", "IMAGE", "TAG"),
                  "ENVIRONMENT",
                  "SERVICE",
                  "IMAGE",
                  "DIGEST",
                  "TAG",
                  "TASKS",
                  "SINCE",
                  "STATE")
              .withoutFirst("SINCE", "TAG");
      services.forEach(service -> rows(table, service));
      lines.addAll(table.lines(layout.tableColumns()));
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
    List<JsonNode> images =
        Response.list(json, "images").stream()
            .filter(image ->
                Response.text(image, "repository").isPresent()
                    || Response.text(image, "digest").isPresent())
            .toList();
    JsonNode first = images.isEmpty() ? MissingNode.getInstance() : images.getFirst();
    table.row(
        Line.of(Response.text(json, "environment").orElse("-")),
        Line.of(service.name(), Style.STRONG),
        repository(first),
        digest(first),
        tag(first),
        Line.of(json.path("running").asInt() + "/" + json.path("desired").asInt()),
        Line.of(Response.time(json, "since").map(moments::ago).orElse("-")),
        service.stateLine());
    images.stream()
        .skip(1)
        .forEach(image ->
            table.row(
                Line.empty(),
                Line.empty(),
                repository(image),
                digest(image),
                tag(image),
                Line.empty(),
                Line.empty(),
                Line.empty()));
  }

  private static Line repository(JsonNode image) {
    return Line.of(Response.text(image, "repository").orElse("-"));
  }

  private static Line digest(JsonNode image) {
    return Line.of(Response.text(image, "digest").map(Names::digest).orElse("-"));
  }

  private static Line tag(JsonNode image) {
    return Line.of(Response.text(image, "tag").orElse(""));
  }

  private List<Line> notes(ServiceStatus service) {
    List<Line> lines = new ArrayList<>();
    service
        .cause()
        .ifPresent(found -> {
          lines.addAll(note(service.name(), found.text()));
          if (layout.details()) {
            lines.addAll(Cause.lines(found.details(), INDENT, layout.columns()));
          }
        });
    remarks(service, layout.details()).forEach(text -> lines.addAll(note(service.name(), text)));
    return lines;
  }

  /** Why a service is as it is; the cause of a failure is apart. */
  public static List<String> reasons(ServiceStatus service) {
    List<String> reasons = new ArrayList<>(service.hooks());
    if (service.isRolling() && service.cause().isEmpty()) {
      service.rolloutReason().ifPresent(reasons::add);
    }
    service.reason().filter(_ -> !service.decision().equals("Current")).ifPresent(reasons::add);
    return reasons;
  }

  /**
   * Why a service is as it is, and what operators decided about it that the reason does not say.
   *
   * @param details also blocks of a service that is as it should be
   */
  public static List<String> remarks(ServiceStatus service, boolean details) {
    JsonNode json = service.json();
    String reason = service.reason().filter(_ -> !service.decision().equals("Current")).orElse("");
    List<String> notes = reasons(service);
    Response.text(json, "paused")
        .filter(paused -> !reason.contains(paused))
        .ifPresent(paused ->
            notes.add(
                "paused %s. To end it: `slipway resume %s`".formatted(paused, service.name())));
    if (!reason.contains("is pinned: ")) {
      // what an operator chose goes before the blocks that came with it
      service
          .pinnedTo()
          .ifPresent(pin ->
              notes.add(service.state().equals("pinned") ? 0 : notes.size(), "pinned to " + pin));
    }
    List<String> blocked =
        Response.list(json, "blocked").stream()
            .flatMap(block -> Response.text(block, "digest").stream())
            .map(Names::digest)
            .filter(digest -> !reason.contains(digest))
            .toList();
    // a block lasts until someone lifts it: where all is as it should be it is no news
    if (!blocked.isEmpty() && (details || !service.state().equals("up to date"))) {
      int more = json.path("blockedCount").asInt() - Response.list(json, "blocked").size();
      notes.add(
          "blocked: " + Names.together(blocked) + (more > 0 ? " and %d more".formatted(more) : ""));
    }
    return notes;
  }

  private List<Line> note(String about, String text) {
    return Line.wrapped(
        (about.isEmpty() ? "" : about + ": ") + Names.brief(text),
        "",
        Style.PLAIN,
        layout.columns());
  }
}
