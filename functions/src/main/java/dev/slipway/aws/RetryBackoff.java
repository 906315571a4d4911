package dev.slipway.aws;

import java.time.Duration;
import java.util.List;

/** When messages that failed come again. */
public interface RetryBackoff {
  /** Messages come again when their queue says. */
  RetryBackoff LEFT_TO_THE_QUEUE = (delay, queueArn, receiptHandles) -> {};

  /**
   * Lets messages come again sooner than their queue would, all at the same time. Never throws:
   * otherwise they come when the queue's visibility timeout is over.
   *
   * @param queueArn the queue that they come from
   * @param receiptHandles of this delivery
   */
  void after(Duration delay, String queueArn, List<String> receiptHandles);
}
