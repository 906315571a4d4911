package dev.slipway.handler;

import dev.slipway.aws.DeadLetters;
import dev.slipway.aws.Log;
import dev.slipway.aws.Redelivery;
import dev.slipway.deploy.EcsClientError;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Handles an SQS batch message by message and answers with those that are to be delivered again.
 *
 * <p>After a failure the rest of the failed message's group is left for the next delivery, so that
 * nothing of a FIFO queue is overtaken. A message that no later try can mend does not hold up its
 * group: it goes to the dead letters with the reason, and counts as done. What a sweep asked for is
 * dropped after a few tries: otherwise each sweep would add a message to those that fail.
 */
final class Batch {
  /** What a message may need: with less left before the timeout none is begun. */
  private static final Duration RESERVE = Duration.ofSeconds(15);

  /** Of what a sweep asked for: they take half a minute, and the next sweep is soon. */
  private static final int TRIES_FOR_SWEEP = 3;

  private final Bodies bodies;
  private final Optional<DeadLetters> deadLetters;
  private final Redelivery redelivery;
  private final Log log;
  private final int lastDelivery;

  /** What is done with a message. */
  interface Bodies {
    /**
     * Handles the body, or throws.
     *
     * @param before whether it was delivered before, and may have been handled in part
     */
    void handle(String body, boolean before);
  }

  /**
   * @param bodies handles the body of one message, or throws
   * @param deadLetters empty to leave messages that cannot be mended to the queue's own redrive
   *     policy
   */
  Batch(Bodies bodies, Optional<DeadLetters> deadLetters, Redelivery redelivery, Log log) {
    this(bodies, deadLetters, redelivery, log, Integer.MAX_VALUE);
  }

  private Batch(
      Bodies bodies,
      Optional<DeadLetters> deadLetters,
      Redelivery redelivery,
      Log log,
      int lastDelivery) {
    this.bodies = bodies;
    this.deadLetters = deadLetters;
    this.redelivery = redelivery;
    this.log = log;
    this.lastDelivery = lastDelivery;
  }

  /**
   * The same, but a message that fails at its last delivery goes to the dead letters from here,
   * with the reason. SQS would move it there without one.
   *
   * @param maxReceiveCount of the queue's redrive policy
   */
  Batch withLastDelivery(int maxReceiveCount) {
    return new Batch(bodies, deadLetters, redelivery, log, maxReceiveCount);
  }

  /**
   * Handles all messages in their order.
   *
   * @param event that Lambda's event source mapping sends
   * @param remaining until the invocation's timeout
   * @return the answer of a function with ReportBatchItemFailures
   */
  SQSBatchResponse handle(SQSEvent event, Supplier<Duration> remaining) {
    Map<String, List<Message>> unhandled = new LinkedHashMap<>();
    for (SQSMessage record : event.getRecords()) {
      Message message = Message.of(record);
      List<Message> failed = unhandled.get(message.group());
      if (failed != null) {
        failed.add(message);
      } else if (!handled(message, remaining.get())) {
        unhandled.computeIfAbsent(message.group(), _ -> new ArrayList<>()).add(message);
      }
    }
    unhandled.values().forEach(this::hasten);
    return new SQSBatchResponse(
        unhandled.values().stream()
            .flatMap(List::stream)
            .map(message -> new BatchItemFailure(message.id()))
            .toList());
  }

  private boolean handled(Message message, Duration remaining) {
    if (remaining.compareTo(RESERVE) < 0) {
      log.warn(
          "left for the next delivery: the invocation has only "
              + remaining.toSeconds()
              + " s left",
          message.described());
      return false;
    }
    try {
      bodies.handle(message.body(), message.deliveries() > 1);
      return true;
    } catch (MalformedEvent | EcsClientError e) {
      return givenUp(message, e);
    } catch (RetriedBySweep e) {
      boolean last = message.deliveries() >= TRIES_FOR_SWEEP;
      log.error(
          "failed at delivery %d, %s: %s"
              .formatted(
                  message.deliveries(),
                  last ? "the next sweep tries again" : "to be delivered again",
                  e.getMessage()),
          message.described(),
          e);
      return last;
    } catch (RuntimeException e) {
      if (message.deliveries() >= lastDelivery) {
        return givenUp(message, e);
      }
      log.error(
          "failed at delivery "
              + message.deliveries()
              + ", to be delivered again: "
              + e.getMessage(),
          message.described(),
          e);
      return false;
    }
  }

  private boolean givenUp(Message message, RuntimeException reason) {
    String words = String.valueOf(reason.getMessage());
    if (deadLetters.isEmpty()) {
      log.error("no later try can mend this: " + words, message.described(), reason);
      return false;
    }
    try {
      deadLetters
          .get()
          .put(
              new DeadLetters.DeadLetter(
                  message.body(),
                  message.id(),
                  message.fifoGroup(),
                  message.queueArn(),
                  message.deliveries(),
                  words));
      log.error(
          "given up, and put into the dead-letter queue: " + words, message.described(), reason);
      return true;
    } catch (RuntimeException e) {
      e.addSuppressed(reason);
      log.error(
          "to be given up ("
              + words
              + "), but the dead-letter queue did not take it: "
              + e.getMessage(),
          message.described(),
          e);
      return false;
    }
  }

  /**
   * All of a group are hastened alike: one message of a group that stays invisible keeps all others
   * of it from being delivered.
   */
  private void hasten(List<Message> group) {
    Message first = group.getFirst();
    Optional<Duration> delay = delay(first.deliveries());
    delay.ifPresent(d ->
        redelivery.after(d, first.queueArn(), group.stream().map(Message::receiptHandle).toList()));
  }

  /** Short at first, when what failed is most likely to have passed; then the queue's own. */
  private static Optional<Duration> delay(int deliveries) {
    return switch (deliveries) {
      case 0, 1 -> Optional.of(Duration.ofSeconds(5));
      case 2 -> Optional.of(Duration.ofSeconds(20));
      case 3 -> Optional.of(Duration.ofSeconds(60));
      default -> Optional.empty();
    };
  }
}
