package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A deployment, as the function {@code history} reports it.
 *
 * @param json all that was answered
 */
public record Rollout(
    String taskDefinition,
    String outcome,
    Optional<Duration> took,
    Optional<Instant> finishedAt,
    Optional<String> reason,
    JsonNode json) {

  /** Reads one element of {@code deployments}. */
  public static Rollout of(JsonNode json) {
    return new Rollout(
        json.path("taskDefinition").asText(),
        json.path("outcome").asText(),
        Response.time(json, "startedAt")
            .flatMap(started ->
                Response.time(json, "finishedAt")
                    .map(finished -> Duration.between(started, finished))),
        Response.time(json, "finishedAt"),
        Response.text(json, "diagnosis").or(() -> Response.text(json, "reason")),
        json);
  }

  /** Whether it has arrived, on every task. */
  public boolean isDeployed() {
    return outcome.equals("deployed");
  }

  /** Whether its outcome is still to come. */
  public boolean isOver() {
    return !outcome.equals("starting")
        && !outcome.equals("in progress")
        && !outcome.equals("rolling back");
  }

  /** Its outcome, as it stands out. */
  public Line styledOutcome() {
    return Line.of(
        outcome,
        switch (outcome) {
          case "deployed" -> Style.GOOD;
          case "failed", "rolled back", "refused" -> Style.BAD;
          case "starting", "in progress", "rolling back" -> Style.BUSY;
          default -> Style.FAINT;
        });
  }

  /** The evidence behind the reason, a line each. */
  public List<String> details() {
    return Response.texts(json, "details");
  }

  /**
   * How it ended, and why if it did not end well.
   *
   * @param since the moment from which it was watched: of one that ended before, it is said when
   */
  public List<Line> ending(Layout layout, Instant since, TimeFormat moments) {
    List<Line> lines = new ArrayList<>();
    Line end =
        Line.of(taskDefinition, Style.STRONG)
            .and(" ")
            .and(styledOutcome())
            .and(took.map(time -> " after " + TimeFormat.length(time)).orElse(""));
    Optional<String> before =
        finishedAt.filter(since::isAfter).map(finished -> "at " + moments.full(finished));
    Line whole = end.and(before.map(", "::concat).orElse(""));
    if (whole.width() <= layout.columns()) {
      lines.add(whole);
    } else {
      lines.add(end);
      before.ifPresent(at -> lines.add(Line.of("  " + at)));
    }
    if (!isDeployed()) {
      reason.ifPresent(text ->
          lines.addAll(Line.wrapped(Names.brief(text), "  ", Style.PLAIN, layout.columns())));
      if (layout.details()) {
        lines.addAll(Cause.lines(details(), "    ", layout.columns()));
      }
    }
    return lines;
  }
}
