package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The template's parameters: what was given, checked as CloudFormation does, or their defaults. */
final class Parameters {
  private Parameters() {}

  static Map<String, JsonNode> values(ObjectNode root, Map<String, String> given, Lines lines) {
    JsonNode declared = root.path("Parameters");
    for (String name : given.keySet()) {
      if (!declared.has(name)) {
        throw new TemplateException("the template has no parameter " + name);
      }
    }
    Map<String, JsonNode> values = new LinkedHashMap<>();
    declared
        .properties()
        .forEach(entry -> {
          String name = entry.getKey();
          JsonNode declaration = entry.getValue();
          String value = given.get(name);
          if (value == null) {
            if (!declaration.has("Default")) {
              String at = declared instanceof ObjectNode o ? lines.at(o, name) : "";
              throw new TemplateException(
                  "the parameter " + name + at + " has no default: give it a value");
            }
            value = declaration.path("Default").asText();
          }
          check(name, declaration, value);
          values.put(name, typed(declaration.path("Type").asText(), value));
        });
    return values;
  }

  private static JsonNode typed(String type, String value) {
    if (!type.equals("CommaDelimitedList") && !type.startsWith("List<")) {
      return TextNode.valueOf(value);
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (String element : value.split(",", -1)) {
      list.add(element.strip());
    }
    return list;
  }

  private static void check(String name, JsonNode declaration, String value) {
    JsonNode allowed = declaration.path("AllowedValues");
    boolean among =
        allowed.isMissingNode()
            || StreamSupport.stream(allowed.spliterator(), false)
                .anyMatch(one -> one.asText().equals(value));
    JsonNode pattern = declaration.path("AllowedPattern");
    boolean matches = pattern.isMissingNode() || Pattern.matches(pattern.asText(), value);
    if (!among || !matches || !inRange(declaration, value)) {
      String constraint =
          declaration.has("ConstraintDescription")
              ? "it must be " + declaration.path("ConstraintDescription").asText()
              : "it must be " + (among ? "within its limits" : "one of " + allowed);
      throw new TemplateException(
          "the parameter " + name + " cannot be '" + value + "': " + constraint);
    }
  }

  private static boolean inRange(JsonNode declaration, String value) {
    boolean number = declaration.path("Type").asText().equals("Number");
    BigDecimal size;
    try {
      size = number ? new BigDecimal(value) : BigDecimal.valueOf(value.length());
    } catch (NumberFormatException _) {
      return false;
    }
    JsonNode min = declaration.path(number ? "MinValue" : "MinLength");
    JsonNode max = declaration.path(number ? "MaxValue" : "MaxLength");
    return (min.isMissingNode() || size.compareTo(new BigDecimal(min.asText())) >= 0)
        && (max.isMissingNode() || size.compareTo(new BigDecimal(max.asText())) <= 0);
  }
}
