package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The places at which two documents differ, with what each has there. */
public final class DiffView {
  private DiffView() {}

  /** The answer of {@code diff}. */
  public static List<Line> lines(JsonNode answer) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.of(answer.path("service").asText(), Style.STRONG)
            .and(": %s → %s".formatted(answer.path("from").asText(), answer.path("to").asText())));
    List<JsonNode> places = Response.list(answer, "difference");
    places.forEach(place -> lines.addAll(place(place, "")));
    if (places.isEmpty()) {
      lines.add(Line.of("They are the same."));
    }
    return lines;
  }

  /** One place. */
  static List<Line> place(JsonNode place, String indent) {
    List<Line> lines = new ArrayList<>();
    lines.add(Line.of(indent + place.path("path").asText()));
    value(place, "from").ifPresent(v -> lines.add(Line.of(indent + "- " + v, Style.BAD)));
    value(place, "to").ifPresent(v -> lines.add(Line.of(indent + "+ " + v, Style.GOOD)));
    return lines;
  }

  private static Optional<String> value(JsonNode node, String member) {
    return node.hasNonNull(member) ? Optional.of(value(node.path(member))) : Optional.empty();
  }

  static String value(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }
}
