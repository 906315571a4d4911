package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A dead-letter queue in Amazon SQS. The message attributes {@code reason}, {@code messageId} and
 * {@code queue} tell why it is there and where it comes from.
 */
public final class SqsDeadLetters implements DeadLetters {
  // a message and its attributes share SQS's limit for a message
  private static final int REASON_LENGTH = 4_000;

  private final AwsApi api;
  private final String queueUrl;

  /**
   * @param api of SQS
   * @param queueUrl of a FIFO queue or a standard one
   */
  public SqsDeadLetters(AwsApi api, String queueUrl) {
    this.api = api;
    this.queueUrl = queueUrl;
  }

  @Override
  public void put(DeadLetter letter) {
    ObjectNode request = Json.object().put("QueueUrl", queueUrl).put("MessageBody", letter.body());
    ObjectNode attributes = request.putObject("MessageAttributes");
    attributes.set("reason", text(letter.reason()));
    attributes.set("messageId", text(letter.messageId()));
    attributes.set("queue", text(letter.queueArn()));
    if (queueUrl.endsWith(".fifo")) {
      request
          .put("MessageGroupId", letter.group() == null ? letter.messageId() : letter.group())
          .put("MessageDeduplicationId", letter.messageId());
    }
    AwsErrors.permitted("sqs:SendMessage", queueUrl, () -> api.call("SendMessage", request));
  }

  private static ObjectNode text(String value) {
    String allowed = allowed(value);
    return Json.object()
        .put("DataType", "String")
        .put("StringValue", allowed.isEmpty() ? "?" : allowed);
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
