package dev.slipway.simulator.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import org.jspecify.annotations.Nullable;

/**
 * A target of a rule.
 *
 * @param id unique within the rule
 * @param arn the resource
 * @param messageGroup for a FIFO queue: the message group, or a JSON path to it in the event
 * @param input what is delivered
 * @param deadLetterArn the standard queue for what could not be delivered, if there is one
 * @param retryPolicy how long delivery is tried
 * @param document as the target was given
 */
record Target(
    String id,
    String arn,
    @Nullable String messageGroup,
    TargetInput input,
    @Nullable String deadLetterArn,
    RetryPolicy retryPolicy,
    ObjectNode document) {

  /**
   * @param target as {@code PutTargets} and {@code AWS::Events::Rule} have it
   * @throws AwsError if EventBridge would not take it
   */
  static Target parse(ObjectNode target) {
    String id = target.path("Id").asText("");
    String arn = target.path("Arn").asText("");
    if (id.isEmpty() || arn.isEmpty()) {
      throw AwsError.client("ValidationException", "A target needs Id and Arn: " + target);
    }
    JsonNode group = target.path("SqsParameters").path("MessageGroupId");
    if (group.isTextual() && JsonPath.isPath(group.asText())) {
      JsonPath.parse(group.asText());
    }
    if (arn.startsWith("arn:aws:sqs:") && arn.endsWith(".fifo") && !group.isTextual()) {
      throw AwsError.client(
          "ValidationException",
          "Parameter(s) SqsParameters must be specified for target: " + id + ".");
    }
    String deadLetters = target.path("DeadLetterConfig").path("Arn").textValue();
    if (deadLetters != null && deadLetters.endsWith(".fifo")) {
      throw AwsError.client(
          "ValidationException",
          "Invalid DeadLetterConfig of target "
              + id
              + ": a FIFO queue cannot be a rule's dead-letter queue: "
              + deadLetters);
    }
    return new Target(
        id,
        arn,
        group.textValue(),
        TargetInput.parse(target),
        deadLetters,
        RetryPolicy.parse(target.path("RetryPolicy")),
        target);
  }

  /**
   * The message group for an event.
   *
   * @throws DeliveryFailure if the event has no text where the path leads
   */
  @Nullable String messageGroupFor(ObjectNode event) throws DeliveryFailure {
    if (messageGroup == null || !JsonPath.isPath(messageGroup)) {
      return messageGroup;
    }
    JsonNode value = JsonPath.parse(messageGroup).of(event);
    if (!value.isTextual()) {
      throw new DeliveryFailure(
          "SDK_CLIENT_ERROR",
          false,
          "The event has no text at " + messageGroup + ", which is the message group.");
    }
    return value.asText();
  }
}
