package dev.slipway.operate;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message that could not be handled.
 *
 * @param id SQS's id of it in the dead-letter queue
 * @param queue the name of that queue, for people
 * @param body as it was sent
 * @param sentAt when it was put there; of one that SQS moved, when it was first sent
 * @param deliveries how often it was delivered; empty where nobody counted
 * @param reason why it is there, in words for people; empty where SQS moved it
 */
public record DeadLetter(
    String id,
    String queue,
    String body,
    Instant sentAt,
    OptionalInt deliveries,
    Optional<String> reason) {}
