package dev.slipway.aws;

import java.time.Instant;

/**
 * Sends a function's messages to it anew. SQS counts the deliveries of each message, and moves it
 * to the dead-letter queue after so many; of a new message it begins to count anew.
 */
public interface Resending {
  /**
   * The message that was sent first: it is what work is known by, and since when it is tried.
   *
   * @param id SQS's
   * @param at when it was sent; 1970 where it is not known
   */
  record Origin(String id, Instant at) {}

  /**
   * Sends a message for which ECS has no token now, so that it comes again when there may be one,
   * or throws. Sending the same one twice does no harm.
   *
   * @param body as it was received
   * @param origin which it keeps
   */
  void sendAnew(String body, Origin origin, Instant now);
}
