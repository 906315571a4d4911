package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What containers have logged: log by log, or, to be followed, line by line as they come. Lines are
 * shown whole, so that they can be searched and copied.
 */
public final class LogsView {
  /** Of a task's id so much tells it from the others. */
  private static final int TASK = 6;

  private final TimeFormat moments;
  private final Set<String> shown = new HashSet<>();
  private Optional<Instant> newest = Optional.empty();

  /** Tells times on a clock. */
  public LogsView(TimeFormat moments) {
    this.moments = moments;
  }

  /** The answer of {@code logs}. */
  public List<Line> lines(JsonNode answer) {
    List<Line> lines = new ArrayList<>();
    Set<String> said = new HashSet<>();
    for (JsonNode log : Response.list(answer, "logs")) {
      if (!lines.isEmpty()) {
        lines.add(Line.empty());
      }
      String state = log.path("state").asText();
      lines.add(
          Line.of(log.path("container").asText(), Style.STRONG)
              .and("  " + log.path("taskDefinition").asText() + "  ")
              .and(state, state.equals("failed") ? Style.BAD : Style.PLAIN));
      lines.add(Line.of("task " + log.path("task").asText(), Style.FAINT));
      // what is wrong with the task definition is so of each of its tasks
      Response.text(log, "warning")
          .filter(said::add)
          .ifPresent(text -> lines.add(Line.of("  " + text, Style.BUSY)));
      List<JsonNode> entries = Response.list(log, "lines");
      if (entries.isEmpty() && Response.text(log, "warning").isEmpty()) {
        lines.add(Line.of("  nothing in this time", Style.FAINT));
      }
      entries.forEach(entry -> lines.add(time(entry).and(entry.path("text").asText())));
    }
    lines.addAll(warnings(answer));
    return lines.isEmpty()
        ? List.of(Line.of(answer.path("service").asText() + ": ECS knows no task of it any more."))
        : lines;
  }

  /** What is not shown, and why. */
  public List<Line> warnings(JsonNode answer) {
    return Response.texts(answer, "warnings").stream()
        .map(text -> Line.of("warning: " + text, Style.BUSY))
        .toList();
  }

  private Line time(JsonNode entry) {
    return Line.of(
        Response.time(entry, "at").map(moments::at).map(at -> at + "  ").orElse(""), Style.FAINT);
  }

  /** The newest line that was given. */
  public Optional<Instant> newest() {
    return newest;
  }

  /** The lines that were not given before, oldest first, each with its task and container. */
  public List<ObjectNode> fresh(JsonNode answer) {
    List<ObjectNode> fresh = new ArrayList<>();
    for (JsonNode log : Response.list(answer, "logs")) {
      Map<String, Integer> times = new HashMap<>();
      for (JsonNode entry : Response.list(log, "lines")) {
        String key =
            "%s %s %s %s"
                .formatted(
                    log.path("task").asText(),
                    log.path("container").asText(),
                    entry.path("at").asText(),
                    entry.path("text").asText());
        // equal lines of one moment are as many as they are
        if (shown.add(key + " " + times.merge(key, 1, Integer::sum))
            && entry instanceof ObjectNode line) {
          fresh.add(
              line.deepCopy()
                  .put("task", log.path("task").asText())
                  .put("container", log.path("container").asText()));
        }
      }
    }
    fresh.sort(Comparator.comparing(line -> Response.time(line, "at").orElse(Instant.EPOCH)));
    fresh.stream()
        .flatMap(line -> Response.time(line, "at").stream())
        .filter(at -> newest.filter(n -> !n.isBefore(at)).isEmpty())
        .forEach(at -> newest = Optional.of(at));
    return fresh;
  }

  /** The same for people. */
  public List<Line> freshLines(JsonNode answer) {
    return fresh(answer).stream()
        .map(line -> {
          String task = line.path("task").asText();
          return time(line)
              .and(
                  "%s %s  "
                      .formatted(
                          task.substring(0, Math.min(TASK, task.length())),
                          line.path("container").asText()),
                  Style.STRONG)
              .and(line.path("text").asText());
        })
        .toList();
  }
}
