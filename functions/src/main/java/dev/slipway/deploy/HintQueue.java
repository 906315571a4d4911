package dev.slipway.deploy;

import java.util.List;

/** Where a hint that concerns many services is divided into hints of one service each. */
public interface HintQueue {
  /** Sends all of them, or throws; sending the same hints again does no harm. */
  void send(List<Hint.ServiceNamed> hints);
}
