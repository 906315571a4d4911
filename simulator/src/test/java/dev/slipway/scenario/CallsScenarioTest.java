package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * How often AWS is called. Who raises a number here slows every deployment down by a round trip:
 * docs/performance.md says what each call is for.
 */
@DisplayName("AWS is called")
class CallsScenarioTest {
  /** ListClusters, ListServices: who follows. Twice DescribeServices and BatchGetImage: a look. */
  private static final int TO_FIND_AND_LOOK_TWICE = 6;

  /** RegisterTaskDefinition, UpdateService, PutEvents. */
  private static final int TO_DEPLOY = 3;

  private static int calls(int services, int pushesBefore) {
    try (Account account = new Account(Map.of())) {
      account.repository("web");
      String old = account.push("web", "first", "1");
      List<String> names = IntStream.range(0, services).mapToObj(i -> "web-" + i).toList();
      names.forEach(name -> account.runningService(name, "staging", "web", old));
      for (int i = 0; i < pushesBefore; i++) {
        account.push("web", "staging", "before-" + i);
        account.settle();
      }

      Faults.Injected counter =
          account
              .simulator
              .faults()
              .delay(Calls.all().by("slipway-deploy"), Faults.ALWAYS, Duration.ZERO);
      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(names)
          .allSatisfy(name ->
              assertThat(account.images(name)).containsExactly(Account.REGISTRY + "web@" + pushed));
      return counter.hits();
    }
  }

  @Test
  @DisplayName("nine times for one service, and three times for each further one")
  void warm() {
    assertThat(calls(1, 1)).isEqualTo(TO_FIND_AND_LOOK_TWICE + TO_DEPLOY);
    assertThat(calls(4, 1)).isEqualTo(TO_FIND_AND_LOOK_TWICE + 4 * TO_DEPLOY);
  }

  @Test
  @DisplayName("once more for each task definition that an execution environment has not seen yet")
  void cold() {
    assertThat(calls(1, 0)).isEqualTo(TO_FIND_AND_LOOK_TWICE + TO_DEPLOY + 1);
    assertThat(calls(4, 0)).isEqualTo(TO_FIND_AND_LOOK_TWICE + 4 * (TO_DEPLOY + 1));
  }
}
