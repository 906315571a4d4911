package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What happened to a service, oldest first. */
public final class EventsView {
  /** In less than so many columns ids do not fit: a text begins on a line of its own. */
  private static final int NARROW = 38;

  /** As wide as the longest source, Slipway: so texts are below each other. */
  private static final int SOURCE = 7;

  /** So many can be asked for. */
  private static final int MOST = 300;

  private final TimeFormat moments;
  private final int columns;

  /** Texts are broken at so many columns. */
  public EventsView(TimeFormat moments, int columns) {
    this.moments = moments;
    this.columns = columns;
  }

  /** The answer of {@code events}. */
  public List<Line> lines(JsonNode answer) {
    List<JsonNode> events = Response.list(answer, "events");
    if (events.isEmpty()) {
      return List.of(
          Line.of(answer.path("service").asText() + ": nothing is known to have happened."));
    }
    List<Line> lines = new ArrayList<>();
    int older = answer.path("older").asInt();
    if (older > 0) {
      lines.addAll(
          Line.wrapped(
              "%s before: --limit %d shows more"
                  .formatted(
                      older == 1 ? "1 event" : older + " events",
                      Math.min(MOST, events.size() + older)),
              "",
              Style.FAINT,
              columns));
    }
    lines.addAll(events(events));
    return lines;
  }

  /** Some of its events; what goes over a line is indented. */
  public List<Line> events(List<JsonNode> events) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode event : events) {
      String source = event.path("source").asText();
      Line head =
          Line.of(Response.time(event, "at").map(moments::at).orElse("-") + "  ", Style.FAINT)
              .and(source, source.equals("ECS") ? Style.PLAIN : Style.STRONG)
              .and(" ".repeat(Math.max(0, SOURCE - source.length())));
      String said = Names.brief(event.path("text").asText());
      if (columns - head.width() < NARROW) {
        lines.add(head);
        lines.addAll(Line.wrapped(said, "  ", Style.PLAIN, columns));
        continue;
      }
      List<Line> text = Line.wrapped(said, "  ", Style.PLAIN, columns - head.width());
      lines.add(head.and(text.getFirst()));
      text.stream().skip(1).forEach(line -> lines.add(Line.of(" ".repeat(head.width())).and(line)));
    }
    return lines;
  }
}
