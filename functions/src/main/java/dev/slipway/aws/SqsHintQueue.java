package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ServiceArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Slipway's own FIFO queue. Hints of one service wait for each other, those of different services
 * go in parallel.
 */
public final class SqsHintQueue implements HintQueue {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
  private static final int MESSAGES_A_CALL = 10;
  private static final int ATTEMPTS = 3;
  private static final int GROUP_LENGTH = 128;

  private final AwsApi api;
  private final String queueUrl;

  /**
   * @param api of SQS
   * @param queueUrl of a FIFO queue
   */
  public SqsHintQueue(AwsApi api, String queueUrl) {
    this.api = api;
    this.queueUrl = queueUrl;
  }

  @Override
  public void send(List<Hint.ServiceNamed> hints) {
    List<ObjectNode> entries = new ArrayList<>();
    for (Hint.ServiceNamed hint : hints) {
      entries.add(entry(Integer.toString(entries.size()), hint));
    }
    for (List<ObjectNode> ten : Pages.divided(entries, MESSAGES_A_CALL)) {
      sendAll(ten);
    }
  }

  private static ObjectNode entry(String id, Hint.ServiceNamed hint) {
    String body = Json.text(ServiceHints.body(hint));
    return Json.object()
        .put("Id", id)
        .put("MessageBody", body)
        .put("MessageGroupId", group(hint.service()))
        // said by hand, so that it holds whatever the queue's own setting is
        .put("MessageDeduplicationId", Sha256.hex(body));
  }

  static String group(ServiceArn service) {
    String arn = service.value();
    return arn.length() <= GROUP_LENGTH ? arn : "service/" + Sha256.hex(arn);
  }

  /** SQS may take some of a batch and fail the others. What it took twice it delivers once. */
  private void sendAll(List<ObjectNode> batch) {
    List<ObjectNode> unsent = batch;
    for (int attempt = 1; ; attempt++) {
      ObjectNode request = Json.object().put("QueueUrl", queueUrl);
      unsent.forEach(request.putArray("Entries")::add);
      ObjectNode response =
          AwsErrors.permitted(
              "sqs:SendMessage", queueUrl, () -> api.call("SendMessageBatch", request));
      List<JsonNode> failed = new ArrayList<>();
      response.path("Failed").forEach(failed::add);
      if (failed.isEmpty()) {
        return;
      }
      if (attempt == ATTEMPTS
          || failed.stream().anyMatch(entry -> entry.path("SenderFault").asBoolean())) {
        throw new IllegalStateException(
            "sqs:SendMessage on "
                + queueUrl
                + " failed for "
                + failed.size()
                + " of "
                + batch.size()
                + " hints: "
                + failed.getFirst().path("Code").asText()
                + ": "
                + failed.getFirst().path("Message").asText());
      }
      Set<String> ids =
          failed.stream().map(entry -> entry.path("Id").asText()).collect(Collectors.toSet());
      unsent = batch.stream().filter(entry -> ids.contains(entry.path("Id").asText())).toList();
    }
  }
}
