package dev.slipway.explore;

import dev.slipway.explore.Invariant.Violation;
import dev.slipway.explore.Scheduler.Deviation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A schedule that breaks an invariant.
 *
 * @param history what happens, step by step
 */
record Failure(
    Plan plan, List<Deviation> deviations, Invariant invariant, String what, List<String> history) {
  /** Copies the lists. */
  Failure {
    deviations = List.copyOf(deviations);
    history = List.copyOf(history);
  }

  /** Runs a schedule that fails once more, to say what happens. */
  static Failure of(Plan plan, Set<Mutation> mutations, List<Deviation> deviations, int maxFaults) {
    List<String> log = new ArrayList<>();
    Optional<Violation> violation =
        new Run(plan, mutations, Scheduler.deviating(deviations), maxFaults).logged(log);
    if (violation.isEmpty()) {
      throw new IllegalStateException("\"%s\" did not fail again".formatted(plan));
    }
    return new Failure(
        plan,
        deviations,
        violation.get().invariant(),
        String.valueOf(violation.get().getMessage()),
        log);
  }

  @Override
  public String toString() {
    return "%s%n  plan \"%s\", with %d deviations from the usual order. It does not hold that Slipway %s:%n  %s"
        .formatted(what, plan, deviations.size(), invariant.words, String.join("\n  ", history));
  }
}
