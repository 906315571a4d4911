package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.Names;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.Style;
import dev.slipway.cli.view.TerminalText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Texts as the page gets them: as short as the command prints them, and with what cannot be seen
 * made visible. Every text of a document goes through here.
 */
final class Text {
  private Text() {}

  static ObjectNode document() {
    return JsonNodeFactory.instance.objectNode();
  }

  static String of(String text) {
    return TerminalText.visible(Names.brief(text));
  }

  /** A member of an answer; null where it is not there. */
  static @Nullable String of(JsonNode answer, String member) {
    return of(Response.text(answer, member));
  }

  static @Nullable String of(Optional<String> text) {
    return text.map(Text::of).orElse(null);
  }

  static @Nullable String digest(JsonNode answer, String member) {
    return of(Response.text(answer, member).map(Names::digest));
  }

  /** A time as the page reads it; null where it is not there, or is none. */
  static @Nullable String time(JsonNode answer, String member) {
    return Response.time(answer, member).map(Object::toString).orElse(null);
  }

  static ArrayNode list(List<String> texts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(text -> list.add(of(text)));
    return list;
  }

  /** What is said, and how it stands out. */
  static ObjectNode styled(Line line) {
    return document()
        .put("text", of(line.print(false)))
        .put(
            "tone",
            line.pieces().isEmpty() ? tone(Style.PLAIN) : tone(line.pieces().getFirst().style()));
  }

  /** The pieces of lines, each with its style. */
  static ArrayNode lines(List<Line> lines) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Line line : lines) {
      ArrayNode pieces = array.addArray();
      line.pieces()
          .forEach(piece ->
              pieces.addObject().put("text", of(piece.text())).put("tone", tone(piece.style())));
    }
    return array;
  }

  private static String tone(Style style) {
    return style.name().toLowerCase(Locale.ROOT);
  }
}
