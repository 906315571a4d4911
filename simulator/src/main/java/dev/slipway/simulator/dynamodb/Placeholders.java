package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A request's ExpressionAttributeNames and ExpressionAttributeValues, and which were used. */
final class Placeholders {
  private static final String NAMES = "ExpressionAttributeNames";
  private static final String VALUES = "ExpressionAttributeValues";
  private static final Pattern NAME = Pattern.compile("#\\w+");
  private static final Pattern VALUE = Pattern.compile(":\\w+");

  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, AttributeValue> values = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  private Placeholders() {}

  /**
   * Those of a request.
   *
   * @param parameters its expressions, such as {@code ConditionExpression}; of those that take no
   *     values, such as {@code ProjectionExpression}, too
   */
  static Placeholders of(ObjectNode request, List<String> parameters) {
    Placeholders placeholders = new Placeholders();
    boolean expressions = parameters.stream().anyMatch(request::has);
    if (request.has(NAMES)) {
      if (!expressions) {
        throw Errors.validation(NAMES + " can only be specified when using expressions");
      }
      for (Map.Entry<String, JsonNode> entry : checked(NAMES, NAME, request.path(NAMES))) {
        placeholders.names.put(entry.getKey(), entry.getValue().asText());
      }
    }
    if (request.has(VALUES)) {
      List<String> taking =
          parameters.stream().filter(it -> !it.equals("ProjectionExpression")).toList();
      if (taking.stream().noneMatch(request::has)) {
        throw Errors.validation(
            VALUES
                + " can only be specified when using expressions"
                + (taking.isEmpty()
                    ? ""
                    : ": "
                        + String.join(" and ", taking)
                        + (taking.size() == 1 ? " is null" : " are null")));
      }
      for (Map.Entry<String, JsonNode> entry : checked(VALUES, VALUE, request.path(VALUES))) {
        placeholders.values.put(entry.getKey(), AttributeJson.value(entry.getValue()));
      }
    }
    return placeholders;
  }

  private static Set<Map.Entry<String, JsonNode>> checked(
      String parameter, Pattern key, JsonNode given) {
    if (given.isEmpty()) {
      throw Errors.validation(parameter + " must not be empty");
    }
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      if (!key.matcher(entry.getKey()).matches()) {
        throw Errors.validation(
            "%s contains invalid key: Syntax error; key: \"%s\""
                .formatted(parameter, entry.getKey()));
      }
    }
    return given.properties();
  }

  /** The attribute that {@code #name} stands for. */
  String name(String placeholder, String parameter) {
    String name = names.get(placeholder);
    if (name == null) {
      throw Errors.validation(
          "Invalid %s: An expression attribute name used in the document path is not defined; attribute name: %s"
              .formatted(parameter, placeholder));
    }
    used.add(placeholder);
    return name;
  }

  /** The value that {@code :value} stands for. */
  AttributeValue value(String placeholder, String parameter) {
    AttributeValue value = values.get(placeholder);
    if (value == null) {
      throw Errors.validation(
          "Invalid %s: An expression attribute value used in expression is not defined; attribute value: %s"
              .formatted(parameter, placeholder));
    }
    used.add(placeholder);
    return value;
  }

  /** To be called when all expressions were read: a placeholder that none uses is an error. */
  void checkUsed() {
    checkUsed(VALUES, values.keySet().stream());
    checkUsed(NAMES, names.keySet().stream());
  }

  private void checkUsed(String parameter, Stream<String> given) {
    Set<String> unused = new TreeSet<>(given.filter(it -> !used.contains(it)).toList());
    if (!unused.isEmpty()) {
      throw Errors.validation(
          "Value provided in %s unused in expressions: keys: {%s}"
              .formatted(parameter, String.join(", ", unused)));
    }
  }
}
