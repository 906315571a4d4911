package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An account with thousands of services. */
@Scenarios
class LargeAccountScenarioTest {
  @AutoClose private Account account;

  @BeforeEach
  void begin() {
    account = new Account(Map.of());
  }

  @Test
  void thousands_of_services_run_from_the_start() {
    account.repository("web");
    account.push("web", "first", "1");
    account.runningServices(5_000, 10, 500, "staging", "web", "first");

    List<ServiceView> services = account.simulator.ecs().services();
    assertThat(services).hasSize(5_000);
    assertThat(services).allMatch(service -> service.tasks().size() == 2);
    assertThat(services.stream().collect(Collectors.groupingBy(ServiceView::cluster)))
        .hasSize(10)
        .allSatisfy((cluster, its) -> assertThat(its).hasSize(500));
  }

  /**
   * None of the services is in the record, no function has run yet, and AWS answers no faster than
   * it says. ECS takes one new revision a second: 500 take eight minutes.
   */
  @ParameterizedTest
  @CsvSource({"500, 12", "1000, 22"})
  void one_cold_push_reaches_all_services_at_the_published_rates(int services, long minutes) {
    account.repository("web");
    account.push("web", "first", "1");
    account.runningServices(services, 10, 500, "staging", "web", "first");
    account.simulator.faults().enforcePublishedRates();
    Faults.Injected deploys = count(Calls.to("ecs").by("slipway-deploy"));
    Faults.Injected records = count(Calls.to("dynamodb").by("slipway-deploy"));
    Faults.Injected rollouts = count(Calls.to("ecs").by("slipway-rollout"));
    Instant pushed = account.simulator.world().now();

    String digest = account.push("web", "staging", "2");
    account
        .simulator
        .world()
        .runUntil(() -> succeeded() == services, Duration.ofMinutes(2 * minutes));

    assertThat(succeeded()).isEqualTo(services);
    assertThat(Duration.between(pushed, account.simulator.world().now()))
        .isLessThan(Duration.ofMinutes(minutes));
    account.settle();
    assertThat(account.announcements("Deployment Started")).hasSize(services);
    assertThat(account.announcements()).hasSize(2 * services);
    assertThat(account.simulator.ecs().services())
        .allSatisfy(service -> {
          assertThat(service.deployments()).hasSize(1);
          assertThat(service.tasks())
              .allSatisfy(
                  task -> assertThat(task.containers().getFirst().digest()).isEqualTo(digest));
        });
    assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
    assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
    assertThat(account.simulator.faults().throttledByPublishedRates()).isZero();
    // describe, task definition, register, update; three for what ECS rolled back before there was
    // a record; and to search them 11 calls for each hundred, and a first page
    assertThat(deploys.hits()).isLessThan(7 * services + services / 10 + services / 100 + 50);
    // the service's record, the intent, the completion; and once for all to find them
    assertThat(records.hits()).isLessThan(3 * services + 20);
    // for each of two events the deployments, their details and revisions
    assertThat(rollouts.hits()).isLessThanOrEqualTo(8 * services);
  }

  /**
   * Time stands still while a function runs here, so a sweep never has more of ECS than the 100
   * calls that it takes at once: worse than on AWS, where 20 are added each second.
   */
  @Test
  void sweep_and_status_of_5000_services_stay_within_the_published_rates() {
    account.repository("web");
    account.push("web", "staging", "1");
    account.runningServices(5_000, 10, 500, "staging", "web", "staging");
    account.simulator.faults().enforcePublishedRates();
    Faults.Injected sweeps = count(Calls.to("ecs").by("slipway-sweep"));

    for (int sweep = 1; sweep <= 3; sweep++) {
      account.invoke("sweep", "{}");
      account.pass(Duration.ofMinutes(5));
    }

    assertThat(account.log("slipway-sweep"))
        .filteredOn(line -> line.contains("evaluated"))
        .as("nothing is known of them: each sweep sends what ECS has room for, and goes on")
        .hasSize(3)
        .allMatch(line -> line.contains("hints sent: 300") && line.contains("the next sweep"));
    assertThat(sweeps.hits()).isLessThanOrEqualTo(3 * (3 * 11 + 5));
    assertThat(account.messages("slipway-deploy")).isEmpty();
    assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
    assertThat(account.simulator.faults().throttledByPublishedRates()).isZero();

    Faults.Injected statuses = count(Calls.to("ecs").by("slipway-query"));
    Set<String> services = new HashSet<>();
    String page = "";
    for (int pages = 1; pages <= 9; pages++) {
      ObjectNode answer = account.invoke("status", page.isEmpty() ? "{}" : "{'page': '%s'}", page);
      answer.path("services").forEach(service -> services.add(service.path("arn").asText()));
      page = answer.path("next").asText();
      account.pass(Duration.ofSeconds(1));
    }
    assertThat(services).as("those that are in the record").hasSize(900);
    // to list and describe a hundred, and what ECS has resolved their tags to
    assertThat(statuses.hits()).isLessThanOrEqualTo(9 * 18);
    assertThat(account.simulator.faults().throttledByPublishedRates()).isZero();
  }

  private int succeeded() {
    return account.announcements("Deployment Succeeded").size();
  }

  private Faults.Injected count(Calls calls) {
    return account.simulator.faults().delay(calls, Faults.ALWAYS, Duration.ZERO);
  }
}
