package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How the sweep makes up for events that were lost, and heals the record. */
@Scenarios
class HealingScenarioTest {
  private static final Duration RATE = Duration.ofMinutes(5);

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of("SweepState", "ENABLED"));
    account.settle(); // the first sweep is at once
  }

  @Nested
  class Of_deployments_whose_ending_was_never_delivered {
    private void loseRolloutEvents() {
      account
          .simulator
          .events()
          .faults()
          .loseNext(
              Faults.ALWAYS,
              event -> event.path("detail-type").asText().equals("ECS Deployment State Change"));
    }

    private List<JsonNode> ends() {
      return account.announcements().stream()
          .filter(event -> !event.path("detail-type").asText().equals("Deployment Started"))
          .map(event -> event.path("detail"))
          .toList();
    }

    @Test
    void has_the_success_looked_for_and_it_is_announced_once_with_the_time_at_which_it_ended() {
      account.webFollowsStaging();
      loseRolloutEvents();
      account.push("web", "staging", "2");
      account.pass(Duration.ofMinutes(3));
      assertThat(account.isSteady("web")).isTrue();
      assertThat(ends()).isEmpty();

      account.pass(RATE.multipliedBy(3));
      account.settle();

      assertThat(ends()).hasSize(1);
      assertThat(ends().getFirst().path("outcome").asText()).isEqualTo("deployed");
      assertThat(ends().getFirst().path("tasks").asInt()).isEqualTo(2);
      assertThat(ends().getFirst().path("durationSeconds").asInt())
          .as("not until the sweep")
          .isLessThan(120);
      assertThat(account.log("slipway-sweep"))
          .anyMatch(line -> line.endsWith("hints sent: 0, rollouts to check: 1"));
    }

    @Test
    void has_the_failure_looked_for_it_is_blocked_and_announced_and_never_deployed_again() {
      account.webFollowsStaging();
      loseRolloutEvents();
      String bad = account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");

      account.pass(RATE.multipliedBy(4));
      account.settle();

      assertThat(ends()).extracting(end -> end.path("outcome").asText()).containsExactly("failed");
      assertThat(new RecordTable(account).blocked("web")).containsExactly(bad);
      assertThat(account.revisions("web")).isEqualTo(2);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
    }

    @Test
    void has_what_ended_looked_for_while_all_functions_were_down_for_an_hour() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(20));
      Faults.Injected off =
          account.simulator.faults().fail(Calls.to("dynamodb").by("slipway-"), Faults.ALWAYS);
      account.pass(Duration.ofHours(1));
      assertThat(account.messages("slipway-rollout")).isEmpty();
      assertThat(account.messages("slipway-rollout-dead-letters")).isNotEmpty();
      assertThat(ends()).isEmpty();

      off.end();
      account.pass(RATE.multipliedBy(2));
      account.settle();

      assertThat(ends())
          .extracting(end -> end.path("outcome").asText())
          .containsExactly("deployed");
      assertThat(ends().getFirst().path("durationSeconds").asInt()).isLessThan(120);
      assertThat(ends().getFirst().at("/trigger/kind").asText()).isEqualTo("push");
    }

    @Test
    void announces_of_one_that_ecs_has_no_record_of_that_its_end_is_unknown() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(20));
      account.ecs(
          "DeleteService", "{'cluster': '%s', 'service': 'web', 'force': true}", Account.CLUSTER);
      account.pass(Duration.ofMinutes(3));
      account.service("web", "staging");
      account.settle();

      account.pass(Duration.ofHours(2));
      account.settle();

      List<JsonNode> first =
          ends().stream()
              .filter(end -> end.path("taskDefinition").asText().endsWith("/web:2"))
              .toList();
      assertThat(first).hasSize(1);
      assertThat(first.getFirst().path("outcome").asText()).isEqualTo("unknown");
      assertThat(first.getFirst().path("reason").asText())
          .endsWith(" to website/web has ended, and ECS no longer says how");
      assertThat(new RecordTable(account).blocked("web")).isEmpty();
    }
  }

  @Nested
  class Of_a_service_that_was_deleted {
    @Test
    void in_mid_rollout_tells_once_that_nobody_knows_how_that_ended_and_forgets_it() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(20));
      account.ecs(
          "DeleteService", "{'cluster': '%s', 'service': 'web', 'force': true}", Account.CLUSTER);
      account.runningService("other", "staging", "web", account.push("web", "staging", "3"));

      account.pass(Duration.ofHours(3));

      assertThat(account.announcements())
          .extracting(event -> event.path("detail"))
          .filteredOn(detail -> detail.path("serviceName").asText().equals("web"))
          .filteredOn(detail -> detail.has("outcome"))
          .extracting(detail -> detail.path("outcome").asText())
          .containsExactly("unknown");
      assertThat(account.recordOf("web").path("environment").isMissingNode()).isTrue();
    }
  }

  @Nested
  class Of_a_record_that_is_not_whole {
    @Test
    void takes_up_a_deployment_whose_function_ended_before_it_had_completed_the_record() {
      account.webFollowsStaging();
      RecordTable table = new RecordTable(account);
      String pushed = account.push("web", "staging", "2");
      account
          .simulator
          .world()
          .runUntil(() -> !table.deployments("web").isEmpty(), Duration.ofMinutes(1));
      Faults.Injected off =
          account
              .simulator
              .faults()
              .fail(
                  Calls.to("dynamodb", "TransactWriteItems").by("slipway-DeployRole"),
                  Faults.ALWAYS);
      account.pass(Duration.ofHours(1));
      assertThat(account.messages("slipway-deploy")).hasSizeLessThanOrEqualTo(1);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      assertThat(table.deployments("web")).hasSize(1);
      assertThat(table.deployments("web").getFirst().has("ecsDeployment")).isFalse();
      assertThat(account.announcements("Deployment Succeeded")).isEmpty();

      off.end();
      account.pass(RATE.multipliedBy(3));
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
      assertThat(table.deployments("web")).hasSize(1);
      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
    }

    @Test
    void writes_it_anew_where_the_table_was_lost_blocked_stays_what_ecs_rolled_back() {
      account.webFollowsStaging();
      String good = account.push("web", "staging", "2");
      account.settle();
      String bad = account.push("web", "staging", "3", "{'slipway.simulator/exit-code': '1'}");
      account.settle();
      int announced = account.announcements().size();
      RecordTable table = new RecordTable(account);
      table.replaceByAnEmptyOne();
      assertThat(table.users("web")).isEmpty();

      account.pass(RATE.multipliedBy(2));
      account.settle();

      assertThat(table.users("web")).containsExactly("website/web");
      assertThat(table.blocked("web")).containsExactly(bad);
      assertThat(table.service("web").orElseThrow().path("environment").asText())
          .isEqualTo("staging");
      assertThat(table.deployments("web")).as("no history is invented").isEmpty();
      assertThat(account.announcements()).as("nothing is announced again").hasSize(announced);
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + good);
      assertThat(account.invoke("history", "{'service': 'web'}").path("deployments"))
          .as("what ECS remembers, and nobody is credited with")
          .hasSize(3)
          .allMatch(deployment -> deployment.path("by").asText().equals("not recorded"))
          .allMatch(deployment -> deployment.path("eventId").isNull());
      String next = account.push("web", "staging", "4");
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + next);
    }

    @Test
    void says_of_a_deployment_that_was_open_when_the_table_was_lost_nothing_it_cannot_know() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(20));
      RecordTable table = new RecordTable(account);
      table.replaceByAnEmptyOne();

      account.pass(RATE.multipliedBy(2));
      account.settle();

      assertThat(account.isSteady("web")).isTrue();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      assertThat(table.deployments("web")).isEmpty();
      assertThat(account.announcements())
          .extracting(event -> event.path("detail-type").asText())
          .containsExactly("Deployment Started");
    }

    @Test
    void takes_a_service_that_is_gone_out_of_the_index() {
      account.repository("web");
      String image = account.push("web", "first", "1");
      account.runningService("web", "staging", "web", image);
      account.runningService("old", "staging", "web", image);
      account.push("web", "staging", "2");
      account.settle();
      RecordTable table = new RecordTable(account);
      assertThat(table.users("web")).containsExactly("website/old", "website/web");

      account.ecs(
          "DeleteService", "{'cluster': '%s', 'service': 'old', 'force': true}", Account.CLUSTER);
      account.pass(RATE.multipliedBy(2));
      account.settle();

      assertThat(table.users("web")).containsExactly("website/web");
    }
  }
}
