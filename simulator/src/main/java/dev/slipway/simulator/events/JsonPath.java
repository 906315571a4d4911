package dev.slipway.simulator.events;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.AwsError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSON path that EventBridge knows: {@code $}, {@code .name} and {@code [0]}; names
 * have letters, digits, dashes and underscores.
 *
 * @param text as it was written
 * @param pointer the same as a JSON pointer
 */
record JsonPath(String text, JsonPointer pointer) {
  private static final Pattern STEP = Pattern.compile("\\.([\\w-]+)|\\[(\\d+)]");

  static boolean isPath(String text) {
    return text.equals("$") || text.startsWith("$.") || text.startsWith("$[");
  }

  /**
   * @throws AwsError if it is no path that EventBridge takes
   */
  static JsonPath parse(String text) {
    Matcher step = STEP.matcher(text);
    StringBuilder pointer = new StringBuilder();
    int end = isPath(text) ? 1 : 0;
    while (end > 0 && end < text.length()) {
      if (!step.find(end) || step.start() != end) {
        end = 0;
        break;
      }
      pointer.append('/').append(step.group(1) == null ? step.group(2) : step.group(1));
      end = step.end();
    }
    if (end == 0) {
      throw AwsError.client(
          "ValidationException",
          "Invalid JSON path: '"
              + text
              + "'. It begins with $, and goes on with .name or [index] as often as needed.");
    }
    return new JsonPath(text, JsonPointer.compile(pointer.toString()));
  }

  /** What is there; a missing node if nothing is. */
  JsonNode of(JsonNode event) {
    return event.at(pointer);
  }
}
