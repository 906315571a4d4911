package dev.slipway.aws;

import org.jspecify.annotations.Nullable;

/** Where messages go that no later try can mend, each with the reason. */
public interface DeadLetterSink {
  /** Puts a message there, or throws. Putting the same one twice does no harm. */
  void put(DeadLetter letter);

  /**
   * A message that was given up.
   *
   * @param body as it was received
   * @param messageId that it had in its queue
   * @param group its message group; null if its queue has none
   * @param queueArn the queue that it comes from
   * @param deliveries how often it was delivered
   * @param reason why, in words for people
   */
  record DeadLetter(
      String body,
      String messageId,
      @Nullable String group,
      String queueArn,
      int deliveries,
      String reason) {}
}
