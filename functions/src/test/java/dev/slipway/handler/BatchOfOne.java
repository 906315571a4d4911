package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.slipway.aws.DeadLetterSink;
import dev.slipway.aws.Log;
import dev.slipway.aws.RetryBackoff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A function's handling of one message of its queue, for tests of other packages. */
public final class BatchOfOne {
  private final DeadLetterSink deadLetters;
  private final int lastDelivery;

  /**
   * @param lastDelivery the queue's maxReceiveCount
   */
  public BatchOfOne(DeadLetterSink deadLetters, int lastDelivery) {
    this.deadLetters = deadLetters;
    this.lastDelivery = lastDelivery;
  }

  /**
   * Handles a message.
   *
   * @param deliveries how often it was delivered, this time included
   * @param ofSweep whether a sweep asked for it
   * @return whether it is to be delivered again
   */
  public boolean isToComeAgain(String id, int deliveries, boolean ofSweep, Runnable handling) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId(id);
    message.setBody("{}");
    message.setReceiptHandle(id);
    message.setEventSourceArn("arn:aws:sqs:eu-central-1:123456789012:queue");
    message.setAttributes(Map.of("ApproximateReceiveCount", Integer.toString(deliveries)));
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message));
    SqsBatchProcessor.MessageHandler handler =
        new SqsBatchProcessor.MessageHandler() {
          @Override
          public String key(Message one) {
            return one.id();
          }

          @Override
          public void handle(List<Message> alike, Supplier<Duration> remaining) {
            try {
              handling.run();
            } catch (RuntimeException e) {
              throw ofSweep ? new RetriedBySweep(e) : e;
            }
          }
        };
    return !new SqsBatchProcessor(
            handler,
            Optional.of(deadLetters),
            RetryBackoff.LEFT_TO_THE_QUEUE,
            Optional.empty(),
            () -> Instant.EPOCH,
            new Log(_ -> {}, () -> Instant.EPOCH),
            lastDelivery)
        .handle(event, () -> Duration.ofSeconds(60))
        .getBatchItemFailures()
        .isEmpty();
  }
}
