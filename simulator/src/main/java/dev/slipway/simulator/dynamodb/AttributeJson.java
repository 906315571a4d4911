package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.dynamodb.AttributeValue.Binary;
import dev.slipway.simulator.dynamodb.AttributeValue.Bool;
import dev.slipway.simulator.dynamodb.AttributeValue.Decimal;
import dev.slipway.simulator.dynamodb.AttributeValue.Document;
import dev.slipway.simulator.dynamodb.AttributeValue.Elements;
import dev.slipway.simulator.dynamodb.AttributeValue.Null;
import dev.slipway.simulator.dynamodb.AttributeValue.SetOf;
import dev.slipway.simulator.dynamodb.AttributeValue.Text;
import dev.slipway.simulator.world.AwsError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Attribute values and items as the wire protocol writes them. */
final class AttributeJson {
  private static final int MAX_DEPTH = 32;

  private AttributeJson() {}

  /** Reads an item or a key. */
  static SequencedMap<String, AttributeValue> item(JsonNode json) {
    return members(json, 1);
  }

  /** Reads one value. */
  static AttributeValue value(JsonNode json) {
    return value(json, 1);
  }

  private static SequencedMap<String, AttributeValue> members(JsonNode json, int depth) {
    if (!json.isObject()) {
      throw serialization();
    }
    SequencedMap<String, AttributeValue> members = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      members.put(member.getKey(), value(member.getValue(), depth));
    }
    return members;
  }

  private static AttributeValue value(JsonNode json, int depth) {
    if (!json.isObject()) {
      throw serialization();
    }
    if (depth > MAX_DEPTH) {
      throw Errors.validation("Nesting Levels have exceeded supported limits");
    }
    List<Map.Entry<String, JsonNode>> given =
        json.properties().stream().filter(it -> !it.getValue().isNull()).toList();
    if (given.isEmpty()) {
      throw Errors.validation(
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    }
    if (given.size() > 1) {
      throw Errors.validation(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the"
              + " supported datatypes");
    }
    String type = given.getFirst().getKey();
    JsonNode content = given.getFirst().getValue();
    return switch (type) {
      case "S", "N", "B" -> scalar(type, content);
      case "BOOL" -> new Bool(bool(content));
      case "NULL" -> {
        if (!bool(content)) {
          throw Errors.invalidParameter("Null attribute value types must have the value of true");
        }
        yield new Null();
      }
      case "M" -> new Document(members(content, depth + 1));
      case "L" -> {
        List<AttributeValue> values = new ArrayList<>();
        for (JsonNode element : array(content)) {
          values.add(value(element, depth + 1));
        }
        yield new Elements(values);
      }
      case "SS", "NS", "BS" -> set(type.substring(0, 1), array(content));
      default ->
          throw Errors.validation(
              "Supplied AttributeValue is empty, must contain exactly one of the supported"
                  + " datatypes");
    };
  }

  private static AttributeValue scalar(String type, JsonNode content) {
    if (!content.isTextual()) {
      throw serialization();
    }
    return switch (type) {
      case "N" -> new Decimal(Numbers.parse(content.asText()));
      case "B" -> new Binary(bytes(content.asText()));
      default -> new Text(content.asText());
    };
  }

  private static SetOf set(String type, JsonNode content) {
    if (content.isEmpty()) {
      String word =
          switch (type) {
            case "S" -> "string";
            case "N" -> "number";
            default -> "binary";
          };
      throw Errors.invalidParameter("An " + word + " set  may not be empty");
    }
    Set<AttributeValue> values = new LinkedHashSet<>();
    for (JsonNode element : content) {
      if (!values.add(scalar(type, element))) {
        List<String> all = new ArrayList<>();
        content.forEach(it -> all.add(it.asText()));
        throw Errors.invalidParameter("Input collection " + all + " contains duplicates.");
      }
    }
    return new SetOf(type, values);
  }

  private static boolean bool(JsonNode content) {
    if (!content.isBoolean()) {
      throw serialization();
    }
    return content.asBoolean();
  }

  private static JsonNode array(JsonNode content) {
    if (!content.isArray()) {
      throw serialization();
    }
    return content;
  }

  private static String bytes(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException _) {
      throw AwsError.client("SerializationException", "Base64 encoded length is unexpected");
    }
  }

  private static AwsError serialization() {
    return AwsError.client("SerializationException", "Unexpected value type in payload");
  }

  /** Writes an item. */
  static ObjectNode json(Map<String, AttributeValue> item) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    item.forEach((name, value) -> json.set(name, json(value)));
    return json;
  }

  /** Writes one value. */
  static ObjectNode json(AttributeValue value) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (value) {
      case Text _, Decimal _, Binary _ -> json.put(value.type(), text(value));
      case Bool(boolean truth) -> json.put("BOOL", truth);
      case Null() -> json.put("NULL", true);
      case Document(Map<String, AttributeValue> members) -> json.set("M", json(members));
      case Elements(List<AttributeValue> values) -> {
        ArrayNode elements = json.putArray("L");
        values.forEach(it -> elements.add(json(it)));
      }
      case SetOf set -> {
        ArrayNode elements = json.putArray(set.type());
        set.values().forEach(it -> elements.add(text(it)));
      }
    }
    return json;
  }

  /** A text, number or binary as the protocol writes it: always as a JSON string. */
  static String text(AttributeValue scalar) {
    return switch (scalar) {
      case Text text -> text.value();
      case Decimal number -> Numbers.text(number.value());
      case Binary binary ->
          Base64.getEncoder().encodeToString(binary.bytes().getBytes(StandardCharsets.ISO_8859_1));
      default -> throw new IllegalArgumentException(scalar.type() + " is no scalar type");
    };
  }

  /** As error messages show a value. */
  static String shown(AttributeValue value) {
    return "AttributeValue: {"
        + value.type()
        + ":"
        + (value instanceof Text || value instanceof Decimal || value instanceof Binary
            ? text(value)
            : json(value).path(value.type()).toString())
        + "}";
  }
}
