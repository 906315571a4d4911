package dev.slipway.cli.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The plans that were shown and are not carried out yet. A plan is carried out once: it is gone as
 * soon as it is taken, so that a second click changes nothing; and who left it on the screen for
 * long has it shown again first.
 */
final class Plans {
  /** Nobody has more dialogs open: the oldest is forgotten. */
  private static final int MOST = 20;

  /** As long as people look at a plan before they say yes. */
  private static final Duration LIFE = Duration.ofMinutes(10);

  private record Shown(Plan plan, Instant at) {}

  private final Supplier<String> ids;
  private final InstantSource clock;
  private final SequencedMap<String, Shown> shown = new LinkedHashMap<>();

  /** With ids that nobody guesses. */
  Plans(Supplier<String> ids, InstantSource clock) {
    this.ids = ids;
    this.clock = clock;
  }

  /** Keeps a plan, and names it. */
  synchronized String show(Plan plan) {
    String id = ids.get();
    shown.put(id, new Shown(plan, clock.instant()));
    if (shown.size() > MOST) {
      shown.remove(shown.firstEntry().getKey());
    }
    return id;
  }

  /** Takes a plan away; empty if there is none of this name, it is old, or was taken before. */
  synchronized Optional<Plan> take(String id) {
    return Optional.ofNullable(shown.remove(id))
        .filter(one -> one.at().plus(LIFE).isAfter(clock.instant()))
        .map(Shown::plan);
  }
}
