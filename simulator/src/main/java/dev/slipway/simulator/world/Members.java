package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the members of operations' inputs and outputs. */
public final class Members {
  private Members() {}

  /** A string member, or null where it is absent or null. */
  public static @Nullable String text(JsonNode body, String name) {
    JsonNode value = body.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }

  /** A string member that has to be there. */
  public static String required(JsonNode body, String name) {
    String value = text(body, name);
    if (value == null || value.isEmpty()) {
      throw AwsError.client("InvalidParameterException", name + " can not be blank.");
    }
    return value;
  }

  /** A number member, or {@code otherwise} where it is absent. */
  public static int integer(JsonNode body, String name, int otherwise) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.canConvertToInt()) {
      throw AwsError.client("SerializationException", name + " must be an integer, not " + value);
    }
    return value.asInt();
  }

  /** A boolean member; false where it is absent. */
  public static boolean flag(JsonNode body, String name) {
    return body.path(name).asBoolean(false);
  }

  /** A list of strings; empty where it is absent. */
  public static List<String> texts(JsonNode body, String name) {
    List<String> values = new ArrayList<>();
    body.path(name).forEach(value -> values.add(value.asText()));
    return values;
  }

  /** A map of strings; empty where it is absent. */
  public static Map<String, String> map(JsonNode body, String name) {
    Map<String, String> values = new LinkedHashMap<>();
    body.path(name)
        .properties()
        .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
    return values;
  }

  /** A structure member, or null where it is absent or null. */
  public static @Nullable ObjectNode object(JsonNode body, String name) {
    return body.get(name) instanceof ObjectNode value ? value : null;
  }

  /** The members of a structure in their order; none for anything else. */
  public static List<Map.Entry<String, JsonNode>> entries(JsonNode structure) {
    return List.copyOf(structure.properties());
  }

  /** A timestamp as the JSON protocols write it: seconds since 1970, with milliseconds. */
  public static DecimalNode timestamp(Instant instant) {
    return DecimalNode.valueOf(BigDecimal.valueOf(instant.toEpochMilli(), 3));
  }
}
