package dev.slipway.simulator.logs;

import java.time.Instant;

/**
 * A line of a log.
 *
 * @param number unique, rising
 * @param timestamp what its writer says of when it happened, to the millisecond
 * @param ingested when it arrived
 */
record LogEvent(long number, Instant timestamp, Instant ingested, String message) {}
