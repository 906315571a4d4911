package dev.slipway.explore;

import dev.slipway.explore.Explorer.Bound;
import dev.slipway.explore.Explorer.Findings;
import dev.slipway.explore.Invariant.Violation;
import dev.slipway.explore.Plan.Event;
import dev.slipway.explore.Plan.Verb;
import dev.slipway.explore.Scheduler.Deviation;
import dev.slipway.explore.Scheduler.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A plan, a schedule and faults, all of them drawn by a seed. */
final class RandomPlan {
  /** So many pushes a plan has at most. */
  private static final int MAX_PUSHES = 3;

  /** So many calls of a schedule fail or crash at most. */
  static final int MAX_FAULTS = 2;

  /** At so many choices of a thousand something unusual is done. */
  private static final int UNUSUAL = 60;

  private static final Bound SEARCH = new Bound(2, MAX_FAULTS, 1_500);

  private final long seed;
  private final Set<Mutation> mutations;
  private final Plan plan;

  RandomPlan(long seed, Set<Mutation> mutations) {
    this.seed = seed;
    this.mutations = mutations;
    this.plan = plan(new Random(seed));
  }

  Plan plan() {
    return plan;
  }

  private static <T> T any(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static Plan plan(Random random) {
    Setting setting = any(random, List.of(Setting.values()));
    List<Event> actions = new ArrayList<>(Pairs.actions(setting));
    actions.add(new Event(Verb.REPAIRED, 0, ""));
    actions.add(new Event(Verb.REDRIVE, 0, ""));
    List<Event> pushes = actions.stream().filter(Event::isPush).toList();
    List<List<Event>> groups = new ArrayList<>();
    int pushed = 0;
    int number = 2 + random.nextInt(3);
    for (int i = 0; i < number; i++) {
      List<Event> group = new ArrayList<>();
      int size = 1 + random.nextInt(2);
      for (int j = 0; j < size; j++) {
        Event event = any(random, random.nextInt(3) == 0 ? pushes : actions);
        if (!event.isPush() || pushed++ < MAX_PUSHES) {
          group.add(event.isPush() ? other(random, event) : event);
        }
      }
      if (!group.isEmpty()) {
        groups.add(group);
      }
    }
    if (groups.isEmpty()) {
      groups.add(List.of(pushes.getFirst()));
    }
    return new Plan(setting, random.nextBoolean() ? Pairs.before(setting) : List.of(), groups);
  }

  /** Another image of the same repository, so that several pushes bring several. */
  private static Event other(Random random, Event push) {
    int first = push.number() > 10 ? 12 : 2;
    return new Event(
        push.verb(), random.nextInt(3) == 0 ? push.number() : first + random.nextInt(4), "");
  }

  /** A schedule that does something unusual now and then. */
  private static final class Drawn implements Schedule {
    private final Random random;
    private final List<Deviation> deviations = new ArrayList<>();

    Drawn(long seed) {
      this.random = new Random(seed);
    }

    @Override
    public boolean isOver() {
      return false;
    }

    @Override
    public int option(int choice, int options) {
      if (options < 2 || random.nextInt(1_000) >= UNUSUAL) {
        return 0;
      }
      int option = 1 + random.nextInt(options - 1);
      deviations.add(new Deviation(choice, option));
      return option;
    }
  }

  /** Runs it; a failure is the shortest history that was found to fail likewise. */
  Optional<Failure> run() {
    return Turns.alone(() -> failing(plan).map(this::shrunk));
  }

  private Optional<Found> failing(Plan tried) {
    Drawn drawn = new Drawn(seed);
    return new Run(tried, mutations, drawn, MAX_FAULTS)
        .toTheEnd(_ -> true)
        .map(violation -> new Found(tried, drawn.deviations, violation.invariant()));
  }

  private record Found(Plan plan, List<Deviation> deviations, Invariant invariant) {}

  /** Fewer events, then fewer deviations, as long as the same invariant breaks. */
  private Failure shrunk(Found first) {
    Found found = first;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (Plan shorter : found.plan().shorter()) {
        Optional<Found> still = still(shorter, found);
        if (still.isPresent()) {
          found = still.get();
          smaller = true;
          break;
        }
      }
    }
    Found least = withFewerDeviations(found);
    Findings searched = new Explorer(least.plan(), mutations, SEARCH).exploreHere();
    return searched
        .failure()
        .filter(f -> f.invariant() == least.invariant())
        .filter(f -> f.deviations().size() <= least.deviations().size())
        .orElseGet(() -> Failure.of(least.plan(), mutations, least.deviations(), MAX_FAULTS));
  }

  /** Whether a shorter plan breaks the same: by the same schedule, or by any near the usual one. */
  private Optional<Found> still(Plan shorter, Found found) {
    return failing(shorter, found.deviations())
        .or(() -> failing(shorter))
        .or(() ->
            new Explorer(shorter, mutations, new Bound(1, MAX_FAULTS, 300))
                .exploreHere()
                .failure()
                .map(f -> new Found(shorter, f.deviations(), f.invariant())))
        .filter(still -> still.invariant() == found.invariant());
  }

  private Optional<Found> failing(Plan tried, List<Deviation> deviations) {
    return new Run(tried, mutations, Scheduler.deviating(deviations), MAX_FAULTS)
        .toTheEnd(_ -> true)
        .map(Violation::invariant)
        .map(invariant -> new Found(tried, deviations, invariant));
  }

  private Found withFewerDeviations(Found first) {
    Found found = first;
    for (int i = found.deviations().size() - 1; i >= 0; i--) {
      List<Deviation> fewer = new ArrayList<>(found.deviations());
      fewer.remove(i);
      Invariant broken = found.invariant();
      found =
          failing(found.plan(), fewer).filter(still -> still.invariant() == broken).orElse(found);
    }
    return found;
  }
}
