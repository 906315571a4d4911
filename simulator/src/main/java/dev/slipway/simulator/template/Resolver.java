package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces CloudFormation's intrinsic functions by their values.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html">Intrinsic
 *     function reference</a>
 */
final class Resolver {
  /** What Ref and Fn::GetAtt look up. */
  interface Names {
    /** The value of Ref; missing for AWS::NoValue; null if there is no such thing. */
    @Nullable JsonNode ref(String name);

    /** The value of Fn::GetAtt; null if there is no such resource or attribute. */
    @Nullable String attribute(String logicalId, String attribute);

    /** Whether the condition holds. */
    boolean condition(String name);

    /** What another stack exports under the name; null if none does. */
    @Nullable String imported(String export);

    /** The Region. */
    String region();

    /** A value of the Mappings section; null if there is none. */
    @Nullable JsonNode mapping(String map, String top, String second);
  }

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(!?)\\s*([^}\\s]+)\\s*}");

  private final Names names;
  private final Lines lines;
  private final String where;

  /**
   * A resolver for one part of the template.
   *
   * @param where the part, for messages, such as {@code DeployQueue}
   */
  Resolver(Names names, Lines lines, String where) {
    this.names = names;
    this.lines = lines;
    this.where = where;
  }

  /** The tree with values instead of functions; a missing node for AWS::NoValue. */
  JsonNode resolve(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode resolved = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : array) {
        JsonNode value = resolve(element);
        if (!value.isMissingNode()) {
          resolved.add(value);
        }
      }
      return resolved;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    if (object.size() == 1) {
      Map.Entry<String, JsonNode> only = object.properties().iterator().next();
      if (only.getKey().equals("Ref") || only.getKey().startsWith("Fn::")) {
        return call(object, only.getKey(), only.getValue());
      }
      if (only.getKey().equals("Condition") && only.getValue().isTextual()) {
        return truth(names.condition(only.getValue().asText()));
      }
    }
    ObjectNode resolved = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(entry -> {
          JsonNode value = resolve(entry.getValue());
          if (!value.isMissingNode()) {
            resolved.set(entry.getKey(), value);
          }
        });
    lines.inherit(resolved, object);
    return resolved;
  }

  private JsonNode call(ObjectNode call, String function, JsonNode argument) {
    return switch (function) {
      case "Ref" -> ref(call, argument.asText());
      case "Fn::GetAtt" -> attribute(call, function, arguments(call, function, argument, 2));
      case "Fn::Sub" -> sub(call, argument);
      case "Fn::If" -> {
        List<JsonNode> three = arguments(call, function, argument, 3);
        yield resolve(names.condition(three.get(0).asText()) ? three.get(1) : three.get(2));
      }
      case "Fn::Equals" -> {
        List<JsonNode> two = arguments(call, function, argument, 2);
        yield truth(resolve(two.get(0)).asText().equals(resolve(two.get(1)).asText()));
      }
      case "Fn::Not" -> {
        JsonNode one = arguments(call, function, argument, 1).get(0);
        yield truth(!resolve(one).asBoolean());
      }
      case "Fn::And" -> truth(all(argument).stream().allMatch(JsonNode::asBoolean));
      case "Fn::Or" -> truth(all(argument).stream().anyMatch(JsonNode::asBoolean));
      case "Fn::Join" -> {
        List<JsonNode> two = arguments(call, function, argument, 2);
        List<String> parts = new ArrayList<>();
        resolve(two.get(1)).forEach(part -> parts.add(part.asText()));
        yield TextNode.valueOf(String.join(two.get(0).asText(), parts));
      }
      case "Fn::Split" -> {
        List<JsonNode> two = arguments(call, function, argument, 2);
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        for (String part :
            resolve(two.get(1)).asText().split(Pattern.quote(two.get(0).asText()), -1)) {
          parts.add(part);
        }
        yield parts;
      }
      case "Fn::Select" -> {
        List<JsonNode> two = arguments(call, function, argument, 2);
        JsonNode selected = resolve(two.get(1)).path(resolve(two.get(0)).asInt());
        if (selected.isMissingNode()) {
          throw error(call, function, "has no element " + two.get(0).asText());
        }
        yield selected;
      }
      case "Fn::FindInMap" -> {
        List<JsonNode> three = all(arguments(call, function, argument, 3));
        JsonNode value =
            names.mapping(three.get(0).asText(), three.get(1).asText(), three.get(2).asText());
        if (value == null) {
          throw error(call, function, "finds nothing under " + three);
        }
        yield value;
      }
      case "Fn::ImportValue" -> {
        String export = resolve(argument).asText();
        String value = names.imported(export);
        if (value == null) {
          throw error(call, function, "of " + export + ": no stack exports it");
        }
        yield TextNode.valueOf(value);
      }
      case "Fn::GetAZs" -> {
        String region = resolve(argument).asText();
        ArrayNode zones = JsonNodeFactory.instance.arrayNode();
        for (String zone : List.of("a", "b", "c")) {
          zones.add((region.isEmpty() ? names.region() : region) + zone);
        }
        yield zones;
      }
      case "Fn::Cidr" -> {
        List<JsonNode> three = all(arguments(call, function, argument, 3));
        yield cidr(three.get(0).asText(), three.get(1).asInt(), three.get(2).asInt());
      }
      case "Fn::Base64" ->
          TextNode.valueOf(
              Base64.getEncoder()
                  .encodeToString(resolve(argument).asText().getBytes(StandardCharsets.UTF_8)));
      default -> throw error(call, function, "is not simulated");
    };
  }

  /** So many ranges of an IPv4 range, each with so many bits for the hosts in it. */
  private static ArrayNode cidr(String range, int count, int bits) {
    long address = 0;
    for (String octet : range.substring(0, range.indexOf('/')).split("\\.", -1)) {
      address = address * 256 + Long.parseLong(octet);
    }
    ArrayNode ranges = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < count; i++) {
      long first = address + ((long) i << bits);
      ranges.add(
          (first >> 24 & 255)
              + "."
              + (first >> 16 & 255)
              + "."
              + (first >> 8 & 255)
              + "."
              + (first & 255)
              + "/"
              + (32 - bits));
    }
    return ranges;
  }

  private JsonNode ref(ObjectNode call, String name) {
    JsonNode value = names.ref(name);
    if (value == null) {
      throw error(call, "Ref", "to " + name + ": there is no such parameter or resource");
    }
    return value;
  }

  private JsonNode attribute(ObjectNode call, String function, List<JsonNode> two) {
    String logicalId = two.get(0).asText();
    String attribute = resolve(two.get(1)).asText();
    String value = names.attribute(logicalId, attribute);
    if (value == null) {
      throw error(
          call,
          function,
          "of "
              + logicalId
              + "."
              + attribute
              + ": there is no such resource, or it has no such attribute");
    }
    return TextNode.valueOf(value);
  }

  private JsonNode sub(ObjectNode call, JsonNode argument) {
    String function = "Fn::Sub";
    ObjectNode variables = JsonNodeFactory.instance.objectNode();
    String text = argument.asText();
    if (argument.isArray()) {
      List<JsonNode> two = arguments(call, function, argument, 2);
      text = two.get(0).asText();
      if (resolve(two.get(1)) instanceof ObjectNode given) {
        variables = given;
      }
    }
    ObjectNode known = variables;
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(2);
      String value = matcher.group(1).isEmpty() ? variable(call, known, name) : "${" + name + "}";
      matcher.appendReplacement(result, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(result);
    return TextNode.valueOf(result.toString());
  }

  private String variable(ObjectNode call, ObjectNode known, String name) {
    if (known.has(name)) {
      return known.path(name).asText();
    }
    JsonNode ref = names.ref(name);
    if (ref != null && !ref.isMissingNode()) {
      return ref.asText();
    }
    int dot = name.indexOf('.');
    String attribute =
        dot < 0 ? null : names.attribute(name.substring(0, dot), name.substring(dot + 1));
    if (attribute == null) {
      throw error(
          call, "Fn::Sub", "of ${" + name + "}: there is no such parameter, resource or attribute");
    }
    return attribute;
  }

  private List<JsonNode> arguments(ObjectNode call, String function, JsonNode argument, int count) {
    if (!argument.isArray() || argument.size() != count) {
      throw error(call, function, "takes a list of " + count);
    }
    List<JsonNode> arguments = new ArrayList<>();
    argument.forEach(arguments::add);
    return arguments;
  }

  private List<JsonNode> all(Iterable<JsonNode> nodes) {
    List<JsonNode> resolved = new ArrayList<>();
    nodes.forEach(node -> resolved.add(resolve(node)));
    return resolved;
  }

  private TemplateException error(ObjectNode call, String function, String what) {
    return new TemplateException(where + lines.at(call, function) + ": " + function + " " + what);
  }

  private static JsonNode truth(boolean value) {
    return BooleanNode.valueOf(value);
  }

  /** AWS::NoValue. */
  static JsonNode nothing() {
    return MissingNode.getInstance();
  }
}
