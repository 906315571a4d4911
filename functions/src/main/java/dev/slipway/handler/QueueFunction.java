package dev.slipway.handler;

import dev.slipway.aws.Clients;
import dev.slipway.aws.DeadLetters;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.Redelivery;
import dev.slipway.aws.SqsDeadLetters;
import dev.slipway.aws.SqsRedelivery;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A function with an SQS queue: it takes the queue's batches, and by hand a single event, which it
 * answers with what became of it.
 */
final class QueueFunction {
  private final Log log;
  private final Batch batch;
  private final Function<JsonNode, ObjectNode> byHand;

  /**
   * @param bodies handles the event in a message
   * @param byHand handles an event that nobody delivers again: what it throws fails the invocation
   */
  QueueFunction(
      Surroundings surroundings, Batch.Bodies bodies, Function<JsonNode, ObjectNode> byHand) {
    this.log = surroundings.log();
    this.byHand = byHand;
    Clients clients = surroundings.clients();
    // most batches need no queue: its client is made when one does
    this.batch =
        new Batch(
                bodies,
                surroundings
                    .variable("SLIPWAY_DEAD_LETTER_QUEUE_URL")
                    .map(url ->
                        (DeadLetters) letter -> new SqsDeadLetters(clients.sqs(), url).put(letter)),
                surroundings
                    .variable("SLIPWAY_QUEUE_URL")
                    .map(url ->
                        (Redelivery)
                            (delay, queueArn, receipts) ->
                                new SqsRedelivery(clients.sqs(), url, log)
                                    .after(delay, queueArn, receipts))
                    .orElse(Redelivery.LEFT_TO_THE_QUEUE),
                log)
            .withLastDelivery(surroundings.maxReceiveCount());
  }

  /** Answers what Lambda gives. */
  byte[] answer(InputStream input, Context context) throws IOException {
    return answer(
        new String(input.readAllBytes(), StandardCharsets.UTF_8),
        () -> Duration.ofMillis(context.getRemainingTimeInMillis()));
  }

  /**
   * Answers a batch with what is to be delivered again, and a single event with what became of it.
   *
   * @param remaining until the invocation's timeout
   */
  byte[] answer(String text, Supplier<Duration> remaining) {
    return Json.bytes(document(Event.read(text), remaining));
  }

  private ObjectNode document(JsonNode input, Supplier<Duration> remaining) {
    if (input.has("Records")) {
      return SqsJson.answer(batch.handle(SqsJson.event(input), remaining));
    }
    try {
      return byHand.apply(input);
    } catch (RuntimeException e) {
      ObjectNode members = Json.object();
      Message.describe(input, members);
      log.error(String.valueOf(e.getMessage()), members, e);
      throw e;
    }
  }
}
