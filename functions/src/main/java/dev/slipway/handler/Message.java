package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.Resending;
import dev.slipway.aws.SqsResending;
import dev.slipway.text.OutsideText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One message of an SQS batch.
 *
 * @param id SQS's id of the message
 * @param deliveries how often it was delivered, this time included
 * @param queueArn the queue that it comes from
 * @param origin the message that it was sent anew for; itself, where it was not
 */
record Message(
    String id,
    String body,
    String receiptHandle,
    int deliveries,
    String queueArn,
    Resending.Origin origin) {
  private static final int MAX_BODY = 1_000;
  private static final int MAX_ID = 100;
  private static final int MAX_VALUE = 300;

  static Message of(SQSMessage record) {
    Map<String, String> attributes = record.getAttributes();
    return new Message(
        record.getMessageId(),
        record.getBody(),
        record.getReceiptHandle(),
        deliveries(attributes.getOrDefault("ApproximateReceiveCount", "1")),
        record.getEventSourceArn(),
        origin(record));
  }

  private static Resending.Origin origin(SQSMessage record) {
    Optional<String> id =
        attribute(record, SqsResending.FIRST_ID).filter(text -> text.length() <= MAX_ID);
    Instant sent = sent(record);
    Instant at = attribute(record, SqsResending.FIRST_SENT).map(Message::instant).orElse(sent);
    // what claims to come from the future would be sent anew for ever
    at = at.isAfter(sent) ? sent : at;
    return new Resending.Origin(id.orElseGet(record::getMessageId), at);
  }

  private static Instant sent(SQSMessage record) {
    try {
      return Instant.ofEpochMilli(
          Long.parseLong(record.getAttributes().getOrDefault("SentTimestamp", "0")));
    } catch (DateTimeException | NumberFormatException _) {
      return Instant.EPOCH;
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  private static Optional<String> attribute(SQSMessage record, String name) {
    return Optional.ofNullable(record.getMessageAttributes())
        .map(attributes -> attributes.get(name))
        .map(SQSEvent.MessageAttribute::getStringValue);
  }

  private static int deliveries(String count) {
    try {
      return Integer.parseInt(count);
    } catch (NumberFormatException _) {
      return 1;
    }
  }

  /** For the log: which message, and as far as it can be read, which event. */
  ObjectNode described() {
    ObjectNode members = Json.object().put("messageId", id).put("deliveries", deliveries);
    try {
      describe(Json.read(body), members);
    } catch (JsonProcessingException _) {
      members.put("body", OutsideText.cut(body, MAX_BODY));
    }
    return members;
  }

  /** Copies what tells an event from others, as far as it is there. */
  static void describe(JsonNode event, ObjectNode members) {
    put(members, "eventId", event.path("id"));
    put(members, "repository", event.path("detail").path("repository-name"));
    put(members, "tag", event.path("detail").path("image-tag"));
    put(members, "service", event.path("detail").path("service"));
  }

  private static void put(ObjectNode members, String name, JsonNode value) {
    if (value.isTextual()) {
      members.put(name, OutsideText.cut(value.textValue(), MAX_VALUE));
    } else if (value.isValueNode()) {
      members.set(name, value);
    }
  }
}
