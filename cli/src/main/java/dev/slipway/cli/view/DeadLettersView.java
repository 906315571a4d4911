package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Dead letters: what each asked for, how often it was delivered, and why it is there. */
public final class DeadLettersView {
  private final TimeFormat moments;
  private final int columns;

  /** Texts are broken at so many columns. */
  public DeadLettersView(TimeFormat moments, int columns) {
    this.moments = moments;
    this.columns = columns;
  }

  /** The messages themselves. */
  public List<Line> lines(List<JsonNode> messages) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode message : messages) {
      if (!lines.isEmpty()) {
        lines.add(Line.empty());
      }
      lines.addAll(message(message));
    }
    return lines;
  }

  private List<Line> message(JsonNode message) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.of(message.path("id").asText(), Style.STRONG)
            .and("  " + message.path("what").asText()));
    List<String> facts = new ArrayList<>();
    facts.add("queue " + message.path("queue").asText());
    Response.time(message, "sentAt").ifPresent(sent -> facts.add("sent " + moments.full(sent)));
    if (message.path("tries").isNumber()) {
      int tries = message.path("tries").asInt();
      facts.add("tried " + (tries == 1 ? "once" : tries + " times"));
    }
    Response.text(message, "eventId").ifPresent(event -> facts.add("event " + event));
    lines.addAll(Line.wrapped(String.join(", ", facts), "  ", Style.FAINT, columns));
    Response.text(message, "reason")
        .ifPresent(
            reason -> lines.addAll(Line.wrapped(Names.brief(reason), "  ", Style.PLAIN, columns)));
    return lines;
  }
}
