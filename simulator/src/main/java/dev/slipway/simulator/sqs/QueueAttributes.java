package dev.slipway.simulator.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a queue that its owner sets, under the names that {@code CreateQueue} and
 * {@code AWS::SQS::Queue} give them.
 */
final class QueueAttributes {
  /**
   * When a message becomes one for the dead-letter queue.
   *
   * @param deadLetterTargetArn the dead-letter queue
   * @param maxReceiveCount how often a message is received before it is moved
   */
  record Redrive(String deadLetterTargetArn, int maxReceiveCount) {}

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> FIFO_ONLY =
      Set.of("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit");
  private static final Set<String> KEPT_AS_SAID =
      Set.of(
          "KmsMasterKeyId",
          "KmsDataKeyReusePeriodSeconds",
          "SqsManagedSseEnabled",
          "RedriveAllowPolicy");
  private static final Map<String, int[]> NUMBERS =
      Map.of(
          "VisibilityTimeout", new int[] {0, 43_200},
          "MessageRetentionPeriod", new int[] {60, 1_209_600},
          "DelaySeconds", new int[] {0, 900},
          "ReceiveMessageWaitTimeSeconds", new int[] {0, 20},
          "MaximumMessageSize", new int[] {1_024, 1_048_576});
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "VisibilityTimeout", "30",
          "MessageRetentionPeriod", "345600",
          "DelaySeconds", "0",
          "ReceiveMessageWaitTimeSeconds", "0",
          "MaximumMessageSize", "1048576",
          "SqsManagedSseEnabled", "true");

  private final Map<String, String> values;
  private final @Nullable Redrive redrive;
  private final @Nullable JsonNode policy;

  private QueueAttributes(Map<String, String> values) {
    this.values = values;
    this.redrive = redrive(values.get("RedrivePolicy"));
    this.policy = policy(values.get("Policy"));
  }

  /**
   * The attributes of a new queue; what is not said is as AWS has it.
   *
   * @throws AwsError for an unknown name or a value that is not allowed
   */
  static QueueAttributes of(String queueName, Map<String, String> said) {
    Map<String, String> values = new TreeMap<>(DEFAULTS);
    boolean fifo = "true".equals(said.get("FifoQueue"));
    if (fifo != queueName.endsWith(".fifo")) {
      throw invalidParameter(
          fifo
              ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or"
                  + " underscores, must end with .fifo suffix and be 1 to 80 in length."
              : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in"
                  + " length");
    }
    if (fifo) {
      values.put("ContentBasedDeduplication", "false");
      values.put("DeduplicationScope", "queue");
      values.put("FifoThroughputLimit", "perQueue");
    }
    return new QueueAttributes(values).with(said, true);
  }

  /** These attributes with some of them set anew; an empty policy takes the former away. */
  QueueAttributes with(Map<String, String> said) {
    return with(said, false);
  }

  private QueueAttributes with(Map<String, String> said, boolean isNew) {
    Map<String, String> merged = new TreeMap<>(values);
    said.forEach((name, value) -> {
      check(name, value, isNew);
      if (value.isEmpty()) {
        merged.remove(name);
      } else {
        merged.put(name, value);
      }
    });
    return new QueueAttributes(merged);
  }

  private void check(String name, String value, boolean isNew) {
    int[] range = NUMBERS.get(name);
    if (range != null) {
      int number = number(name, value);
      if (number < range[0] || number > range[1]) {
        throw invalidValue(name);
      }
    } else if (FIFO_ONLY.contains(name)) {
      boolean fifo = isNew ? name.equals("FifoQueue") || values.containsKey(name) : isFifo();
      if (!fifo || (!isNew && name.equals("FifoQueue") && !value.equals("true"))) {
        throw AwsError.client("InvalidAttributeName", "Unknown Attribute " + name + ".");
      }
    } else if (!KEPT_AS_SAID.contains(name)
        && !name.equals("RedrivePolicy")
        && !name.equals("Policy")) {
      throw AwsError.client("InvalidAttributeName", "Unknown Attribute " + name + ".");
    }
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw invalidValue(name);
    }
  }

  private static AwsError invalidValue(String name) {
    return AwsError.client(
        "InvalidAttributeValue", "Invalid value for the parameter " + name + ".");
  }

  private static AwsError invalidParameter(String message) {
    return AwsError.client("InvalidParameterValue", message);
  }

  private static @Nullable Redrive redrive(@Nullable String json) {
    if (json == null) {
      return null;
    }
    JsonNode node = parse("RedrivePolicy", json);
    String target = node.path("deadLetterTargetArn").asText("");
    int count = node.path("maxReceiveCount").asInt(0);
    if (target.isEmpty() || count < 1 || count > 1_000) {
      throw invalidParameter(
          "Value "
              + json
              + " for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain"
              + " deadLetterTargetArn and a maxReceiveCount from 1 to 1000.");
    }
    return new Redrive(target, count);
  }

  /** Whether a queue may name this one as its dead-letter queue. */
  boolean takesDeadLettersOf(String queueArn) {
    String json = values.get("RedriveAllowPolicy");
    if (json == null) {
      return true;
    }
    JsonNode policy = parse("RedriveAllowPolicy", json);
    return switch (policy.path("redrivePermission").asText("allowAll")) {
      case "allowAll" -> true;
      case "byQueue" -> {
        for (JsonNode source : policy.path("sourceQueueArns")) {
          if (source.asText().equals(queueArn)) {
            yield true;
          }
        }
        yield false;
      }
      default -> false;
    };
  }

  private static @Nullable JsonNode policy(@Nullable String json) {
    return json == null ? null : parse("Policy", json);
  }

  private static JsonNode parse(String name, String json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // said below, together with JSON that is no object
    }
    throw AwsError.client(
        "InvalidAttributeValue",
        "Invalid value for the parameter " + name + ". Reason: it is not a JSON object.");
  }

  /** All that is set, by name. */
  Map<String, String> values() {
    return values;
  }

  boolean isFifo() {
    return "true".equals(values.get("FifoQueue"));
  }

  boolean contentBasedDeduplication() {
    return "true".equals(values.get("ContentBasedDeduplication"));
  }

  boolean deduplicatesByGroup() {
    return "messageGroup".equals(values.get("DeduplicationScope"));
  }

  Duration visibilityTimeout() {
    return seconds("VisibilityTimeout");
  }

  Duration retention() {
    return seconds("MessageRetentionPeriod");
  }

  Duration delay() {
    return seconds("DelaySeconds");
  }

  Duration receiveWait() {
    return seconds("ReceiveMessageWaitTimeSeconds");
  }

  int maximumMessageSize() {
    return integer("MaximumMessageSize");
  }

  @Nullable Redrive redrive() {
    return redrive;
  }

  @Nullable JsonNode policy() {
    return policy;
  }

  private Duration seconds(String name) {
    return Duration.ofSeconds(integer(name));
  }

  private int integer(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("queue attribute " + name + " has no value");
    }
    return Integer.parseInt(value);
  }
}
