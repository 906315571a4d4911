package dev.slipway.cli.dashboard;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The plans that were shown and are not carried out yet. A plan is carried out once: it is gone as
 * soon as it is taken, so that a second click changes nothing.
 */
final class Plans {
  /** Nobody has more dialogs open: the oldest is forgotten. */
  private static final int MOST = 20;

  private final Supplier<String> ids;
  private final SequencedMap<String, Plan> shown = new LinkedHashMap<>();

  /** With ids that nobody guesses. */
  Plans(Supplier<String> ids) {
    this.ids = ids;
  }

  /** Keeps a plan, and names it. */
  synchronized String show(Plan plan) {
    String id = ids.get();
    shown.put(id, plan);
    if (shown.size() > MOST) {
      shown.remove(shown.firstEntry().getKey());
    }
    return id;
  }

  /** Takes a plan away; empty if there is none of this name, or it was taken before. */
  synchronized Optional<Plan> take(String id) {
    return Optional.ofNullable(shown.remove(id));
  }
}
