package dev.slipway.aws;

import java.time.Instant;

/**
 * Sends a function's messages to it anew. SQS counts the deliveries of each message, and moves it
 * to the dead-letter queue after so many; of a new message it begins to count anew.
 */
public interface Resending {
  /**
   * Sends a message for which ECS has no token now, so that it comes again when there may be one,
   * or throws. Sending the same one twice does no harm.
   *
   * @param body as it was received
   * @param firstSent when it was sent for the first time, which it keeps
   */
  void sendAnew(String body, Instant firstSent, Instant now);
}
