package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.slipway.aws.DeadLetterSink;
import dev.slipway.aws.Log;
import dev.slipway.aws.Resending;
import dev.slipway.aws.RetryBackoff;
import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.Throttled;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Handles an SQS batch and responds with the messages that are to be delivered again. Messages that
 * ask for the same are handled together, once.
 *
 * <p>A message that is a permanent failure goes to the dead-letter queue with the reason, and
 * counts as done; so does one that fails at its last delivery. What a sweep asked for is dropped
 * after a few tries: otherwise each sweep would add a message to those that fail. One that fails
 * since ECS throttles is sent anew and counts as done: no number of deliveries ends it.
 */
final class SqsBatchProcessor {
  /** Of what a sweep asked for: they take half a minute, and the next sweep is soon. */
  private static final int TRIES_FOR_SWEEP = 3;

  /** As long as the queue itself keeps a message. */
  private static final Duration LONGEST_THROTTLED = Duration.ofDays(4);

  private final MessageHandler handler;
  private final Optional<DeadLetterSink> deadLetters;
  private final RetryBackoff backoff;
  private final Optional<Resending> resending;
  private final InstantSource clock;
  private final Log log;
  private final int lastDelivery;

  /** What is done with messages. */
  interface MessageHandler {
    /**
     * What a message asks for: messages that ask for the same are handled together.
     *
     * @throws MalformedEvent if it cannot be read
     */
    String key(Message message);

    /**
     * Handles messages that ask for the same, or throws.
     *
     * @param alike at least one
     * @param remaining until the invocation's timeout
     */
    void handle(List<Message> alike, Supplier<Duration> remaining);
  }

  /**
   * @param deadLetters empty to leave permanent failures to the queue's own redrive policy
   * @param resending empty to leave messages that ECS throttles to their deliveries, like others
   * @param lastDelivery the queue's maxReceiveCount: a message that fails at it goes to the
   *     dead-letter queue from here, with the reason. SQS would move it there without one
   */
  SqsBatchProcessor(
      MessageHandler handler,
      Optional<DeadLetterSink> deadLetters,
      RetryBackoff backoff,
      Optional<Resending> resending,
      InstantSource clock,
      Log log,
      int lastDelivery) {
    this.handler = handler;
    this.deadLetters = deadLetters;
    this.backoff = backoff;
    this.resending = resending;
    this.clock = clock;
    this.log = log;
    this.lastDelivery = lastDelivery;
  }

  /**
   * Handles all messages.
   *
   * @param event that Lambda's event source mapping sends
   * @param remaining until the invocation's timeout
   * @return the response of a function with ReportBatchItemFailures
   */
  SQSBatchResponse handle(SQSEvent event, Supplier<Duration> remaining) {
    Map<String, List<Message>> alike = new LinkedHashMap<>();
    List<Message> again = new ArrayList<>();
    for (SQSEvent.SQSMessage record : event.getRecords()) {
      Message message = Message.of(record);
      try {
        alike.computeIfAbsent(handler.key(message), _ -> new ArrayList<>()).add(message);
      } catch (MalformedEvent malformed) {
        if (!isDeadLetter(message, malformed)) {
          again.add(message);
        }
      }
    }
    alike.values().forEach(messages -> again.addAll(handle(messages, remaining)));
    again.forEach(this::shortenVisibility);
    return new SQSBatchResponse(
        again.stream().map(message -> new BatchItemFailure(message.id())).toList());
  }

  /** Those that are to be delivered again. */
  private List<Message> handle(List<Message> alike, Supplier<Duration> remaining) {
    Duration left = remaining.get();
    if (left.compareTo(Attempt.RESERVE) < 0) {
      alike.forEach(message ->
          log.warn(
              "left for the next delivery: only %d s are left".formatted(left.toSeconds()),
              message.described()));
      return alike;
    }
    try {
      handler.handle(alike, remaining);
      return List.of();
    } catch (MalformedEvent | EcsClientError e) {
      return alike.stream().filter(message -> !isDeadLetter(message, e)).toList();
    } catch (RetriedBySweep e) {
      return alike.stream().filter(message -> !isLeftToSweep(message, e)).toList();
    } catch (Throttled e) {
      return alike.stream()
          .filter(message -> !isSentAnew(message, e) && !isGivenUp(message, e))
          .toList();
    } catch (RuntimeException e) {
      return alike.stream().filter(message -> !isGivenUp(message, e)).toList();
    }
  }

  private boolean isLeftToSweep(Message message, RetriedBySweep failure) {
    boolean last = message.deliveries() >= TRIES_FOR_SWEEP;
    log.error(
        "failed at delivery %d, %s: %s"
            .formatted(
                message.deliveries(),
                last ? "the next sweep tries again" : "to be delivered again",
                failure.getMessage()),
        message.described(),
        failure);
    return last;
  }

  private boolean isSentAnew(Message message, Throttled failure) {
    Instant now = clock.instant();
    if (resending.isEmpty() || message.origin().at().isBefore(now.minus(LONGEST_THROTTLED))) {
      return false;
    }
    try {
      resending.get().sendAnew(message.body(), message.origin(), now);
      log.warn("throttled, sent anew: " + failure.getMessage(), message.described());
      return true;
    } catch (RuntimeException e) {
      log.error("throttled, and not sent anew: " + e.getMessage(), message.described(), e);
      return false;
    }
  }

  private boolean isGivenUp(Message message, RuntimeException failure) {
    if (message.deliveries() >= lastDelivery) {
      return isDeadLetter(message, failure);
    }
    log.error(
        "failed at delivery %d, to be delivered again: %s"
            .formatted(message.deliveries(), failure.getMessage()),
        message.described(),
        failure);
    return false;
  }

  private boolean isDeadLetter(Message message, RuntimeException reason) {
    String words = String.valueOf(reason.getMessage());
    if (deadLetters.isEmpty()) {
      log.error("permanent failure, not retried here: " + words, message.described(), reason);
      return false;
    }
    try {
      deadLetters
          .get()
          .put(
              new DeadLetterSink.FailedMessage(
                  message.body(), message.id(), message.queueArn(), message.deliveries(), words));
      log.error("sent to the dead-letter queue: " + words, message.described(), reason);
      return true;
    } catch (RuntimeException e) {
      e.addSuppressed(reason);
      log.error(
          "the dead-letter queue did not take a message that failed (%s): %s"
              .formatted(words, e.getMessage()),
          message.described(),
          e);
      return false;
    }
  }

  private void shortenVisibility(Message message) {
    delay(message.deliveries())
        .ifPresent(
            delay -> backoff.after(delay, message.queueArn(), List.of(message.receiptHandle())));
  }

  /** Short at first, when what failed is most likely to have passed; then the queue's own. */
  private static Optional<Duration> delay(int deliveries) {
    return switch (deliveries) {
      case 0, 1 -> Optional.of(Duration.ofSeconds(5));
      case 2 -> Optional.of(Duration.ofSeconds(20));
      case 3, 4 -> Optional.of(Duration.ofSeconds(60));
      default -> Optional.empty();
    };
  }
}
