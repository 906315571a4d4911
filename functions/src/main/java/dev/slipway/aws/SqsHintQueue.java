package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.RolloutChecks;
import dev.slipway.ecs.ServiceArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** Sends Slipway's own messages to one of its queues in Amazon SQS. */
public final class SqsHintQueue implements HintQueue, RolloutChecks {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
  private static final int MESSAGES_A_CALL = 10;
  private static final int ATTEMPTS = 3;

  private final SqsClient client;
  private final String queueUrl;

  /**
   * @param client from {@link Clients}
   */
  public SqsHintQueue(SqsClient client, String queueUrl) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  @Override
  public void send(List<Hint.CheckService> hints) {
    sendBodies(hints.stream().map(ServiceChecks::body).toList());
  }

  @Override
  public void request(List<ServiceArn> services) {
    sendBodies(services.stream().map(ServiceChecks::rolloutCheck).toList());
  }

  private void sendBodies(List<ObjectNode> bodies) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (ObjectNode body : bodies) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .messageBody(Json.text(body))
              .build());
    }
    for (List<SendMessageBatchRequestEntry> ten : Pages.divided(entries, MESSAGES_A_CALL)) {
      sendAll(ten);
    }
  }

  /** SQS may take some of a batch and fail the others. A message that it has twice does no harm. */
  private void sendAll(List<SendMessageBatchRequestEntry> batch) {
    Map<String, SendMessageBatchRequestEntry> byId =
        batch.stream()
            .collect(Collectors.toMap(SendMessageBatchRequestEntry::id, Function.identity()));
    List<SendMessageBatchRequestEntry> unsent = batch;
    for (int attempt = 1; ; attempt++) {
      List<SendMessageBatchRequestEntry> sending = unsent;
      SendMessageBatchResponse response =
          AwsErrors.permitted(
              "sqs:SendMessage",
              queueUrl,
              () -> client.sendMessageBatch(r -> r.queueUrl(queueUrl).entries(sending)));
      List<BatchResultErrorEntry> failed = response.failed();
      if (failed.isEmpty()) {
        return;
      }
      if (attempt == ATTEMPTS || failed.stream().anyMatch(BatchResultErrorEntry::senderFault)) {
        throw new IllegalStateException(
            "sqs:SendMessage on "
                + queueUrl
                + " failed for "
                + failed.size()
                + " of "
                + batch.size()
                + " messages: "
                + failed.getFirst().code()
                + ": "
                + failed.getFirst().message());
      }
      unsent = failed.stream().map(entry -> byId.get(entry.id())).toList();
    }
  }
}
