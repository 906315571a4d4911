package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The deployments of a service, newest first, and why those ended that did not end well; in detail
 * also why each was decided.
 */
public final class HistoryView {
  private final TimeFormat moments;
  private final Layout layout;

  /** In as much room as there is. */
  public HistoryView(TimeFormat moments, Layout layout) {
    this.moments = moments;
    this.layout = layout;
  }

  /** The answer of {@code history}. */
  public List<Line> lines(JsonNode answer) {
    String service = answer.path("service").asText();
    List<Rollout> rollouts =
        Response.list(answer, "deployments").stream().map(Rollout::of).toList();
    if (rollouts.isEmpty()) {
      return List.of(Line.of(service + ": no deployment of it is known."));
    }
    List<Line> lines = new ArrayList<>(List.of(Line.of(service, Style.STRONG)));
    Table table =
        new Table(
                "REVISION",
                Set.of("REVISION", "TAG", "BY"),
                "STARTED",
                "AGO",
                "TOOK",
                "REVISION",
                "DIGEST",
                "TAG",
                "OUTCOME",
                "BY")
            .withoutFirst("AGO", "TAG", "TOOK");
    rollouts.forEach(rollout -> row(table, rollout));
    lines.addAll(table.lines(layout.tableColumns()));
    List<Line> reasons = new ArrayList<>();
    for (Rollout rollout : rollouts) {
      if (layout.details()) {
        reasons.addAll(why(rollout));
      }
      for (String hook : Response.texts(rollout.json(), "hooks")) {
        reasons.addAll(
            Line.wrapped(
                "%s %s".formatted(rollout.taskDefinition(), Names.brief(hook)),
                "",
                Style.PLAIN,
                layout.columns()));
      }
      if (!rollout.isDeployed()) {
        reasons.addAll(reason(rollout));
      }
    }
    if (!reasons.isEmpty()) {
      lines.add(Line.empty());
      lines.addAll(reasons);
    }
    return lines;
  }

  private void row(Table table, Rollout rollout) {
    String digests =
        Names.together(
            Response.list(rollout.json(), "images").stream()
                .flatMap(image -> Response.text(image, "digest").stream())
                .map(Names::digest)
                .toList());
    Optional<Instant> started = Response.time(rollout.json(), "startedAt");
    table.row(
        Line.of(started.map(moments::at).orElse("-")),
        Line.of(started.map(moments::since).orElse("-")),
        Line.of(rollout.took().map(TimeFormat::length).orElse("-")),
        Line.of(rollout.taskDefinition()),
        Line.of(digests.isEmpty() ? "-" : digests),
        Line.of(Response.text(rollout.json(), "tag").orElse("")),
        rollout.styledOutcome(),
        Line.of(Response.text(rollout.json(), "by").map(Names::personBriefly).orElse("")));
  }

  /** Why it was decided: that tells a rollback, a restart and a push apart. */
  private List<Line> why(Rollout rollout) {
    return Response.text(rollout.json(), "why")
        .map(why ->
            Line.wrapped(
                "%s decided: %s".formatted(rollout.taskDefinition(), Names.brief(why)),
                "",
                Style.PLAIN,
                layout.columns()))
        .orElse(List.of());
  }

  private List<Line> reason(Rollout rollout) {
    List<Line> lines = new ArrayList<>();
    rollout
        .reason()
        .ifPresent(reason ->
            lines.addAll(
                Line.wrapped(
                    "%s %s: %s%s"
                        .formatted(
                            rollout.taskDefinition(),
                            rollout.outcome(),
                            Response.text(rollout.json(), "stoppedBy")
                                .map(by -> "stopped by %s. ".formatted(Names.personBriefly(by)))
                                .orElse(""),
                            Names.brief(reason)),
                    "",
                    Style.PLAIN,
                    layout.columns())));
    if (layout.details()) {
      lines.addAll(Cause.lines(rollout.details(), "  ", layout.columns()));
    }
    return lines;
  }
}
