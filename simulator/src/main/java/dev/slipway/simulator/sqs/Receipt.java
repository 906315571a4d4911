package dev.slipway.simulator.sqs;

/**
 * What the queue says of a message that was sent.
 *
 * @param messageId of the message; for a duplicate, of the message that was sent first
 * @param sequenceNumber its place in a FIFO queue; empty in a standard queue
 */
public record Receipt(String messageId, String sequenceNumber) {}
