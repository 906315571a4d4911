package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The tags of one resource.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html">TagResource</a>
 */
final class Tags {
  private static final int MAX_TAGS = 50;
  private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");
  private static final Pattern VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}");
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Reads the {@code tags} of a request. */
  static Tags of(ObjectNode request) {
    Tags tags = new Tags();
    tags.add(request);
    return tags;
  }

  /** Adds the {@code tags} of a request; a key that is there gets the new value. */
  void add(ObjectNode request) {
    Map<String, String> result = new LinkedHashMap<>(values);
    for (JsonNode tag : request.path("tags")) {
      String key = tag.path("key").asText();
      String value = tag.path("value").asText();
      if (!KEY.matcher(key).matches()
          || key.toLowerCase(java.util.Locale.ROOT).startsWith("aws:")) {
        throw AwsError.client(
            "InvalidParameterException",
            "The tag key '" + key + "' is not valid: it must match " + KEY + ", not aws:…");
      }
      if (!VALUE.matcher(value).matches()) {
        throw AwsError.client(
            "InvalidParameterException",
            "The value '"
                + value
                + "' of the tag '"
                + key
                + "' is not valid: it must match "
                + VALUE);
      }
      result.put(key, value);
    }
    if (result.size() > MAX_TAGS) {
      throw AwsError.client(
          "InvalidParameterException", "Tags can not have more than " + MAX_TAGS + " elements.");
    }
    values.putAll(result);
  }

  void addAll(Tags others) {
    values.putAll(others.values);
  }

  void remove(List<String> keys) {
    keys.forEach(values::remove);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  Map<String, String> asMap() {
    return Map.copyOf(values);
  }

  ArrayNode json() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    values.forEach((key, value) -> json.addObject().put("key", key).put("value", value));
    return json;
  }
}
