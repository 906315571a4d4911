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
import java.util.function.IntUnaryOperator;
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

  /**
   * What many hints lead to is spread over time: ECS takes 20 RegisterTaskDefinition calls of an
   * account at once, and then one a second. Some of the 20 are left to others.
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
   */
  private static final int AT_ONCE = 15;

  /** Between two parts of a search: 20 ListServices and DescribeServices a second are allowed. */
  private static final int SEARCH_PAUSE_SECONDS = 5;

  /** A part that found services has had ECS's bucket emptied: it needs a second for each token. */
  private static final int REFILL_SECONDS = AT_ONCE;

  /** The longest that SQS delays a message. */
  private static final int MAX_DELAY_SECONDS = 900;

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
  public void send(List<? extends Hint> hints) {
    sendBodies(
        hints.stream().map(ServiceChecks::body).toList(),
        index ->
            hints.get(index) instanceof Hint.SearchServices
                ? searchDelaySeconds(index, hints.size())
                : delaySeconds(index, hints.size()));
  }

  private static int searchDelaySeconds(int index, int all) {
    return index == 0
        ? SEARCH_PAUSE_SECONDS
        : Math.min(delaySeconds(index, all) + REFILL_SECONDS, MAX_DELAY_SECONDS);
  }

  private static int delaySeconds(int index, int all) {
    int waiting = Math.max(0, index + 1 - AT_ONCE);
    int longest = all - AT_ONCE;
    return longest <= MAX_DELAY_SECONDS
        ? waiting
        : (int) ((long) waiting * MAX_DELAY_SECONDS / longest);
  }

  @Override
  public void request(List<ServiceArn> services) {
    sendBodies(services.stream().map(ServiceChecks::rolloutCheck).toList(), _ -> 0);
  }

  private void sendBodies(List<ObjectNode> bodies, IntUnaryOperator delaySeconds) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (ObjectNode body : bodies) {
      int delay = delaySeconds.applyAsInt(entries.size());
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .messageBody(Json.text(body))
              .delaySeconds(delay == 0 ? null : delay)
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
