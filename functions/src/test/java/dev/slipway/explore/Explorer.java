package dev.slipway.explore;

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
  private final int maxDeviations;
  private final int maxFaults;

  /**
   * @param maxDeviations of a schedule: interruptions, faults, the world's changes out of turn
   * @param maxFaults how many of them may be crashes, failures or lost answers
   */
  Explorer(Plan plan, Set<Mutation> mutations, int maxDeviations, int maxFaults) {
    this.plan = plan;
    this.mutations = mutations;
    this.maxDeviations = maxDeviations;
    this.maxFaults = maxFaults;
  }

  /**
   * What was found.
   *
   * @param schedules that were run
   * @param whole those of them that were run to the end: the others reached a known state
   * @param violation the shortest schedule that breaks a rule, step by step
   */
  record Findings(int schedules, int whole, Optional<String> violation) {}

  private record Failed(List<Deviation> deviations, int length) {}

  /** Explores; on a thread of its own, so that actors take turns without waking other threads. */
  Findings explore() {
    List<Findings> found = new ArrayList<>();
    List<Throwable> problems = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                found.add(all());
              } catch (RuntimeException | Error problem) {
                problems.add(problem);
              }
            });
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException("the explorer failed", problems.getFirst());
    }
    return found.getFirst();
  }

  private Findings all() {
    Deque<List<Deviation>> queue = new ArrayDeque<>();
    queue.add(List.of());
    Set<Long> seen = new HashSet<>();
    Optional<Failed> shortest = Optional.empty();
    int schedules = 0;
    int whole = 0;
    int level = 0;
    int since = 0;
    while (!queue.isEmpty()) {
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
      World world = new World(plan, mutations);
      Scheduler scheduler = new Scheduler(world, deviations, maxFaults, seen::add, null);
      schedules++;
      try {
        run(world, scheduler);
        if (!scheduler.isPruned()) {
          whole++;
        }
      } catch (Journal.Violation violation) {
        int length = scheduler.options().size();
        if (shortest.filter(s -> s.length() <= length).isEmpty()) {
          shortest = Optional.of(new Failed(deviations, length));
        }
        continue;
      }
      if (deviations.size() < maxDeviations) {
        int from = deviations.isEmpty() ? 0 : deviations.getLast().choice() + 1;
        for (int choice = from; choice < scheduler.options().size(); choice++) {
          for (int option = 1; option < scheduler.options().get(choice); option++) {
            List<Deviation> more = new ArrayList<>(deviations);
            more.add(new Deviation(choice, option));
            queue.add(more);
          }
        }
      }
    }
    return new Findings(schedules, whole, shortest.map(s -> described(s.deviations())));
  }

  private static void run(World world, Scheduler scheduler) {
    world.runBy(scheduler);
    scheduler.run();
    world.runAlone();
    if (!scheduler.isPruned()) {
      world.comeToRest();
    }
  }

  /** The same schedule once more, step by step. */
  private String described(List<Deviation> deviations) {
    List<String> log = new ArrayList<>();
    World world = new World(plan, mutations);
    world.journal.logTo(log);
    Scheduler scheduler = new Scheduler(world, deviations, maxFaults, _ -> true, log);
    String what = "it did not happen again";
    try {
      run(world, scheduler);
    } catch (Journal.Violation violation) {
      what = String.valueOf(violation.getMessage());
    }
    return "plan \"%s\", with %d deviations: %s%n  %s"
        .formatted(plan.name(), deviations.size(), what, String.join("\n  ", log));
  }
}
