package dev.slipway.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.explore.Explorer.Bound;
import dev.slipway.explore.Explorer.Findings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The functions' production code, in every order within a bound, and in random ones.
 *
 * <p>{@code make check-model} runs the long version of this, with the bounds that it is given: see
 * docs/proof.md. {@code make test} runs a short one. The words of a plan are those of {@link Plan};
 * images 7 and 8 fail, ECS refuses image 6, and 11 to 18 are those of a second repository.
 */
class ExplorerTest {
  private static final boolean LONG = Boolean.getBoolean("slipway.model.long");

  /** Of the longer plans: interruptions, faults and turns of the world that are not as usual. */
  private static final int DEVIATIONS = Integer.getInteger("slipway.model.deviations", 1);

  private static final int FAULTS = Integer.getInteger("slipway.model.faults", 1);
  private static final long SEED = Long.getLong("slipway.model.seed", 1);
  private static final int PLANS = Integer.getInteger("slipway.model.plans", LONG ? 5_000 : 100);

  /** Without {@code long}, one in so many pairs is explored; of the others the usual order is. */
  private static final int A_SLICE = 25;

  private static final Table TABLE = new Table();

  @AfterAll
  static void print() {
    System.out.printf("%n%s%n", TABLE);
  }

  private static void explore(String what, List<Plan> plans, Bound bound) {
    List<Failure> failures = new ArrayList<>();
    long schedules = 0;
    long states = 0;
    for (Plan plan : plans) {
      Findings found = new Explorer(plan, Set.of(), bound).explore();
      found.failure().ifPresent(failures::add);
      schedules += found.schedules();
      states += found.states();
    }
    TABLE.add(what, words(bound), plans.size(), schedules, states);
    assertThat(failures).isEmpty();
    assertThat(schedules).isGreaterThanOrEqualTo(plans.size());
  }

  private static String words(Bound bound) {
    return bound.deviations() == 0
        ? "the usual order"
        : "deviations: %d, faults: %d"
            .formatted(bound.deviations(), Math.min(bound.deviations(), bound.faults()));
  }

  /** Plans of one or two events, which are explored further. */
  static final List<String> SHORT_PLANS =
      List.of(
          "push 2",
          "push 7",
          "push 6",
          "twice 2",
          "hint | push 2",
          "push 2 | rollback",
          "push 2 ; again");

  /** Plans in which things happened to go wrong, or might. */
  static final List<String> LONGER_PLANS =
      List.of(
          "push 2 | push 3",
          "push 7 | push 2",
          "twice 7",
          "push 2 ; foreign 5",
          "push 2 | push 7",
          "push 6 ; push 3",
          "push 7 ; hint | check",
          "push 2 ; rollback",
          "push 7 ; rollback",
          "push 7 ; unblock",
          "push 2 | force",
          "push 2 ; force",
          "push 2 | pause ; resume",
          "push 2 ; pause | push 3",
          "push 2 ; foreign 7",
          "push 7 ; foreign 5",
          "push 7 ; foreign 7",
          "push 2 ; rollback | push 3",
          "push 2 ; rollback ; unblock",
          "push 2 | foreign 5 | hint",
          "push 2 ; rollback | foreign 5",
          "push 7 ; push 2 ; rollback",
          "push 2 ; push 3 ; rollback ; push 4",
          "push 6 | hint",
          "push 7 | again",
          "push 7 | unblock",
          "push 7 | rollback",
          "foreign 7 | push 7",
          "push 2 ; foreign 5 | unblock",
          "push 2 ; rollback | rollback",
          "push 2 ; push 7 ; push 2",
          "PAIR: push 2 | push 3",
          "PAIR: push 7 ; rollback api",
          "SIDECAR: push 2 | push 12",
          "SIDECAR: push 7 ; push 12",
          "SIDECAR: push 2 | push 17 ; push 3",
          "GATED: push 2 ; approve",
          "GATED: push 2 | approve ; push 3 ; approve",
          "PROMOTED: push 2 ; promote | push 3",
          "FROM: push 2 ; sweep ; push 7",
          "push 2 | outage 1 ; repaired ; redrive",
          "push 2 | outage 3 ; push 3",
          "push 7 | outage 5",
          "late 2 ; push 3",
          "lost 2 ; sweep",
          "push 2 ; back | push 3");

  @Test
  void nothing_goes_wrong_in_short_plans() {
    explore(
        "short plans",
        SHORT_PLANS.stream().map(Plan::parse).toList(),
        new Bound(Math.max(2, DEVIATIONS), FAULTS));
  }

  @Test
  void nothing_goes_wrong_in_longer_plans() {
    explore(
        "longer plans",
        LONGER_PLANS.stream().map(Plan::parse).toList(),
        new Bound(DEVIATIONS, FAULTS));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_goes_wrong_in_any_pair_of_actions(Setting setting) {
    List<Plan> all = Pairs.of(setting);
    if (LONG) {
      explore("pairs, " + setting, all, new Bound(DEVIATIONS, FAULTS));
      return;
    }
    explore("pairs, " + setting, all, new Bound(0, 0));
    List<Plan> slice =
        Stream.iterate(0, i -> i < all.size(), i -> i + A_SLICE).map(all::get).toList();
    explore("a slice of them", slice, new Bound(1, FAULTS));
  }

  @Test
  void nothing_goes_wrong_in_random_plans() {
    for (long seed = SEED; seed < SEED + PLANS; seed++) {
      Optional<Failure> failure = new RandomPlan(seed, Set.of()).run();
      assertThat(failure)
          .withFailMessage(
              "seed %d: %s%nTo repeat it: make check-model SEED=%d PLANS=1",
              seed, failure.map(Failure::toString).orElse(""), seed)
          .isEmpty();
    }
    TABLE.add(
        "random plans",
        "seeds %d to %d, up to %d faults".formatted(SEED, SEED + PLANS - 1, RandomPlan.MAX_FAULTS),
        PLANS,
        PLANS,
        0);
  }

  /** A plan that is given by {@code make check-model PLAN="…"}. */
  @Test
  @EnabledIfSystemProperty(named = "slipway.model.plan", matches = ".+")
  void nothing_goes_wrong_in_the_plan() {
    explore(
        "the plan",
        List.of(Plan.parse(System.getProperty("slipway.model.plan"))),
        new Bound(DEVIATIONS, FAULTS));
  }

  /** A failing seed has many events and deviations: what is printed has as few as can be. */
  @Test
  void the_history_of_a_failing_seed_is_short() {
    Failure failure =
        LongStream.range(1, 200)
            .mapToObj(seed -> new RandomPlan(seed, Set.of(Mutation.BLOCKS_HIDDEN)).run())
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow();

    assertThat(failure.invariant()).isEqualTo(Invariant.STAYS_BLOCKED);
    assertThat(failure.plan().size()).isLessThanOrEqualTo(2);
    assertThat(failure.deviations()).hasSizeLessThanOrEqualTo(1);
    assertThat(failure.history()).isNotEmpty();
  }

  /** Each invariant bites: with a bug at the ports it is found that it does not hold. */
  @ParameterizedTest
  @CsvSource({
    "VERSION_IGNORED, push 2 ; rollback | push 3",
    "VERSION_IGNORED, push 2 ; pause | push 3",
    "LEASE_IGNORED, push 2 | push 3",
    "RUNNING_HIDDEN, push 7 | hint",
    "CLAIM_IGNORED, push 2 | push 3",
    "NOTES_LOST, push 2 | push 3",
    "BLOCKS_HIDDEN, push 7 | hint",
    "STALE_SELECTION, push 2 ; push 3",
    "SUCCESSOR_HIDDEN, push 2 | push 3",
    "EARLY_SUCCESS, push 2",
    "CONFLICT_UNSEEN, push 2 ; push 3",
    "FOREIGN_ADOPTED, push 2 | foreign 5",
    "FAILURE_SWALLOWED, push 2 | outage 3",
    "REASON_LOST, push 2 | outage 3",
    "REDRIVE_DROPS, push 2 | outage 3"
  })
  void a_bug_is_found(Mutation mutation, String plan) {
    Findings found = new Explorer(Plan.parse(plan), Set.of(mutation), new Bound(1, 1)).explore();

    assertThat(found.failure())
        .hasValueSatisfying(f -> assertThat(f.invariant()).isEqualTo(mutation.breaks));
  }

  @Test
  void every_invariant_has_a_bug_that_breaks_it() {
    Set<Invariant> broken = EnumSet.noneOf(Invariant.class);
    for (Mutation mutation : Mutation.values()) {
      broken.add(mutation.breaks);
    }

    assertThat(broken).containsExactlyInAnyOrder(Invariant.values());
  }
}
