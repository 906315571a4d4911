package dev.slipway.operate;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message that was given up.
 *
 * @param id SQS's id of it in the queue of dead letters
 * @param box the name of that queue, for people
 * @param body as it was sent
 * @param sentAt when it was put there; of one that SQS moved, when it was sent
 * @param tries how often it was tried; empty where nobody counted
 * @param reason why it was given up, in words for people
 */
public record Letter(
    String id,
    String box,
    String body,
    Instant sentAt,
    OptionalInt tries,
    Optional<String> reason) {}
