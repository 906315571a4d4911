package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.ecs.RollingUpdate.Counts;
import dev.slipway.simulator.ecs.RollingUpdate.Plan;
import dev.slipway.simulator.ecs.RollingUpdate.Situation;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingUpdateTest {
  /** Counts are starting/settling/healthy/unhealthy. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what                                        | desired | lower | upper | primary | source  | start | stop primary | stop source
          a new service starts all                      | 2       | 2     | 4     | 0/0/0/0 | 0/0/0/0 | 2     | 0/0/0/0      | 0/0/0/0
          100/200 starts first                          | 4       | 4     | 8     | 0/0/0/0 | 0/0/4/0 | 4     | 0/0/0/0      | 0/0/0/0
          100/200 waits for healthy ones                | 4       | 4     | 8     | 0/4/0/0 | 0/0/4/0 | 0     | 0/0/0/0      | 0/0/0/0
          100/200 stops one for each healthy one        | 4       | 4     | 8     | 0/3/1/0 | 0/0/4/0 | 0     | 0/0/0/0      | 0/0/1/0
          50/100 stops first, and starts in that room   | 4       | 2     | 4     | 0/0/0/0 | 0/0/4/0 | 2     | 0/0/0/0      | 0/0/2/0
          50/100 goes on when the first are healthy     | 4       | 2     | 4     | 0/0/2/0 | 0/0/2/0 | 2     | 0/0/0/0      | 0/0/2/0
          50/200 does both                              | 4       | 2     | 8     | 0/0/0/0 | 0/0/4/0 | 4     | 0/0/0/0      | 0/0/2/0
          75% of 2 lets nothing stop                    | 2       | 2     | 2     | 0/0/0/0 | 0/0/2/0 | 0     | 0/0/0/0      | 0/0/0/0
          100/125 of 4 goes one by one                  | 4       | 4     | 5     | 0/0/0/0 | 0/0/4/0 | 1     | 0/0/0/0      | 0/0/0/0
          100/125 of 4, the second                      | 4       | 4     | 5     | 0/0/1/0 | 0/0/4/0 | 1     | 0/0/0/0      | 0/0/1/0
          0/100 stops all (DAEMON)                      | 2       | 0     | 2     | 0/0/0/0 | 0/0/2/0 | 2     | 0/0/0/0      | 0/0/2/0
          what is pending of the source goes first      | 4       | 4     | 8     | 0/0/0/0 | 3/1/4/0 | 4     | 0/0/0/0      | 3/1/0/0
          unhealthy ones of the source protect nothing  | 4       | 4     | 8     | 0/0/1/0 | 0/0/3/1 | 3     | 0/0/0/0      | 0/0/0/1
          scaling in stops what is not healthy first    | 2       | 2     | 4     | 1/1/2/0 | 0/0/0/0 | 0     | 1/1/0/0      | 0/0/0/0
          scaling out starts the difference             | 5       | 5     | 10    | 0/0/2/0 | 0/0/0/0 | 3     | 0/0/0/0      | 0/0/0/0
          desired 0 stops all                           | 0       | 0     | 0     | 1/0/2/1 | 0/0/2/0 | 0     | 1/0/2/1      | 0/0/2/0
          an unhealthy task is replaced first           | 2       | 2     | 4     | 0/0/1/1 | 0/0/0/0 | 1     | 0/0/0/0      | 0/0/0/0
          and goes when the new one is healthy          | 2       | 2     | 4     | 0/0/2/1 | 0/0/0/0 | 0     | 0/0/0/1      | 0/0/0/0
          but not while the new one settles             | 2       | 2     | 4     | 0/1/1/1 | 0/0/0/0 | 0     | 0/0/0/0      | 0/0/0/0
          without room one unhealthy task goes first    | 2       | 2     | 4     | 0/0/0/2 | 0/0/2/0 | 1     | 0/0/0/1      | 0/0/0/0
          a steady service is left alone                | 2       | 2     | 4     | 0/0/2/0 | 0/0/0/0 | 0     | 0/0/0/0      | 0/0/0/0
          a lower upper bound makes pending ones go     | 2       | 2     | 3     | 2/0/0/0 | 0/0/4/0 | 0     | 1/0/0/0      | 0/0/2/0
          """)
  void decides(
      String what,
      int desired,
      int lower,
      int upper,
      String primary,
      String source,
      int start,
      String stopPrimary,
      String stopSource) {
    Plan plan =
        RollingUpdate.plan(
            new Situation(desired, lower, upper, counts(primary), false, counts(source), false));
    assertThat(plan.startPrimary()).as("start").isEqualTo(start);
    assertThat(plan.stopPrimary()).as("stop of the primary").isEqualTo(counts(stopPrimary));
    assertThat(plan.stopSource()).as("stop of the source").isEqualTo(counts(stopSource));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what                                         | lower | upper | primary | failed | source  | start source | start primary
          a source task that died is replaced by its own | 4     | 8     | 0/4/0/0 | false  | 0/0/3/0 | 1            | 0
          not when the lower bound does not need it      | 2     | 8     | 0/4/0/0 | false  | 0/0/2/0 | 0            | 0
          before the primary gets room                   | 2     | 4     | 1/0/0/0 | false  | 0/0/1/0 | 1            | 1
          a failed primary starts nothing                | 4     | 8     | 0/0/0/0 | true   | 0/0/4/0 | 0            | 0
          a failed primary leaves the source in service  | 4     | 8     | 0/0/0/0 | true   | 0/0/3/1 | 1            | 0
          """)
  void keeps_the_source_up(
      String what,
      int lower,
      int upper,
      String primary,
      boolean failed,
      String source,
      int startSource,
      int startPrimary) {
    Plan plan =
        RollingUpdate.plan(
            new Situation(4, lower, upper, counts(primary), failed, counts(source), true));
    assertThat(plan.startSource()).isEqualTo(startSource);
    assertThat(plan.startPrimary()).isEqualTo(startPrimary);
  }

  @ParameterizedTest(name = "primary {3}, source {4} of {0}: {5}")
  @CsvSource({
    "2, 2, 2, 0/0/0/0, 0/0/2/0, true",
    "1, 1, 1, 0/0/0/0, 0/0/1/0, true",
    "2, 2, 2, 0/0/0/0, 0/0/1/0, false",
    "2, 2, 2, 1/0/0/0, 0/0/1/0, false",
    "2, 2, 4, 0/0/2/0, 0/0/0/0, false",
    "0, 0, 0, 0/0/0/0, 0/0/0/0, false",
  })
  void tells_when_it_stalls(
      int desired, int lower, int upper, String primary, String source, boolean stalled) {
    Situation now =
        new Situation(desired, lower, upper, counts(primary), false, counts(source), false);
    assertThat(RollingUpdate.plan(now).stalled()).isEqualTo(stalled);
  }

  /** Whatever the counts are, one step keeps the promises. */
  @RepeatedTest(20)
  void keeps_the_bounds(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    for (int i = 0; i < 500; i++) {
      keepsTheBounds(random);
    }
  }

  private static void keepsTheBounds(SplittableRandom random) {
    int desired = random.nextInt(8);
    int lower = Percent.ceil(random.nextInt(101), desired);
    int upper = Math.max(desired, Percent.floor(100 + random.nextInt(151), desired));
    Situation now =
        new Situation(
            desired,
            lower,
            upper,
            anyCounts(random),
            random.nextInt(5) == 0,
            anyCounts(random),
            random.nextBoolean());
    Plan plan = RollingUpdate.plan(now);

    Counts primary = now.primary().minus(plan.stopPrimary());
    Counts source = now.source().minus(plan.stopSource());
    String seen = now + " -> " + plan;
    assertThat(
            List.of(
                primary.starting(),
                primary.settling(),
                primary.healthy(),
                primary.unhealthy(),
                source.starting(),
                source.settling(),
                source.healthy(),
                source.unhealthy(),
                plan.startPrimary(),
                plan.startSource()))
        .as("stops only what is there: " + seen)
        .allMatch(it -> it >= 0);
    int alive = primary.alive() + source.alive() + plan.startPrimary() + plan.startSource();
    int before = now.primary().alive() + now.source().alive();
    assertThat(alive)
        .as("upper bound, or nearer to it: " + seen)
        .isLessThanOrEqualTo(Math.max(upper, before));
    int healthyBefore = now.primary().healthy() + now.source().healthy();
    assertThat(primary.healthy() + source.healthy())
        .as("lower bound, or not farther from it: " + seen)
        .isGreaterThanOrEqualTo(Math.min(lower, healthyBefore));
    if (now.primaryFailed()) {
      assertThat(plan.startPrimary()).as("a failed deployment starts nothing: " + seen).isZero();
    }
  }

  private static Counts anyCounts(SplittableRandom random) {
    return new Counts(random.nextInt(4), random.nextInt(4), random.nextInt(6), random.nextInt(3));
  }

  private static Counts counts(String text) {
    String[] parts = text.split("/", -1);
    return new Counts(
        Integer.parseInt(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]));
  }
}
