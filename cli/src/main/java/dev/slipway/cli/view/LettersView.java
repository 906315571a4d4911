package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Dead letters: what each asked for, how often that was tried, and why it was given up. */
public final class LettersView {
  private final Moments moments;
  private final int columns;

  /** Texts are broken at so many columns. */
  public LettersView(Moments moments, int columns) {
    this.moments = moments;
    this.columns = columns;
  }

  /** The letters themselves. */
  public List<Line> lines(List<JsonNode> letters) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode letter : letters) {
      if (!lines.isEmpty()) {
        lines.add(Line.empty());
      }
      lines.addAll(letter(letter));
    }
    return lines;
  }

  private List<Line> letter(JsonNode letter) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.of(letter.path("id").asText(), Style.STRONG).and("  " + letter.path("what").asText()));
    List<String> circumstances = new ArrayList<>();
    circumstances.add("queue " + letter.path("queue").asText());
    Answer.time(letter, "sentAt")
        .ifPresent(sent -> circumstances.add("sent " + moments.full(sent)));
    if (letter.path("tries").isNumber()) {
      int tries = letter.path("tries").asInt();
      circumstances.add("tried " + (tries == 1 ? "once" : tries + " times"));
    }
    Answer.text(letter, "eventId").ifPresent(event -> circumstances.add("event " + event));
    lines.addAll(Line.wrapped(String.join(", ", circumstances), "  ", Style.FAINT, columns));
    Answer.text(letter, "reason")
        .ifPresent(
            reason -> lines.addAll(Line.wrapped(Names.brief(reason), "  ", Style.PLAIN, columns)));
    return lines;
  }
}
