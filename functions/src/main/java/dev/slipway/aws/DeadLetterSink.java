package dev.slipway.aws;

/** The dead-letter queue: where permanent failures go, each with the reason. */
public interface DeadLetterSink {
  /** Puts a message there, or throws. Putting the same one twice does no harm. */
  void put(DeadLetter letter);

  /**
   * A message that failed.
   *
   * @param body as it was received
   * @param messageId that it had in its queue
   * @param queueArn the queue that it comes from
   * @param deliveries how often it was delivered
   * @param reason why, in words for people
   */
  record DeadLetter(
      String body, String messageId, String queueArn, int deliveries, String reason) {}
}
