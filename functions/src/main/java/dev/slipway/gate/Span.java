package dev.slipway.gate;

import java.time.Instant;

/** The time from a moment until before another. */
record Span(Instant from, Instant until) {
  boolean isEmpty() {
    return !from.isBefore(until);
  }

  boolean contains(Instant moment) {
    return !moment.isBefore(from) && moment.isBefore(until);
  }
}
