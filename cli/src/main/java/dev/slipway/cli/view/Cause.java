package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What went wrong with a service, as the functions tell of it.
 *
 * @param kind {@code failing} while the deployment is under way, {@code failed}, or {@code stopped}
 *     where tasks stop after it has completed
 * @param revision that the tasks are, or were to be, of; empty where nobody knows it
 * @param sentence why
 * @param details the evidence, a line each
 */
public record Cause(String kind, String revision, String sentence, List<String> details) {
  /** Copies the list. */
  public Cause {
    details = List.copyOf(details);
  }

  /** Reads the member {@code failure} of an answer. */
  public static Optional<Cause> of(JsonNode answer) {
    JsonNode json = answer.path("failure");
    return Response.text(json, "cause")
        .map(cause ->
            new Cause(
                json.path("kind").asText(),
                Response.text(json, "taskDefinition").orElse(""),
                cause,
                Response.texts(json, "details")));
  }

  /** Such as {@code web:3 failed: container web exited with 1}. */
  public String text() {
    String what =
        switch (kind) {
          case "failing" -> "fails";
          case "stopped" -> "loses tasks";
          default -> "failed";
        };
    return (revision.isEmpty() ? "" : revision + " ") + what + ": " + Names.brief(sentence);
  }

  /** The evidence, indented. */
  static List<Line> lines(List<String> details, String indent, int columns) {
    List<Line> lines = new ArrayList<>();
    details.forEach(
        detail -> lines.addAll(Line.wrapped(Names.brief(detail), indent, Style.FAINT, columns)));
    return lines;
  }
}
