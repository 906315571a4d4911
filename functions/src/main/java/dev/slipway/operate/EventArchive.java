package dev.slipway.operate;

import java.time.Instant;

/** Where the pushes of the last days are kept. */
public interface EventArchive {
  /**
   * Starts to replay pushes to the rule that takes them.
   *
   * @param name unique for ever
   * @param from of the first moment
   * @param to of the first moment that is not replayed any more
   * @return EventBridge's word for how it stands, such as {@code STARTING}
   */
  String replay(String name, Instant from, Instant to);
}
