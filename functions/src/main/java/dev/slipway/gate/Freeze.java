package dev.slipway.gate;

import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * A time in which nothing is deployed.
 *
 * @param from its first moment, in local time
 * @param to its end
 * @param why in people's words
 */
public record Freeze(LocalDateTime from, LocalDateTime to, ZoneId zone, String why) {
  /** Refuses one that ends before it begins. */
  public Freeze {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("a freeze that ends before it begins: " + why);
    }
  }

  Span span() {
    return new Span(LocalMoments.of(from, zone), LocalMoments.of(to, zone));
  }
}
