package dev.slipway.explore;

import dev.slipway.explore.Invariant.Violation;
import dev.slipway.explore.Scheduler.Deviation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Explores a plan: first the default schedule, then all with one deviation from it, then all with
 * two and so on. A schedule is run anew from the start each time, and ends where it reaches a state
 * from which everything was explored already.
 */
final class Explorer {
  /** So many more schedules are tried to find a shorter one that fails. */
  private static final int MORE = 300;

  private final Plan plan;
  private final Set<Mutation> mutations;
  private final Bound bound;

  Explorer(Plan plan, Set<Mutation> mutations, Bound bound) {
    this.plan = plan;
    this.mutations = mutations;
    this.bound = bound;
  }

  /**
   * How far to go.
   *
   * @param deviations of a schedule: interruptions, faults, the world's changes out of turn
   * @param faults how many of them may be crashes, failures or lost answers
   * @param schedules that are tried at most
   */
  record Bound(int deviations, int faults, int schedules) {
    Bound(int deviations, int faults) {
      this(deviations, faults, Integer.MAX_VALUE);
    }
  }

  /**
   * What was found.
   *
   * @param schedules that were run
   * @param whole those of them that were run to the end: the others reached a known state
   * @param states that were reached
   * @param failure the shortest schedule that breaks an invariant
   */
  record Findings(int schedules, int whole, int states, Optional<Failure> failure) {}

  private record Failed(List<Deviation> deviations, int length) {}

  /** Explores on a thread of its own. */
  Findings explore() {
    return Turns.alone(this::exploreHere);
  }

  /** Explores on this thread, which has turns. */
  Findings exploreHere() {
    Deque<List<Deviation>> queue = new ArrayDeque<>();
    queue.add(List.of());
    Set<Long> seen = new HashSet<>();
    Optional<Failed> shortest = Optional.empty();
    int schedules = 0;
    int whole = 0;
    int level = 0;
    int since = 0;
    while (!queue.isEmpty() && schedules < bound.schedules()) {
      List<Deviation> deviations = queue.remove();
      if (deviations.size() > level) {
        if (shortest.isPresent()) {
          break;
        }
        level = deviations.size();
      }
      if (shortest.isPresent() && ++since > MORE) {
        break;
      }
      Run run = new Run(plan, mutations, Scheduler.deviating(deviations), bound.faults());
      schedules++;
      Optional<Violation> violation = run.toTheEnd(seen::add);
      if (violation.isPresent()) {
        int length = run.options().size();
        if (shortest.filter(s -> s.length() <= length).isEmpty()) {
          shortest = Optional.of(new Failed(deviations, length));
        }
        continue;
      }
      if (!run.isPruned()) {
        whole++;
      }
      if (deviations.size() < bound.deviations()) {
        deviate(deviations, run.options(), queue);
      }
    }
    return new Findings(
        schedules,
        whole,
        seen.size(),
        shortest.map(s -> Failure.of(plan, mutations, s.deviations(), bound.faults())));
  }

  private static void deviate(
      List<Deviation> deviations, List<Integer> options, Deque<List<Deviation>> queue) {
    int from = deviations.isEmpty() ? 0 : deviations.getLast().choice() + 1;
    for (int choice = from; choice < options.size(); choice++) {
      for (int option = 1; option < options.get(choice); option++) {
        List<Deviation> more = new ArrayList<>(deviations);
        more.add(new Deviation(choice, option));
        queue.add(more);
      }
    }
  }
}
