package dev.slipway.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.simulator.world.AwsError;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * AWS's query protocol: flat parameters such as {@code Attributes.entry.1.key} come in, XML goes
 * out.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-query-protocol.html">AWS query protocol</a>
 */
final class QueryProtocol {
  /** The members that the services' models declare as maps; nothing in an answer tells them. */
  private static final Set<String> MAPS = Set.of("Attributes");

  private QueryProtocol() {}

  /** The members of an operation's input. */
  static ObjectNode members(Map<String, String> parameters) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    parameters.forEach((name, value) -> put(tree, name, value));
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    tree.properties().forEach(entry -> members.set(entry.getKey(), folded(entry.getValue())));
    members.remove(List.of("Action", "Version"));
    return members;
  }

  private static void put(ObjectNode tree, String name, String value) {
    String[] path = name.split("\\.", -1);
    ObjectNode at = tree;
    for (int i = 0; i < path.length - 1; i++) {
      JsonNode next = at.get(path[i]);
      if (next == null) {
        at = at.putObject(path[i]);
      } else if (next instanceof ObjectNode structure) {
        at = structure;
      } else {
        throw malformed(name);
      }
    }
    if (at.has(path[path.length - 1])) {
      throw malformed(name);
    }
    at.put(path[path.length - 1], value);
  }

  private static AwsError malformed(String name) {
    return AwsError.client(
        "MalformedQueryString", "The parameter " + name + " is both a value and a structure.");
  }

  /** Lists and maps of their numbered parts. */
  private static JsonNode folded(JsonNode node) {
    if (!(node instanceof ObjectNode structure)) {
      return node;
    }
    if (structure.size() == 1 && structure.get("member") instanceof ObjectNode numbered) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      inOrder(numbered).forEach(part -> list.add(folded(part)));
      return list;
    }
    if (structure.size() == 1 && structure.get("entry") instanceof ObjectNode numbered) {
      ObjectNode map = JsonNodeFactory.instance.objectNode();
      for (JsonNode part : inOrder(numbered)) {
        // a model may name them otherwise, as that of SNS's message attributes does
        String key = part.path(part.has("Name") ? "Name" : "key").asText();
        map.set(key, folded(part.path(part.has("Value") ? "Value" : "value")));
      }
      return map;
    }
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    structure.properties().forEach(entry -> members.set(entry.getKey(), folded(entry.getValue())));
    return members;
  }

  private static Collection<JsonNode> inOrder(ObjectNode numbered) {
    Map<Integer, JsonNode> parts = new TreeMap<>();
    try {
      numbered
          .properties()
          .forEach(part -> parts.put(Integer.parseInt(part.getKey()), part.getValue()));
    } catch (NumberFormatException e) {
      throw AwsError.client(
          "MalformedQueryString", "The parts of a list or a map must be numbered.");
    }
    return parts.values();
  }

  /** The answer of an operation. */
  static String result(String operation, ObjectNode output, String requestId) {
    StringBuilder xml = new StringBuilder();
    output.properties().forEach(member -> write(xml, member.getKey(), member.getValue()));
    return "<%1$sResponse><%1$sResult>%2$s</%1$sResult><ResponseMetadata><RequestId>%3$s</RequestId></ResponseMetadata></%1$sResponse>"
        .formatted(operation, xml, requestId);
  }

  private static void write(StringBuilder xml, String name, JsonNode value) {
    xml.append('<').append(name).append('>');
    if (value.isArray()) {
      value.forEach(item -> write(xml, "member", item));
    } else if (value.isObject() && MAPS.contains(name)) {
      value
          .properties()
          .forEach(entry -> {
            xml.append("<entry>");
            write(xml, "key", TextNode.valueOf(entry.getKey()));
            write(xml, "value", entry.getValue());
            xml.append("</entry>");
          });
    } else if (value.isObject()) {
      value.properties().forEach(member -> write(xml, member.getKey(), member.getValue()));
    } else {
      xml.append(Xml.text(value.asText()));
    }
    xml.append("</").append(name).append('>');
  }
}
