package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * DynamoDB's form of a document, in which each value is wrapped in its type: {@code {"S": "text"}}.
 * Only the types that JSON has are known: S, N, BOOL, M and L.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html">AttributeValue</a>
 */
final class AttributeValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AttributeValues() {}

  /** A document's members, wrapped: an item, or a part of one. */
  static ObjectNode wrap(ObjectNode document) {
    ObjectNode wrapped = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : document.properties()) {
      wrapped.set(member.getKey(), value(member.getValue()));
    }
    return wrapped;
  }

  /** An item as a plain document. A value of another type stays wrapped. */
  static ObjectNode unwrap(JsonNode item) {
    ObjectNode document = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : item.properties()) {
      document.set(member.getKey(), plain(member.getValue()));
    }
    return document;
  }

  private static ObjectNode value(JsonNode plain) {
    ObjectNode value = NODES.objectNode();
    return switch (plain.getNodeType()) {
      case STRING -> value.put("S", plain.textValue());
      case NUMBER -> value.put("N", plain.asText());
      case BOOLEAN -> value.put("BOOL", plain.booleanValue());
      case OBJECT -> value.set("M", wrap((ObjectNode) plain));
      case ARRAY -> {
        ArrayNode list = value.putArray("L");
        plain.forEach(element -> list.add(value(element)));
        yield value;
      }
      default ->
          throw new IllegalArgumentException("an item has no value of type " + plain.getNodeType());
    };
  }

  private static JsonNode plain(JsonNode value) {
    String type = value.properties().stream().map(Map.Entry::getKey).findFirst().orElse("none");
    JsonNode content = value.path(type);
    return switch (type) {
      case "S", "BOOL" -> content;
      case "N" -> NODES.numberNode(new BigDecimal(content.asText()));
      case "M" -> unwrap(content);
      case "L" -> {
        ArrayNode list = NODES.arrayNode();
        content.forEach(element -> list.add(plain(element)));
        yield list;
      }
      default -> value;
    };
  }
}
