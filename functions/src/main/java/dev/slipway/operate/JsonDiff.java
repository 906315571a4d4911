package dev.slipway.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One place at which two JSON documents differ.
 *
 * @param path such as {@code containerDefinitions[0].image}
 * @param from what the first document has there; JSON's null where it has nothing
 * @param to what the second one has
 */
public record JsonDiff(String path, JsonNode from, JsonNode to) {
  /** Copies the documents. */
  public JsonDiff {
    from = from.deepCopy();
    to = to.deepCopy();
  }

  /**
   * All differences, in the order of the documents: objects by their members, lists by position.
   */
  public static List<JsonDiff> between(JsonNode from, JsonNode to) {
    List<JsonDiff> found = new ArrayList<>();
    compare("", from, to, found);
    return found;
  }

  private static void compare(String path, JsonNode from, JsonNode to, List<JsonDiff> found) {
    if (from.equals(to)) {
      return;
    }
    if (from.isObject() && to.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      from.fieldNames().forEachRemaining(names::add);
      to.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> compare(member(path, name), from.path(name), to.path(name), found));
    } else if (from.isArray() && to.isArray()) {
      for (int i = 0; i < Math.max(from.size(), to.size()); i++) {
        compare(path + "[" + i + "]", from.path(i), to.path(i), found);
      }
    } else if (!isSameNumber(from, to)) {
      found.add(new JsonDiff(path, written(from), written(to)));
    }
  }

  private static String member(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** {@code 1} and {@code 1.0} are two ways to write one number. */
  private static boolean isSameNumber(JsonNode from, JsonNode to) {
    if (!from.isNumber() || !to.isNumber()) {
      return false;
    }
    boolean whole = from.isIntegralNumber() && to.isIntegralNumber();
    return whole ? from.asText().equals(to.asText()) : from.asDouble() == to.asDouble();
  }

  private static JsonNode written(JsonNode node) {
    return node instanceof MissingNode ? NullNode.getInstance() : node;
  }
}
