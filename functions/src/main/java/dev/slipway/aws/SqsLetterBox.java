package dev.slipway.aws;

import dev.slipway.operate.Letter;
import dev.slipway.operate.LetterBox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * A dead-letter queue in Amazon SQS: what {@link SqsDeadLetters} put there, what SQS moved there
 * after the last delivery, and what EventBridge could not deliver.
 */
public final class SqsLetterBox implements LetterBox {
  private static final int MESSAGES_A_CALL = 10;
  // more than anybody reads; the rest is told when these are gone
  private static final int MOST = 500;
  private static final int GROUP_LENGTH = 128;

  private final SqsClient client;
  private final String name;
  private final String queueUrl;
  private final String sourceUrl;
  private final Map<String, Message> opened = new HashMap<>();

  /**
   * @param client from {@link Clients}
   * @param name of the queue, for people
   * @param queueUrl of the dead-letter queue
   * @param sourceUrl of the FIFO queue that its letters are sent back to
   */
  public SqsLetterBox(SqsClient client, String name, String queueUrl, String sourceUrl) {
    this.client = client;
    this.name = name;
    this.queueUrl = queueUrl;
    this.sourceUrl = sourceUrl;
  }

  @Override
  public List<Letter> open(Duration hideFor) {
    opened.clear();
    List<Letter> letters = new ArrayList<>();
    while (letters.size() < MOST) {
      List<Message> some =
          AwsErrors.permitted(
              "sqs:ReceiveMessage",
              queueUrl,
              () ->
                  client
                      .receiveMessage(r ->
                          r.queueUrl(queueUrl)
                              .maxNumberOfMessages(MESSAGES_A_CALL)
                              .visibilityTimeout((int) hideFor.toSeconds())
                              // without waiting only some of SQS's servers are asked
                              .waitTimeSeconds(1)
                              .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                              .messageAttributeNames("All"))
                      .messages());
      if (some.isEmpty()) {
        break;
      }
      for (Message message : some) {
        if (opened.put(message.messageId(), message) == null) {
          letters.add(letter(message));
        }
      }
    }
    return letters;
  }

  private Letter letter(Message message) {
    return new Letter(
        message.messageId(),
        name,
        message.body(),
        Instant.ofEpochMilli(
            Long.parseLong(
                message.attributes().getOrDefault(MessageSystemAttributeName.SENT_TIMESTAMP, "0"))),
        tries(message),
        reason(message));
  }

  /** EventBridge counts retries; how often SQS delivered one that it moved, it does not tell. */
  private static OptionalInt tries(Message message) {
    try {
      Optional<String> deliveries = attribute(message, SqsDeadLetters.DELIVERIES);
      if (deliveries.isPresent()) {
        return OptionalInt.of(Integer.parseInt(deliveries.get()));
      }
      Optional<String> retries = attribute(message, "RETRY_ATTEMPTS");
      return retries.isPresent()
          ? OptionalInt.of(Integer.parseInt(retries.get()) + 1)
          : OptionalInt.empty();
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  private static Optional<String> reason(Message message) {
    return attribute(message, SqsDeadLetters.REASON)
        .or(() ->
            attribute(message, "ERROR_CODE")
                .map(code ->
                    attribute(message, "ERROR_MESSAGE")
                        .map(words -> code + ": " + words)
                        .orElse(code)));
  }

  private static Optional<String> attribute(Message message, String attribute) {
    return Optional.ofNullable(message.messageAttributes().get(attribute))
        .map(MessageAttributeValue::stringValue);
  }

  @Override
  public void release(List<Letter> letters) {
    for (List<Letter> ten : Pages.divided(letters, MESSAGES_A_CALL)) {
      List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
      for (Letter letter : ten) {
        entries.add(
            ChangeMessageVisibilityBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .receiptHandle(message(letter).receiptHandle())
                .visibilityTimeout(0)
                .build());
      }
      // one that fails is visible again by itself soon
      AwsErrors.permitted(
          "sqs:ChangeMessageVisibility",
          queueUrl,
          () -> client.changeMessageVisibilityBatch(r -> r.queueUrl(queueUrl).entries(entries)));
    }
  }

  @Override
  public void sendBack(Letter letter) {
    Message message = message(letter);
    String group = group(message);
    AwsErrors.permitted(
        "sqs:SendMessage",
        sourceUrl,
        () ->
            client.sendMessage(r ->
                r.queueUrl(sourceUrl)
                    .messageBody(message.body())
                    .messageGroupId(
                        group.length() <= GROUP_LENGTH ? group : "group/" + Sha256.hex(group))
                    // not that of its body, which the queue may have taken just now
                    .messageDeduplicationId("redriven/" + message.messageId())));
    AwsErrors.permitted(
        "sqs:DeleteMessage",
        queueUrl,
        () ->
            client.deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(message.receiptHandle())));
  }

  private Message message(Letter letter) {
    Message message = opened.get(letter.id());
    if (message == null) {
      throw new IllegalArgumentException("no letter that was opened here: " + letter.id());
    }
    return message;
  }

  /** As it was sent first; of an event that never was sent, as the rule would have had it. */
  private static String group(Message message) {
    return attribute(message, SqsDeadLetters.GROUP)
        .or(() ->
            Optional.ofNullable(
                message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID)))
        .or(() -> groupOfEvent(message.body()))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "it names neither repository nor service, so that no queue would take it"));
  }

  /** As the rules say: a push by its repository, what ECS tells by its service. */
  private static Optional<String> groupOfEvent(String body) {
    try {
      JsonNode event = Json.read(body);
      return Stream.of(
              event.path("detail").path("repository-name"), event.path("resources").path(0))
          .map(JsonNode::asText)
          .filter(name -> !name.isEmpty())
          .findFirst();
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }
}
