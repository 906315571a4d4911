package dev.slipway.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two writers, and sometimes three, in every interleaving within a bound, by the production code.
 *
 * <p>By default a schedule deviates once from the usual one, twice in the shorter plans. {@code
 * -Dslipway.explore.deviations=2} (a minute or two) or {@code 3} (long) deviates so often in all
 * plans, and {@code -Dslipway.explore.faults=2} has two calls fail or crash. The words of a plan
 * are those of {@link Plan}; images 7 and 8 fail, and ECS refuses image 6.
 */
class ExplorerTest {
  private static final int DEVIATIONS = Integer.getInteger("slipway.explore.deviations", 1);
  private static final int FAULTS = Integer.getInteger("slipway.explore.faults", 1);

  private static void explore(String plan, int deviations) {
    Explorer.Findings found =
        new Explorer(Plan.parse(plan), Set.of(), deviations, FAULTS).explore();

    System.out.printf(
        "explored \"%s\": %d schedules, %d of them to the end%n",
        plan, found.schedules(), found.whole());
    assertThat(found.violation()).isEmpty();
    assertThat(found.schedules()).isGreaterThan(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push 2",
        "push 7",
        "push 6",
        "twice 2",
        "sweep | push 2",
        "push 2 | rollback",
        "push 2 ; again"
      })
  void nothing_is_lost_in_short_plans(String plan) {
    explore(plan, Math.max(2, DEVIATIONS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push 2 | push 3",
        "push 7 | push 2",
        "twice 7",
        "push 2 ; foreign 5",
        "push 2 | push 7",
        "push 6 ; push 3",
        "push 7 ; sweep | check",
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
        "push 2 | foreign 5 | sweep",
        "push 2 ; rollback | foreign 5",
        "push 7 ; push 2 ; rollback",
        "push 2 ; push 3 ; rollback ; push 4",
        "push 6 | sweep",
        "push 7 | again",
        "push 7 | unblock",
        "push 7 | rollback",
        "foreign 7 | push 7",
        "push 2 ; foreign 5 | unblock",
        "push 2 ; rollback | rollback",
        "push 2 ; push 7 ; push 2"
      })
  void nothing_is_lost(String plan) {
    explore(plan, DEVIATIONS);
  }

  /** Without a rule of the protocol something goes wrong: the explorer can fail. */
  @ParameterizedTest
  @CsvSource({
    "VERSION_IGNORED, push 2 ; rollback | push 3, is lost",
    "VERSION_IGNORED, push 2 ; pause | push 3, a pause is lost",
    "VERSION_IGNORED, push 2 | push 3, is deployed again",
    "LEASE_IGNORED, push 2 | push 3, dropped",
    "LEASE_IGNORED, push 7 | sweep, is deployed again",
    "RUNNING_HIDDEN, push 7 | sweep, is deployed again by itself after it had failed",
    "CLAIM_IGNORED, push 2 | push 3, is announced 2 times",
    "NOTES_LOST, push 2 | push 3, only a sweep would help",
    "BLOCKS_HIDDEN, push 7 | sweep, blocked image 000000000007 is to be deployed"
  })
  void a_rule_that_is_broken_is_found(Mutation mutation, String plan, String what) {
    Explorer.Findings found = new Explorer(Plan.parse(plan), Set.of(mutation), 1, 0).explore();

    assertThat(found.violation()).hasValueSatisfying(v -> assertThat(v).contains(what));
  }
}
