package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Reads members of a function's answer. A newer stack may say more than this command knows, and an
 * older one less: what is not there is left out of what is shown.
 */
public final class Response {
  private Response() {}

  /** A text, if it is there and not empty. */
  public static Optional<String> text(JsonNode node, String member) {
    return Optional.ofNullable(node.path(member).textValue()).filter(text -> !text.isBlank());
  }

  /** A time, if it is there and is one. */
  public static Optional<Instant> time(JsonNode node, String member) {
    return text(node, member)
        .flatMap(text -> {
          try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
          } catch (DateTimeException _) {
            return Optional.empty();
          }
        });
  }

  /** The elements of an array; none if it is not there. */
  public static List<JsonNode> list(JsonNode node, String member) {
    return StreamSupport.stream(node.path(member).spliterator(), false).toList();
  }

  /** The texts in an array; none if it is not there. */
  public static List<String> texts(JsonNode node, String member) {
    return list(node, member).stream().map(JsonNode::asText).toList();
  }
}
