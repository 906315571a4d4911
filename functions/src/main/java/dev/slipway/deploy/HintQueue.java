package dev.slipway.deploy;

import java.util.List;

/** The queue of hints that DeployFunction handles. */
public interface HintQueue {
  /**
   * Sends all of them, or throws; sending the same hints again does no harm. Many are spread over
   * time, in their order.
   */
  void send(List<? extends Hint> hints);
}
