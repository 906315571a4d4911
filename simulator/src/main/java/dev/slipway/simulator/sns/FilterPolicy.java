package dev.slipway.simulator.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.world.AwsError;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import software.amazon.event.ruler.Machine;

/**
 * Which messages a subscription wants, by their attributes. Matched by AWS's Event Ruler, whose
 * operators these are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html">Filter
 *     policies</a>
 */
final class FilterPolicy {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final String RULE = "filter";
  private static final int MOST_NAMES = 5;
  private static final int MOST_COMBINATIONS = 150;

  private final String text;
  private final Machine machine = Machine.builder().build();
  private final boolean everything;

  private FilterPolicy(String text, ObjectNode policy) {
    this.text = text;
    this.everything = policy.isEmpty();
    if (!everything) {
      try {
        machine.addRule(RULE, policy.toString());
      } catch (IOException | IllegalArgumentException e) {
        throw invalid(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Reads a policy.
   *
   * @throws AwsError as SNS refuses one
   */
  static FilterPolicy parse(String text) {
    JsonNode policy;
    try {
      policy = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw invalid("failed to parse JSON. " + e.getOriginalMessage());
    }
    if (!(policy instanceof ObjectNode names)) {
      throw invalid("Filter policy must be an object");
    }
    if (names.size() > MOST_NAMES) {
      throw invalid("Filter policy can not have more than " + MOST_NAMES + " keys");
    }
    int combinations = 1;
    for (Map.Entry<String, JsonNode> name : names.properties()) {
      if (name.getValue().isObject()) {
        throw InvalidParameter.of(
            "Filter policy scope MessageAttributes does not support nested" + " filter policy");
      }
      if (!name.getValue().isArray()) {
        throw invalid("\"" + name.getKey() + "\" must be an object or an array");
      }
      combinations *= Math.max(1, name.getValue().size());
    }
    if (combinations > MOST_COMBINATIONS) {
      throw invalid("Filter policy is too complex");
    }
    return new FilterPolicy(text, names);
  }

  /**
   * Whether a message with these attributes is wanted. Binary ones are not looked at. A message
   * that has no attributes at all is wanted by no policy, not even by one of {@code exists: false}
   * (<a href="https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html">key
   * matching</a>): what CloudWatch's alarms publish has none.
   */
  boolean matches(Map<String, MessageAttribute> attributes) {
    if (everything || attributes.isEmpty()) {
      return everything;
    }
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    attributes.forEach((name, attribute) -> {
      String value = attribute.text();
      if (value != null) {
        event.set(name, value(attribute.dataType(), value));
      }
    });
    try {
      return !machine.rulesForJSONEvent(event.toString()).isEmpty();
    } catch (Exception e) {
      throw new IllegalStateException("Event Ruler could not read the attributes " + event, e);
    }
  }

  private static JsonNode value(String dataType, String value) {
    if (dataType.equals("Number")) {
      return JsonNodeFactory.instance.numberNode(new BigDecimal(value));
    }
    if (dataType.equals("String.Array")) {
      try {
        return JSON.readTree(value);
      } catch (JsonProcessingException _) {
        return JsonNodeFactory.instance.textNode(value); // no array: one text, as it is
      }
    }
    return JsonNodeFactory.instance.textNode(value);
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }

  private static AwsError invalid(String reason) {
    return InvalidParameter.of("FilterPolicy: " + reason);
  }
}
