package dev.slipway.aws;

/** Where a function puts permanent failures, each with the reason: its dead-letter queue. */
public interface DeadLetterSink {
  /** Puts a message there, or throws. Putting the same one twice does no harm. */
  void put(FailedMessage message);

  /**
   * A message that failed.
   *
   * @param body as it was received
   * @param messageId that it had in its queue
   * @param queueArn the queue that it comes from
   * @param deliveries how often it was delivered
   * @param reason why, in words for people
   */
  record FailedMessage(
      String body, String messageId, String queueArn, int deliveries, String reason) {}
}
