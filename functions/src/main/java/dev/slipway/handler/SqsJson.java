package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lambda's own types for an SQS batch, from and to JSON member by member: Lambda's serializer would
 * do it by reflection, and could not tell a batch from a single event.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">The event's shape</a>
 */
final class SqsJson {
  private SqsJson() {}

  /**
   * Reads a batch.
   *
   * @throws MalformedEvent if it is not from SQS, or a message has no id by which its failure could
   *     be told
   */
  static SQSEvent event(JsonNode event) {
    List<SQSMessage> messages = new ArrayList<>();
    event.path("Records").forEach(item -> messages.add(message(item)));
    SQSEvent read = new SQSEvent();
    read.setRecords(messages);
    return read;
  }

  private static SQSMessage message(JsonNode item) {
    if (!item.path("eventSource").asText().equals("aws:sqs")) {
      throw new MalformedEvent(
          "Records[].eventSource: expected \"aws:sqs\", but it is "
              + Event.shown(item.path("eventSource")));
    }
    if (item.path("messageId").asText().isEmpty()) {
      throw new MalformedEvent(
          "Records[].messageId: missing, so its failure could not be reported");
    }
    Map<String, String> attributes = new HashMap<>();
    item.path("attributes")
        .properties()
        .forEach(attribute -> attributes.put(attribute.getKey(), attribute.getValue().asText()));
    Map<String, SQSEvent.MessageAttribute> messageAttributes = new HashMap<>();
    item.path("messageAttributes")
        .properties()
        .forEach(attribute -> {
          SQSEvent.MessageAttribute value = new SQSEvent.MessageAttribute();
          value.setStringValue(attribute.getValue().path("stringValue").asText());
          messageAttributes.put(attribute.getKey(), value);
        });
    SQSMessage message = new SQSMessage();
    message.setMessageId(item.path("messageId").asText());
    message.setReceiptHandle(item.path("receiptHandle").asText());
    message.setBody(item.path("body").asText());
    message.setEventSource("aws:sqs");
    message.setEventSourceArn(item.path("eventSourceARN").asText());
    message.setAttributes(attributes);
    message.setMessageAttributes(messageAttributes);
    return message;
  }

  /** Writes the response of a function with ReportBatchItemFailures. */
  static ObjectNode response(SQSBatchResponse response) {
    ObjectNode body = Json.object();
    ArrayNode failures = body.putArray("batchItemFailures");
    response
        .getBatchItemFailures()
        .forEach(
            failure -> failures.addObject().put("itemIdentifier", failure.getItemIdentifier()));
    return body;
  }
}
