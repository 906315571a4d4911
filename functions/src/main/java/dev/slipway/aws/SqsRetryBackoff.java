package dev.slipway.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;

/**
 * RetryBackoff by Slipway's own queue in Amazon SQS, through the visibility timeout of messages.
 */
public final class SqsRetryBackoff implements RetryBackoff {
  private static final int MESSAGES_A_CALL = 10;

  private final SqsClient client;
  private final String queueUrl;
  private final Log log;

  /**
   * @param client from {@link Clients}
   * @param queueUrl of the only queue whose messages are hastened
   */
  public SqsRetryBackoff(SqsClient client, String queueUrl, Log log) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.log = log;
  }

  @Override
  public void after(Duration delay, String queueArn, List<String> receiptHandles) {
    if (!queueName(queueArn, ':').equals(queueName(queueUrl, '/'))) {
      return; // a queue that is not Slipway's is mapped to the function: its owner's timeout is
      // left alone
    }
    for (List<String> ten : Pages.divided(receiptHandles, MESSAGES_A_CALL)) {
      List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
      for (String handle : ten) {
        entries.add(
            ChangeMessageVisibilityBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .receiptHandle(handle)
                .visibilityTimeout((int) delay.toSeconds())
                .build());
      }
      try {
        ChangeMessageVisibilityBatchResponse response =
            AwsErrors.permitted(
                "sqs:ChangeMessageVisibility",
                queueArn,
                () ->
                    client.changeMessageVisibilityBatch(
                        r -> r.queueUrl(queueUrl).entries(entries)));
        response
            .failed()
            .forEach(failed ->
                log.warn(
                    "a failed message comes again only after the queue's visibility timeout: "
                        + failed.code()
                        + ": "
                        + failed.message(),
                    Json.object().put("queue", queueArn)));
      } catch (RuntimeException e) {
        log.error(
            "failed messages come again only after the queue's visibility timeout: "
                + e.getMessage(),
            Json.object().put("queue", queueArn),
            e);
      }
    }
  }

  private static String queueName(String from, char separator) {
    return from.substring(from.lastIndexOf(separator) + 1);
  }
}
