package dev.slipway.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.text.OutsideText;
import dev.slipway.text.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One place at which two JSON documents differ, as people may see it: values that look like secrets
 * are masked, long texts are cut.
 *
 * @param path such as {@code containerDefinitions[web].image}
 * @param from what the first document has there; JSON's null where it has nothing
 * @param to what the second one has
 */
public record JsonDiff(String path, JsonNode from, JsonNode to) {
  private static final int MAX_TEXT = 1_000;

  /** Copies the documents. */
  public JsonDiff {
    from = from.deepCopy();
    to = to.deepCopy();
  }

  /**
   * All differences, in the order of the documents: objects by their members, lists by the names of
   * their elements where each has one, as containers and variables do, and else by position.
   *
   * <p>A secret is known by the name of its member, by the {@code name} beside its {@code value} as
   * environment variables have it, or by its form. Two that differ are reported as a difference of
   * two masks.
   */
  public static List<JsonDiff> between(JsonNode from, JsonNode to) {
    List<JsonDiff> found = new ArrayList<>();
    compare("", from, to, new Secrecy(false, false), found);
    return found;
  }

  /** Whether what the documents have at a place is a secret, by what is around it. */
  private record Secrecy(boolean from, boolean to) {
    Secrecy of(String member, JsonNode from, JsonNode to) {
      return new Secrecy(isSecret(member, from), isSecret(member, to));
    }

    /** Of an element of a list: what follows an option such as {@code --password} is a secret. */
    Secrecy of(int index, JsonNode from, JsonNode to) {
      return new Secrecy(
          this.from || followsSecretOption(index, from), this.to || followsSecretOption(index, to));
    }

    private static boolean followsSecretOption(int index, JsonNode list) {
      String before = list.path(index - 1).asText("");
      return before.startsWith("-") && Secrets.isSecretName(before);
    }

    private static boolean isSecret(String member, JsonNode in) {
      return Secrets.isSecretName(member)
          || (member.equals("value") && Secrets.isSecretName(in.path("name").asText()));
    }
  }

  private static void compare(
      String path, JsonNode from, JsonNode to, Secrecy secrecy, List<JsonDiff> found) {
    if (from.equals(to)) {
      return;
    }
    if (from.isObject() && to.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      from.fieldNames().forEachRemaining(names::add);
      to.fieldNames().forEachRemaining(names::add);
      names.forEach(name ->
          compare(
              member(path, name),
              from.path(name),
              to.path(name),
              secrecy.of(name, from, to),
              found));
    } else if (from.isArray() && to.isArray() && isNamed(from) && isNamed(to)) {
      Map<String, JsonNode> before = byName(from);
      Map<String, JsonNode> after = byName(to);
      Set<String> names = new LinkedHashSet<>(before.keySet());
      names.addAll(after.keySet());
      names.forEach(name ->
          compare(
              path + "[" + name + "]",
              before.getOrDefault(name, MissingNode.getInstance()),
              after.getOrDefault(name, MissingNode.getInstance()),
              secrecy,
              found));
    } else if (from.isArray() && to.isArray()) {
      for (int i = 0; i < Math.max(from.size(), to.size()); i++) {
        compare(path + "[" + i + "]", from.path(i), to.path(i), secrecy.of(i, from, to), found);
      }
    } else if (!isSameNumber(from, to)) {
      found.add(
          new JsonDiff(
              OutsideText.line(path, MAX_TEXT),
              shown(written(from), secrecy.from()),
              shown(written(to), secrecy.to())));
    }
  }

  /** Whether each element has a name, and no two the same: then their order says nothing. */
  private static boolean isNamed(JsonNode list) {
    return byName(list).size() == list.size();
  }

  private static Map<String, JsonNode> byName(JsonNode list) {
    Map<String, JsonNode> named = new LinkedHashMap<>();
    for (JsonNode element : list) {
      String name = element.path("name").asText();
      if (!name.isEmpty()) {
        named.put(name, element);
      }
    }
    return named;
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

  private static JsonNode shown(JsonNode node, boolean secret) {
    return switch (node) {
      case TextNode text ->
          secret
              ? TextNode.valueOf(Secrets.MASK)
              : TextNode.valueOf(OutsideText.cut(Secrets.masked(text.textValue()), MAX_TEXT));
      case ObjectNode object -> {
        ObjectNode shown = object.objectNode();
        object
            .properties()
            .forEach(member ->
                shown.set(
                    member.getKey(),
                    shown(member.getValue(), secret || Secrecy.isSecret(member.getKey(), object))));
        yield shown;
      }
      case ArrayNode array -> {
        ArrayNode shown = array.arrayNode();
        for (int i = 0; i < array.size(); i++) {
          shown.add(shown(array.get(i), secret || Secrecy.followsSecretOption(i, array)));
        }
        yield shown;
      }
      case NullNode none -> none;
      default -> secret ? TextNode.valueOf(Secrets.MASK) : node;
    };
  }
}
