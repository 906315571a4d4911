package dev.slipway.aws;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * A dead-letter queue in Amazon SQS. The message attributes {@code reason}, {@code messageId},
 * {@code queue}, {@code group} (where it had one) and {@code deliveries} tell why it is there and
 * where it comes from.
 *
 * <p>In a FIFO queue each is a message group of its own: of one group SQS shows the ten oldest
 * only, and dead letters have no order.
 */
public final class SqsDeadLetters implements DeadLetterSink {
  /** The message attribute that says why. */
  static final String REASON = "reason";

  /** The message attribute that says which message group it was of. */
  static final String GROUP = "group";

  /** The message attribute that says how often it was delivered. */
  static final String DELIVERIES = "deliveries";

  // a message and its attributes share SQS's limit for a message
  private static final int REASON_LENGTH = 4_000;

  private final SqsClient client;
  private final String queueUrl;

  /**
   * @param client from {@link Clients}
   * @param queueUrl of a FIFO queue or a standard one
   */
  public SqsDeadLetters(SqsClient client, String queueUrl) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  @Override
  public void put(DeadLetter letter) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    attributes.put(REASON, text(letter.reason()));
    attributes.put("messageId", text(letter.messageId()));
    attributes.put("queue", text(letter.queueArn()));
    attributes.put(DELIVERIES, text(Integer.toString(letter.deliveries())));
    if (letter.group() != null) {
      attributes.put(GROUP, text(letter.group()));
    }
    SendMessageRequest.Builder request =
        SendMessageRequest.builder()
            .queueUrl(queueUrl)
            .messageBody(letter.body())
            .messageAttributes(attributes);
    if (queueUrl.endsWith(".fifo")) {
      request.messageGroupId(letter.messageId()).messageDeduplicationId(letter.messageId());
    }
    AwsErrors.permitted("sqs:SendMessage", queueUrl, () -> client.sendMessage(request.build()));
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
        .limit(REASON_LENGTH)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isXmlCharacter(int c) {
    return (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
  }
}
