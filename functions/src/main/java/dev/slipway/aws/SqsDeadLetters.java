package dev.slipway.aws;

import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * A dead-letter queue in Amazon SQS. The message attributes {@code reason}, {@code messageId} and
 * {@code queue} tell why it is there and where it comes from.
 */
public final class SqsDeadLetters implements DeadLetters {
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
    SendMessageRequest.Builder request =
        SendMessageRequest.builder()
            .queueUrl(queueUrl)
            .messageBody(letter.body())
            .messageAttributes(
                Map.of(
                    "reason", text(letter.reason()),
                    "messageId", text(letter.messageId()),
                    "queue", text(letter.queueArn())));
    if (queueUrl.endsWith(".fifo")) {
      request
          .messageGroupId(letter.group() == null ? letter.messageId() : letter.group())
          .messageDeduplicationId(letter.messageId());
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
