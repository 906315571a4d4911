package dev.slipway.explore;

import dev.slipway.explore.Invariant.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One schedule of a plan, from the start to where all services are at rest. */
final class Run {
  private final Plan plan;
  private final Set<Mutation> mutations;
  private final Scheduler.Schedule schedule;
  private final int maxFaults;
  private List<Integer> options = List.of();
  private boolean pruned;

  /**
   * @param maxFaults how many calls may fail, or crash
   */
  Run(Plan plan, Set<Mutation> mutations, Scheduler.Schedule schedule, int maxFaults) {
    this.plan = plan;
    this.mutations = mutations;
    this.schedule = schedule;
    this.maxFaults = maxFaults;
  }

  /**
   * Runs it, or as much of it as leads to a known state.
   *
   * @return the invariant that it breaks
   */
  Optional<Violation> toTheEnd(Scheduler.Seen seen) {
    return run(seen, Optional.empty());
  }

  /**
   * Runs all of it.
   *
   * @param log gets what happens, step by step
   */
  Optional<Violation> logged(List<String> log) {
    return run(_ -> true, Optional.of(log));
  }

  private Optional<Violation> run(Scheduler.Seen seen, Optional<List<String>> log) {
    World world = new World(plan, mutations);
    Scheduler scheduler = new Scheduler(world, schedule, maxFaults, seen, log.orElse(null));
    try {
      world.prepare();
      log.ifPresent(world.journal::logTo);
      world.runBy(scheduler);
      scheduler.run();
      world.runAlone();
      if (!scheduler.isPruned()) {
        world.comeToRest();
      }
      return Optional.empty();
    } catch (Violation violation) {
      return Optional.of(violation);
    } catch (RuntimeException | AssertionError problem) {
      throw new IllegalStateException("plan \"%s\" cannot be run".formatted(plan), problem);
    } finally {
      options = new ArrayList<>(scheduler.options());
      pruned = scheduler.isPruned();
    }
  }

  /** The number of options at each choice that was made. */
  List<Integer> options() {
    return options;
  }

  /** Whether it ended early, in a state that was known. */
  boolean isPruned() {
    return pruned;
  }
}
