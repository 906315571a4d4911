package dev.slipway.gate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The time from a moment until before another. */
record Span(Instant from, Instant until) {
  boolean isEmpty() {
    return !from.isBefore(until);
  }

  boolean contains(Instant moment) {
    return !moment.isBefore(from) && moment.isBefore(until);
  }

  /**
   * Those that lead from a moment on without a gap, each to the next: the last one's end is the
   * first moment that is in none of them. Empty where the moment itself is in none.
   */
  static List<Span> leadingOn(Instant from, List<Span> spans) {
    List<Span> links = new ArrayList<>();
    Instant end = from;
    while (true) {
      Instant reached = end;
      Optional<Span> next =
          spans.stream()
              .filter(span -> span.contains(reached))
              .max(Comparator.comparing(Span::until));
      if (next.isEmpty()) {
        return links;
      }
      links.add(next.get());
      end = next.get().until();
    }
  }
}
