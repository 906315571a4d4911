package dev.slipway.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** ECS's lists of {@code {"key": …, "value": …}}, as maps in the same order. */
public final class Tags {
  private Tags() {}

  /** Reads a list; of two equal keys the last one counts. */
  public static Map<String, String> parse(JsonNode list) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (JsonNode tag : list) {
      tags.put(tag.path("key").asText(), tag.path("value").asText());
    }
    return tags;
  }

  /** Writes a list, in the order of the map. */
  public static ArrayNode toJson(Map<String, String> tags) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return list;
  }
}
