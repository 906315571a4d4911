package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Clients;
import dev.slipway.aws.DeadLetterSink;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.Resending;
import dev.slipway.aws.RetryBackoff;
import dev.slipway.aws.SqsDeadLetterSink;
import dev.slipway.aws.SqsResending;
import dev.slipway.aws.SqsRetryBackoff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * A function with an SQS queue: it takes the queue's batches, and by hand a single event, which it
 * responds with what became of it.
 */
final class QueueFunction {
  private final Log log;
  private final SqsBatchProcessor batch;
  private final ByHand byHand;

  /** Handles an event that nobody delivers again: what it throws fails the invocation. */
  interface ByHand {
    /**
     * Responds with what became of the event.
     *
     * @param remaining until the invocation's timeout
     */
    ObjectNode handle(JsonNode event, Supplier<Duration> remaining);
  }

  /**
   * @param messages handles the events in messages
   */
  QueueFunction(FunctionContext context, SqsBatchProcessor.MessageHandler messages, ByHand byHand) {
    this.log = context.log();
    this.byHand = byHand;
    Clients clients = context.clients();
    // most batches need no queue: its client is made when one does
    this.batch =
        new SqsBatchProcessor(
            messages,
            context
                .variable("SLIPWAY_DEAD_LETTER_QUEUE_URL")
                .map(url ->
                    (DeadLetterSink)
                        letter -> new SqsDeadLetterSink(clients.sqs(), url).put(letter)),
            context
                .variable("SLIPWAY_QUEUE_URL")
                .map(url ->
                    (RetryBackoff)
                        (delay, queueArn, receipts) ->
                            new SqsRetryBackoff(clients.sqs(), url, log)
                                .after(delay, queueArn, receipts))
                .orElse(RetryBackoff.LEFT_TO_THE_QUEUE),
            context
                .variable("SLIPWAY_QUEUE_URL")
                .map(url ->
                    (Resending)
                        (body, origin, now) ->
                            new SqsResending(
                                    clients.sqs(), url, ThreadLocalRandom.current()::nextInt)
                                .sendAnew(body, origin, now)),
            context.clock(),
            log,
            context.maxReceiveCount());
  }

  /** Responds to what Lambda gives. */
  byte[] respond(InputStream input, Context context) throws IOException {
    return respond(
        new String(input.readAllBytes(), StandardCharsets.UTF_8),
        () -> Duration.ofMillis(context.getRemainingTimeInMillis()));
  }

  /**
   * Responds to a batch with what is to be delivered again, and a single event with what became of
   * it.
   *
   * @param remaining until the invocation's timeout
   */
  byte[] respond(String text, Supplier<Duration> remaining) {
    return Json.bytes(document(Event.read(text), remaining));
  }

  private ObjectNode document(JsonNode input, Supplier<Duration> remaining) {
    if (input.has("Records")) {
      return SqsJson.response(batch.handle(SqsJson.event(input), remaining));
    }
    try {
      return byHand.handle(input, remaining);
    } catch (RuntimeException e) {
      ObjectNode members = Json.object();
      Message.describe(input, members);
      log.error(String.valueOf(e.getMessage()), members, e);
      throw e;
    }
  }
}
