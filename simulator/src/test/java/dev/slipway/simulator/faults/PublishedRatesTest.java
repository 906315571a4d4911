package dev.slipway.simulator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedRatesTest {
  private final World world = new World(Instant.EPOCH, 0);
  private final Faults faults = new Faults(world);

  @AfterEach
  void end() {
    world.close();
  }

  private boolean passes(String service, String operation) {
    return faults.strike(new ApiCall(service, operation, new Caller("arn"))).error() == null;
  }

  /** How many calls pass until one is throttled. */
  private int passing(String service, String operation) {
    int passed = 0;
    while (passed < 10_000 && passes(service, operation)) {
      passed++;
    }
    return passed;
  }

  @ParameterizedTest
  @CsvSource({
    "ecs, ListClusters,                 50, 20",
    "ecs, DescribeClusters,             50, 20",
    "ecs, CreateCluster,                20,  1",
    "ecs, RegisterTaskDefinition,       20,  1",
    "ecs, DescribeTaskDefinition,       50, 20",
    "ecs, ListTaskDefinitions,          50, 20",
    "ecs, CreateService,                50,  5",
    "ecs, UpdateService,                50,  5",
    "ecs, DescribeServices,            100, 20",
    "ecs, ListServices,                100, 20",
    "ecs, ListServiceDeployments,       50, 20",
    "ecs, DescribeServiceDeployments,   50, 20",
    "ecs, DescribeServiceRevisions,     50, 20",
    "ecs, ListTasks,                   100, 20",
    "ecs, DescribeTasks,               100, 20",
    "ecs, StopTask,                    100, 40",
    "ecs, TagResource,                  20, 10",
    "ecs, ListTagsForResource,          50, 20",
    "ecr, BatchGetImage,              2000, 2000",
    "ecr, PutImage,                     10, 10"
  })
  void are_those_of_the_account(String service, String operation, int burst, int perSecond) {
    faults.enforcePublishedRates();

    assertThat(passing(service, operation)).as("burst").isEqualTo(burst);
    world.after(Duration.ofSeconds(1), () -> {});
    world.runUntilQuiet(Duration.ofSeconds(1));
    assertThat(passing(service, operation)).as("a second later").isEqualTo(perSecond);
    assertThat(faults.throttledByPublishedRates()).isEqualTo(2);
  }

  @Test
  void are_shared_by_the_operations_of_a_category() {
    faults.enforcePublishedRates();

    assertThat(passing("ecs", "ListServices")).isEqualTo(100);
    assertThat(passes("ecs", "DescribeServices")).isFalse();
    assertThat(passes("ecs", "DescribeServiceRevisions")).isTrue();
    assertThat(passing("ecs", "DescribeServiceDeployments")).isEqualTo(50);
  }

  @Test
  void hold_for_nothing_unless_they_are_asked_for() {
    assertThat(passing("ecs", "RegisterTaskDefinition")).isEqualTo(10_000);
    assertThat(faults.throttledByPublishedRates()).isZero();
  }

  @Test
  void half_of_a_bucket_holds_half_and_fills_half_as_fast() {
    faults.enforcePublishedRates(0.5, Duration.ZERO);

    assertThat(passing("ecs", "RegisterTaskDefinition")).isEqualTo(10);
    world.after(Duration.ofSeconds(4), () -> {});
    world.runUntil(() -> false, Duration.ofSeconds(4));
    assertThat(passing("ecs", "RegisterTaskDefinition")).isEqualTo(2);
  }

  @Test
  void it_is_known_what_was_asked_of_a_bucket_and_how_long_that_takes_at_least() {
    faults.enforcePublishedRates();
    passing("ecs", "RegisterTaskDefinition");

    BucketUse use =
        faults.publishedRates().stream()
            .filter(bucket -> bucket.name().contains("RegisterTaskDefinition"))
            .findFirst()
            .orElseThrow();
    assertThat(use.taken()).isEqualTo(20);
    assertThat(use.throttled()).isEqualTo(1);
    assertThat(use.shortest(20)).isZero();
    assertThat(use.shortest(500)).isEqualTo(Duration.ofMinutes(8));
    assertThat(use.left()).isZero();
    assertThat(use.shortestFromNow(500)).isEqualTo(Duration.ofSeconds(500));
    assertThat(faults.callsByOperation()).containsEntry("ecs:RegisterTaskDefinition", 21);
  }

  @Test
  void a_throttled_call_may_be_answered_after_the_pause_of_its_callers_sdk() {
    faults.enforcePublishedRates(1, Duration.ofMillis(500));
    passing("ecs", "RegisterTaskDefinition");

    Effect throttled = faults.strike(new ApiCall("ecs", "RegisterTaskDefinition", new Caller("a")));

    assertThat(throttled.error()).isNotNull();
    assertThat(throttled.latency()).isEqualTo(Duration.ofMillis(500));
  }
}
