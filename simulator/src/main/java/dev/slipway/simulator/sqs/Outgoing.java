package dev.slipway.simulator.sqs;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as its sender gives it.
 *
 * @param body the text
 * @param attributes the sender's own attributes
 * @param traceHeader X-Ray's header, if there is one
 * @param delay until it becomes visible; null for the queue's own delay
 * @param groupId the message group: required by a FIFO queue
 * @param deduplicationId within five minutes, a FIFO queue takes only one message with this id
 * @param senderId who sends it
 */
public record Outgoing(
    String body,
    Map<String, MessageAttribute> attributes,
    @Nullable String traceHeader,
    @Nullable Duration delay,
    @Nullable String groupId,
    @Nullable String deduplicationId,
    String senderId) {}
