package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often DeployFunction calls AWS because of one push, whatever else runs in the account. Who
 * raises a number here slows every deployment down by a round trip: docs/performance.md says what
 * each call is for.
 */
@Scenarios
class CallsScenarioTest {
  /** DescribeServices, BatchGetImage: both are for all services at once. */
  private static final int TO_EVALUATE = 2;

  /** RegisterTaskDefinition, UpdateService. */
  private static final int TO_DEPLOY = 2;

  /** DescribeTaskDefinition: once for each revision that an execution environment does not know. */
  private static final int TO_READ_A_REVISION = 1;

  /** Who uses the repository: a Query. */
  private static final int TO_FIND = 1;

  /** The record of one service: a Query, the intent and the completion. */
  private static final int TO_RECORD = 3;

  /**
   * Pushes once, and counts.
   *
   * @param others services in the account that follow the same environment with another repository
   * @param services that follow the push
   * @param cold whether the function starts cold
   */
  private static Map<String, Integer> calls(int others, int services, boolean cold) {
    try (Account account = new Account(Map.of("KeepWarmState", "DISABLED"))) {
      account.repository("web", "other");
      account.push("other", "first", "1");
      account.runningServices(others, 2, 5, "staging", "other", "first");
      String old = account.push("web", "first", "1");
      List<String> names = IntStream.range(0, services).mapToObj(i -> "web-" + i).toList();
      names.forEach(name -> account.runningService(name, "staging", "web", old));
      account.push("web", "staging", "before");
      account.settle();
      if (cold) {
        account.endExecutionEnvironments();
      }

      Map<String, Faults.Injected> counters = new TreeMap<>();
      for (String service : List.of("dynamodb", "ecr", "ecs", "events", "sns", "sqs")) {
        counters.put(
            service,
            account
                .simulator
                .faults()
                .delay(Calls.to(service).by("slipway-deploy"), Faults.ALWAYS, Duration.ZERO));
      }
      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(names)
          .allSatisfy(name ->
              assertThat(account.images(name)).containsExactly(Account.REGISTRY + "web@" + pushed));
      Map<String, Integer> calls = new TreeMap<>();
      counters.forEach((service, counter) -> calls.put(service, counter.hits()));
      return calls;
    }
  }

  @ParameterizedTest(name = "{1} of the {0} services in the account follow it")
  @CsvSource({"10, 1", "10, 4", "500, 1", "500, 4"})
  void ecs_and_ecr_4_times_for_one_service_2_times_for_each_further_one_the_record_4_and_3(
      int others, int services) {
    assertThat(calls(others, services, false))
        .containsExactlyInAnyOrderEntriesOf(expected(TO_EVALUATE + services * TO_DEPLOY, services));
  }

  @ParameterizedTest(name = "{1} of the {0} services in the account follow it")
  @CsvSource({"10, 1", "10, 4", "500, 1", "500, 4"})
  void once_more_for_each_revision_that_an_execution_environment_has_not_read_yet(
      int others, int services) {
    int ofEcsAndEcr = TO_EVALUATE + services * (TO_DEPLOY + TO_READ_A_REVISION);
    assertThat(ofEcsAndEcr).as("issue 10").isLessThanOrEqualTo(5 + 3 * (services - 1));
    assertThat(calls(others, services, true))
        .containsExactlyInAnyOrderEntriesOf(expected(ofEcsAndEcr, services));
  }

  /** One of them is ECR's. */
  private static Map<String, Integer> expected(int ofEcsAndEcr, int services) {
    return Map.of(
        "ecr",
        1,
        "ecs",
        ofEcsAndEcr - 1,
        "dynamodb",
        TO_FIND + services * TO_RECORD,
        "events",
        services,
        "sns",
        0,
        "sqs",
        0);
  }
}
