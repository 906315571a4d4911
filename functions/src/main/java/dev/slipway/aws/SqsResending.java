package dev.slipway.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Resending by Slipway's own queue in Amazon SQS. All that waits there may need a token of ECS, of
 * which one comes each second: a message is sent to arrive at any second of as many as there are
 * messages. So tokens do not go unused while a message waits for one, and few calls find none.
 *
 * <p>One that has waited for long may wait a sixteenth of that time more: as long as ECS takes
 * nothing at all, it is tried some 350 times on the first day and 200 on each later one.
 */
public final class SqsResending implements Resending {
  /** The message attribute that says when it was sent for the first time. */
  public static final String FIRST_SENT = "firstSent";

  /** The message attribute with the id that it had then. */
  public static final String FIRST_ID = "firstId";

  private static final int SHORTEST_SECONDS = 5;
  private static final int PART_OF_AGE = 16;

  /** The longest that SQS delays a message. */
  private static final int LONGEST_SECONDS = 900;

  private final SqsClient client;
  private final String queueUrl;
  private final IntUnaryOperator random;

  /**
   * @param client from {@link Clients}
   * @param random a number from 0 on and less than the given one
   */
  public SqsResending(SqsClient client, String queueUrl, IntUnaryOperator random) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.random = random;
  }

  @Override
  public void sendAnew(String body, Origin origin, Instant now) {
    long ofAge = Duration.between(origin.at(), now).toSeconds() / PART_OF_AGE;
    int seconds = Math.clamp(Math.max(waiting(), ofAge), SHORTEST_SECONDS, LONGEST_SECONDS);
    int delay = 1 + random.applyAsInt(seconds);
    AwsErrors.permitted(
        "sqs:SendMessage",
        queueUrl,
        () ->
            client.sendMessage(r ->
                r.queueUrl(queueUrl)
                    .messageBody(body)
                    .delaySeconds(delay)
                    .messageAttributes(
                        Map.of(
                            FIRST_SENT, text(origin.at().toString()),
                            FIRST_ID, text(origin.id())))));
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  /** Messages of the queue, those that are being handled or delayed included. */
  private int waiting() {
    Map<QueueAttributeName, String> counts =
        AwsErrors.permitted(
                "sqs:GetQueueAttributes",
                queueUrl,
                () ->
                    client.getQueueAttributes(r ->
                        r.queueUrl(queueUrl)
                            .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)))
            .attributes();
    return counts.values().stream().mapToInt(Integer::parseInt).sum();
  }
}
