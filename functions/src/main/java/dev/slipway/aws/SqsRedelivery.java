package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** Redelivery by Slipway's own queue in Amazon SQS, through the visibility timeout of messages. */
public final class SqsRedelivery implements Redelivery {
  private static final int MESSAGES_A_CALL = 10;

  private final AwsApi api;
  private final String queueUrl;
  private final Log log;

  /**
   * @param api of SQS
   * @param queueUrl of the only queue whose messages are hastened
   */
  public SqsRedelivery(AwsApi api, String queueUrl, Log log) {
    this.api = api;
    this.queueUrl = queueUrl;
    this.log = log;
  }

  @Override
  public void after(Duration delay, String queueArn, List<String> receiptHandles) {
    if (!queueName(queueArn, ':').equals(queueName(queueUrl, '/'))) {
      return; // somebody else's queue is mapped to the function: its owner's timeout is left alone
    }
    for (List<String> ten : Pages.divided(receiptHandles, MESSAGES_A_CALL)) {
      ObjectNode request = Json.object().put("QueueUrl", queueUrl);
      ArrayNode entries = request.putArray("Entries");
      for (String handle : ten) {
        String id = Integer.toString(entries.size());
        entries
            .addObject()
            .put("Id", id)
            .put("ReceiptHandle", handle)
            .put("VisibilityTimeout", delay.toSeconds());
      }
      try {
        ObjectNode response =
            AwsErrors.permitted(
                "sqs:ChangeMessageVisibility",
                queueArn,
                () -> api.call("ChangeMessageVisibilityBatch", request));
        response
            .path("Failed")
            .forEach(failed ->
                log.warn(
                    "a failed message comes again only after the queue's visibility timeout: "
                        + failed.path("Code").asText()
                        + ": "
                        + failed.path("Message").asText(),
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
