package dev.slipway.aws;

import dev.slipway.text.OutsideText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * The writing end of a dead-letter queue in Amazon SQS: a function that handles messages may only
 * send there. {@link SqsDeadLetterQueue} is the reading end, for operators. The message attributes
 * {@code reason}, {@code messageId}, {@code queue} and {@code deliveries} tell why a message is
 * there and where it comes from.
 */
public final class SqsDeadLetterSink implements DeadLetterSink {
  /** The message attribute that says why. */
  static final String REASON = "reason";

  /** The message attribute that says how often it was delivered. */
  static final String DELIVERIES = "deliveries";

  private static final int MAX_REASON = 4_000;
  private static final int MIN_REASON = 100;

  /**
   * A message and its attributes share the limit of a queue: by its MaximumMessageSize this or, by
   * default since 2025, 1 MiB. Attributes but the reason take less than 1 KB.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
   */
  private static final int[] LIMITS = {256 * 1_024, 1_024 * 1_024};

  private static final int OTHER_ATTRIBUTES = 1_024;

  private final SqsClient client;
  private final String queueUrl;

  /**
   * @param client from {@link Clients}
   */
  public SqsDeadLetterSink(SqsClient client, String queueUrl) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  @Override
  public void put(FailedMessage message) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    attributes.put(REASON, text(OutsideText.cut(message.reason(), reasonLength(message.body()))));
    attributes.put("messageId", text(message.messageId()));
    attributes.put("queue", text(message.queueArn()));
    attributes.put(DELIVERIES, text(Integer.toString(message.deliveries())));
    AwsErrors.permitted(
        "sqs:SendMessage",
        queueUrl,
        () ->
            client.sendMessage(r ->
                r.queueUrl(queueUrl).messageBody(message.body()).messageAttributes(attributes)));
  }

  /** What room a body leaves: a character of the reason takes up to three bytes. */
  private static int reasonLength(String body) {
    int size = body.getBytes(StandardCharsets.UTF_8).length;
    for (int limit : LIMITS) {
      if (size <= limit) {
        return Math.clamp((limit - size - OTHER_ATTRIBUTES) / 3, MIN_REASON, MAX_REASON);
      }
    }
    return MIN_REASON;
  }

  private static MessageAttributeValue text(String value) {
    String allowed = allowed(value);
    return MessageAttributeValue.builder()
        .dataType("String")
        .stringValue(allowed.isEmpty() ? "?" : allowed)
        .build();
  }

  /**
   * Without the characters that SQS refuses.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
   */
  private static String allowed(String value) {
    return value
        .codePoints()
        .map(c -> c == '\t' || c == '\n' || c == '\r' || isXmlCharacter(c) ? c : '?')
        .limit(MAX_REASON)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isXmlCharacter(int c) {
    return (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
  }
}
