package dev.slipway.simulator.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.simulator.world.AwsError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a target is given of an event. */
sealed interface TargetInput {
  /** The event as it is. */
  record Whole() implements TargetInput {}

  /** A part of it. */
  record Part(JsonPath path) implements TargetInput {}

  /** Always the same JSON. */
  record Constant(String json) implements TargetInput {}

  /** A template with values out of the event. */
  record Transformed(Map<String, JsonPath> paths, String template) implements TargetInput {}

  /** In a template, {@code <name>}, and whether it stands alone or within a text. */
  Pattern PLACEHOLDER = Pattern.compile("<([\\w.-]+)>");

  /** Reads {@code Input}, {@code InputPath} or {@code InputTransformer} of a target. */
  static TargetInput parse(ObjectNode target) {
    if (target.hasNonNull("InputTransformer")) {
      JsonNode transformer = target.path("InputTransformer");
      Map<String, JsonPath> paths = new LinkedHashMap<>();
      transformer
          .path("InputPathsMap")
          .properties()
          .forEach(entry -> paths.put(entry.getKey(), JsonPath.parse(entry.getValue().asText())));
      return new Transformed(paths, transformer.path("InputTemplate").asText());
    }
    if (target.hasNonNull("InputPath")) {
      return new Part(JsonPath.parse(target.path("InputPath").asText()));
    }
    if (target.hasNonNull("Input")) {
      return new Constant(json(target.path("Input").asText()));
    }
    return new Whole();
  }

  private static String json(String text) {
    try {
      JsonMapper.builder().build().readTree(text);
      return text;
    } catch (JsonProcessingException e) {
      throw AwsError.client("ValidationException", "JSON syntax error in input: " + text);
    }
  }

  /** The payload for an event. */
  default String payload(ObjectNode event, Rule rule, String ruleArn, Instant now) {
    return switch (this) {
      case Whole() -> event.toString();
      case Part(JsonPath path) -> {
        JsonNode part = path.of(event);
        yield part.isMissingNode() ? "{}" : part.toString();
      }
      case Constant(String json) -> json;
      case Transformed(Map<String, JsonPath> paths, String template) ->
          fill(paths, template, event, rule, ruleArn, now);
    };
  }

  private static String fill(
      Map<String, JsonPath> paths,
      String template,
      ObjectNode event,
      Rule rule,
      String ruleArn,
      Instant now) {
    StringBuilder filled = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(template);
    int end = 0;
    boolean quoted = false;
    while (placeholder.find()) {
      String before = template.substring(end, placeholder.start());
      quoted ^= quotes(before) % 2 == 1;
      filled.append(before);
      JsonNode value =
          switch (placeholder.group(1)) {
            case "aws.events.rule-arn" -> TextNode.valueOf(ruleArn);
            case "aws.events.rule-name" -> TextNode.valueOf(rule.name());
            case "aws.events.event.ingestion-time" -> TextNode.valueOf(now.toString());
            case "aws.events.event", "aws.events.event.json" -> event;
            case String name -> {
              JsonPath path = paths.get(name);
              yield path == null ? TextNode.valueOf("<" + name + ">") : path.of(event);
            }
          };
      filled.append(text(value, quoted));
      end = placeholder.end();
    }
    return filled.append(template.substring(end)).toString();
  }

  private static int quotes(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '"') {
        count++;
      }
    }
    return count;
  }

  /** Within quotes a text loses its own; a value that is not there is nothing. */
  private static String text(JsonNode value, boolean quoted) {
    if (value.isMissingNode()) {
      return quoted ? "" : "null";
    }
    String json = value.toString();
    if (!quoted) {
      return json;
    }
    return value.isTextual()
        ? json.substring(1, json.length() - 1)
        : json.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
