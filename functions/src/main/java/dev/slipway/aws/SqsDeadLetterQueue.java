package dev.slipway.aws;

import dev.slipway.operate.DeadLetter;
import dev.slipway.operate.DeadLetterQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * The reading end of a dead-letter queue in Amazon SQS, for operators: what functions put there
 * ({@link SqsDeadLetterSink}), what SQS moved there after the last delivery, and what EventBridge
 * could not deliver.
 */
public final class SqsDeadLetterQueue implements DeadLetterQueue {
  private static final int MESSAGES_A_CALL = 10;
  // more than anybody reads; the rest is listed when these are gone
  private static final int MAX_MESSAGES = 500;

  private final SqsClient client;
  private final String name;
  private final String queueUrl;
  private final String sourceUrl;
  private final Map<String, Message> received = new HashMap<>();

  /**
   * @param client from {@link Clients}
   * @param name of the queue, for people
   * @param queueUrl of the dead-letter queue
   * @param sourceUrl of the queue that its messages are redriven to
   */
  public SqsDeadLetterQueue(SqsClient client, String name, String queueUrl, String sourceUrl) {
    this.client = client;
    this.name = name;
    this.queueUrl = queueUrl;
    this.sourceUrl = sourceUrl;
  }

  @Override
  public List<DeadLetter> receive(Duration hideFor) {
    received.clear();
    List<DeadLetter> messages = new ArrayList<>();
    while (messages.size() < MAX_MESSAGES) {
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
        if (received.put(message.messageId(), message) == null) {
          messages.add(deadLetter(message));
        }
      }
    }
    return messages;
  }

  private DeadLetter deadLetter(Message message) {
    return new DeadLetter(
        message.messageId(),
        name,
        message.body(),
        Instant.ofEpochMilli(
            Long.parseLong(
                message.attributes().getOrDefault(MessageSystemAttributeName.SENT_TIMESTAMP, "0"))),
        deliveries(message),
        reason(message));
  }

  /** EventBridge counts retries; how often SQS delivered one that it moved, it does not tell. */
  private static OptionalInt deliveries(Message message) {
    try {
      Optional<String> deliveries = attribute(message, SqsDeadLetterSink.DELIVERIES);
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
    return attribute(message, SqsDeadLetterSink.REASON)
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
  public void release(List<DeadLetter> messages) {
    for (List<DeadLetter> ten : Pages.divided(messages, MESSAGES_A_CALL)) {
      List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
      for (DeadLetter letter : ten) {
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
  public void redrive(DeadLetter letter) {
    Message message = message(letter);
    AwsErrors.permitted(
        "sqs:SendMessage",
        sourceUrl,
        () -> client.sendMessage(r -> r.queueUrl(sourceUrl).messageBody(message.body())));
    discard(letter);
  }

  @Override
  public void discard(DeadLetter letter) {
    Message message = message(letter);
    AwsErrors.permitted(
        "sqs:DeleteMessage",
        queueUrl,
        () ->
            client.deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(message.receiptHandle())));
  }

  private Message message(DeadLetter letter) {
    Message message = received.get(letter.id());
    if (message == null) {
      throw new IllegalArgumentException("not a message that was received here: " + letter.id());
    }
    return message;
  }
}
