package dev.slipway.aws;

import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
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

/**
 * Slipway's own FIFO queue. Hints of one service wait for each other, those of different services
 * go in parallel.
 */
public final class SqsHintQueue implements HintQueue {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
  private static final int MESSAGES_A_CALL = 10;
  private static final int ATTEMPTS = 3;
  private static final int GROUP_LENGTH = 128;

  private final SqsClient client;
  private final String queueUrl;

  /**
   * @param client from {@link Clients}
   * @param queueUrl of a FIFO queue
   */
  public SqsHintQueue(SqsClient client, String queueUrl) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  @Override
  public void send(List<Hint.ServiceNamed> hints) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (Hint.ServiceNamed hint : hints) {
      entries.add(entry(Integer.toString(entries.size()), hint));
    }
    for (List<SendMessageBatchRequestEntry> ten : Pages.divided(entries, MESSAGES_A_CALL)) {
      sendAll(ten);
    }
  }

  private static SendMessageBatchRequestEntry entry(String id, Hint.ServiceNamed hint) {
    String body = Json.text(ServiceHints.body(hint));
    return SendMessageBatchRequestEntry.builder()
        .id(id)
        .messageBody(body)
        .messageGroupId(group(hint.service()))
        // said by hand, so that it holds whatever the queue's own setting is
        .messageDeduplicationId(Sha256.hex(body))
        .build();
  }

  static String group(ServiceArn service) {
    String arn = service.value();
    return arn.length() <= GROUP_LENGTH ? arn : "service/" + Sha256.hex(arn);
  }

  /** SQS may take some of a batch and fail the others. What it took twice it delivers once. */
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
                + " hints: "
                + failed.getFirst().code()
                + ": "
                + failed.getFirst().message());
      }
      unsent = failed.stream().map(entry -> byId.get(entry.id())).toList();
    }
  }
}
