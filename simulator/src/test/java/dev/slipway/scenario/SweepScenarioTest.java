package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What happens to what no event reported, or whose event was lost; and how the record is healed.
 */
@Scenarios
class SweepScenarioTest {
  private static final Duration RATE = Duration.ofMinutes(5);

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of("SweepState", "ENABLED"));
    account.settle(); // the first sweep is at once
  }

  /** An account whose sweeps are those that a scenario invokes. */
  private void switchScheduleOff() {
    account.close();
    account = new Account(Map.of("SweepState", "DISABLED"));
  }

  /** ECR's event about the next push does not arrive. */
  private void loseNextPush() {
    account
        .simulator
        .events()
        .faults()
        .loseNext(1, event -> event.path("source").asText().equals("aws.ecr"));
  }

  @Nested
  class On_its_schedule {
    @Test
    void finds_the_push_whose_event_was_lost_and_it_is_deployed() {
      account.webFollowsStaging();
      loseNextPush();
      String pushed = account.push("web", "staging", "2");
      account.settle();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");

      account.pass(RATE);
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.isSteady("web")).isTrue();
      assertThat(account.log("slipway-sweep"))
          .anyMatch(line -> line.contains("1 service evaluated: 1 Deploy; hints sent: 1"));
      assertThat(account.announcements().getFirst().at("/detail/trigger/kind").asText())
          .isEqualTo("sweep");
    }

    @Test
    void sends_nothing_when_every_service_has_what_it_should_have() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.settle();
      int revisions = account.revisions("web");

      account.pass(RATE.multipliedBy(3));
      account.settle();

      assertThat(account.revisions("web")).isEqualTo(revisions);
      assertThat(account.log("slipway-sweep"))
          .last()
          .isEqualTo("1 service evaluated: 1 Current; hints sent: 0, rollouts to check: 0");
      assertThat(account.messages("slipway-deploy")).isEmpty();
    }

    @Test
    void leaves_paused_services_and_blocked_images_alone() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.runningService("paused", "staging", "web", old);
      account.runningService("blocking", "staging", "web", old);
      account.invoke("pause", "{'service': 'paused'}");
      account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
      account.settle();
      assertThat(account.announcements("Deployment Failed")).hasSize(1);

      account.pass(RATE.multipliedBy(3));
      account.settle();

      assertThat(account.revisions("paused") + account.revisions("blocking")).isEqualTo(3);
      assertThat(account.view("paused").taskDefinition()).isEqualTo("paused:1");
      assertThat(account.view("blocking").taskDefinition()).isEqualTo("blocking:1");
      assertThat(account.announcements("Deployment Failed")).hasSize(1);
      assertThat(account.log("slipway-sweep"))
          .last()
          .isEqualTo("2 services evaluated: 2 Held; hints sent: 0, rollouts to check: 0");
    }

    @Test
    void leaves_a_service_alone_that_names_the_tag_and_runs_its_image_by_digest() {
      account.repository("web");
      account.push("web", "staging", "1");
      account.taskDefinition("web", REGISTRY + "web:staging");
      account.service("web", "staging");
      account.pass(RATE.multipliedBy(2));
      account.settle();

      // as CloudFormation and Terraform do when something else was changed
      account.taskDefinition("web", REGISTRY + "web:staging");
      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:2'}",
          Account.CLUSTER);
      account.pass(RATE.multipliedBy(2));
      account.settle();

      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      assertThat(account.revisions("web")).isEqualTo(2);
      assertThat(account.announcements()).isEmpty();
      assertThat(account.log("slipway-sweep"))
          .last()
          .isEqualTo("1 service evaluated: 1 Current; hints sent: 0, rollouts to check: 0");
    }

    @Test
    void does_not_start_a_deployment_twice_while_it_rolls() {
      account.webFollowsStaging();
      loseNextPush();
      account.push("web", "staging", "2");

      account.pass(RATE);
      account.invoke("sweep", "{}");
      account.pass(Duration.ofSeconds(20));
      JsonNode found = account.invoke("sweep", "{}");
      account.settle();

      assertThat(found.path("sent").asInt()).isZero();
      assertThat(account.revisions("web")).isEqualTo(2);
    }

    @Test
    void can_be_switched_off() {
      switchScheduleOff();
      account.webFollowsStaging();
      account.pass(Duration.ofHours(1));
      assertThat(account.log("slipway-sweep")).isEmpty();
    }
  }

  @Nested
  class When_a_deployment_fails_again_and_again {
    @Test
    void neither_piles_up_hints_nor_dead_letters_and_deploys_once_it_can() {
      account.webFollowsStaging();
      loseNextPush();
      String pushed = account.push("web", "staging", "2");
      Faults.Injected down =
          account.simulator.faults().fail(Calls.to("ecs", "UpdateService"), Faults.ALWAYS);

      account.pass(Duration.ofHours(1));

      assertThat(account.messages("slipway-deploy").size()).isLessThanOrEqualTo(1);
      assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
      assertThat(account.log()).anyMatch(line -> line.contains("the next sweep tries again"));

      down.end();
      account.pass(RATE);
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web"))
          .as("a revision for each try, and each try is in the record")
          .isEqualTo(1 + new RecordTable(account).deployments("web").size());
      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
    }
  }

  @Nested
  class After_one_that_did_not_reach_all_services_in_its_time {
    @Test
    void goes_on_at_the_position_that_is_kept_in_the_table_and_counts_the_whole_round() {
      switchScheduleOff();
      account.ecs("CreateCluster", "{'clusterName': 'earlier'}");
      account.webFollowsStaging();
      account.service("web", "staging", "{'cluster': 'earlier'}");
      account.settle();
      loseNextPush();
      String pushed = account.push("web", "staging", "2");
      account.settle();
      RecordTable table = new RecordTable(account);
      table.sweepStoppedAt("700 3 website/");

      JsonNode second = account.invoke("sweep", "{}");

      assertThat(second.path("finished").asBoolean()).isTrue();
      assertThat(second.path("differences").findValuesAsText("service"))
          .containsExactly("website/web");
      assertThat(account.simulator.lambda().log("slipway-sweep"))
          .anyMatch(line -> line.contains("\"Swept\":701") && line.contains("\"Differences\":4"));
      assertThat(table.items("sweep").getFirst().has("position")).isFalse();
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.invoke("sweep", "{}").path("differences").findValuesAsText("service"))
          .as("the next round begins at the beginning")
          .containsExactly("earlier/web");
    }
  }

  @Nested
  class By_hand {
    @BeforeEach
    void differences() {
      switchScheduleOff();
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.runningService("web-staging", "staging", "web", old);
      account.runningService("web-production", "production", "web", old);
      loseNextPush();
      account.push("web", "staging", "2");
      loseNextPush();
      account.retag("web", "staging", "production");
      account.settle();
    }

    @Test
    void says_what_it_found_and_with_dry_run_does_no_more() {
      JsonNode found = account.invoke("sweep", "{'dryRun': true}");
      account.settle();

      assertThat(found.path("swept").asInt()).isEqualTo(2);
      assertThat(found.at("/counts/Deploy").asInt()).isEqualTo(2);
      assertThat(found.path("sent").asInt()).isZero();
      assertThat(found.path("differences").findValuesAsText("service"))
          .containsExactlyInAnyOrder("website/web-staging", "website/web-production");
      assertThat(found.at("/differences/0/reason").asText()).contains("now selects another image");
      assertThat(account.view("web-staging").taskDefinition()).isEqualTo("web-staging:1");
    }

    @Test
    void sweeps_one_environment_or_one_service() {
      assertThat(account.invoke("sweep", "{'environment': 'production'}").path("sent").asInt())
          .isEqualTo(1);
      account.settle();
      assertThat(account.isSteady("web-production")).isTrue();
      assertThat(account.revisions("web-production")).isEqualTo(2);
      assertThat(account.view("web-staging").taskDefinition()).isEqualTo("web-staging:1");

      account.invoke("sweep", "{'service': 'website/web-staging'}");
      account.settle();
      assertThat(account.revisions("web-staging")).isEqualTo(2);
    }

    @Test
    void refuses_what_it_does_not_understand() {
      assertThat(
              account
                  .invoke("sweep", "{'environment': 'staging', 'service': 'web'}")
                  .path("refused")
                  .asText())
          .isEqualTo("at most one of environment, service may be there");
      assertThat(account.invoke("sweep", "{'environment': 'stagign'}").path("refused").asText())
          .contains("Did you mean staging?");
    }

    @Test
    void evaluates_the_others_where_one_cannot_be_evaluated_and_fails_in_the_end() {
      // the SDK tries three times
      account.simulator.faults().fail(Calls.to("ecs", "DescribeTaskDefinition"), 3);

      String failure = account.failure("sweep", "{}");
      account.settle();

      assertThat(failure).startsWith("1 service could not be evaluated: website/web-");
      assertThat(account.log("slipway-sweep"))
          .anyMatch(line -> line.contains("1 service evaluated: 1 Deploy; hints sent: 1"));
      assertThat(account.revisions("web-staging") + account.revisions("web-production"))
          .isEqualTo(3);
    }
  }

  @Nested
  class Of_a_hundred_services_with_nothing_to_do {
    private final Map<String, Faults.Injected> counted = new LinkedHashMap<>();

    private void count(String service, String operation) {
      counted.put(
          operation,
          account
              .simulator
              .faults()
              .delay(Calls.to(service, operation), Faults.ALWAYS, Duration.ZERO));
    }

    private Map<String, Integer> calls() {
      Map<String, Integer> calls = new TreeMap<>();
      counted.forEach((operation, injected) -> calls.put(operation, injected.hits()));
      return calls;
    }

    @Test
    void makes_few_calls_since_the_record_knows_the_revisions() {
      switchScheduleOff();
      account.repository("web", "api");
      for (String repository : List.of("web", "api")) {
        String digest = account.push(repository, "staging", "1");
        IntStream.rangeClosed(1, 50)
            .mapToObj(i -> "%s-%02d".formatted(repository, i))
            .forEach(service -> {
              account.taskDefinition(service, REGISTRY + repository + "@" + digest);
              account.service(service, "staging", "{'desiredCount': 0}");
            });
      }
      account.settle();
      for (String operation :
          List.of(
              "ListClusters",
              "ListServices",
              "DescribeServices",
              "DescribeTaskDefinition",
              "ListTaskDefinitions")) {
        count("ecs", operation);
      }
      count("ecr", "BatchGetImage");
      count("sqs", "SendMessageBatch");
      count("dynamodb", "BatchGetItem");
      count("dynamodb", "Query");
      count("dynamodb", "PutItem");

      JsonNode cold = account.invoke("sweep", "{}");
      Map<String, Integer> first = calls();
      account.invoke("sweep", "{}");
      Map<String, Integer> both = calls();

      assertThat(cold.at("/counts/Current").asInt()).isEqualTo(100);
      assertThat(first)
          .isEqualTo(
              Map.of(
                  "ListClusters", 1,
                  "ListServices", 1,
                  "DescribeServices", 10,
                  "DescribeTaskDefinition", 0,
                  "ListTaskDefinitions", 0,
                  "BatchGetImage", 2,
                  "SendMessageBatch", 0,
                  "BatchGetItem", 2,
                  "Query", 2,
                  "PutItem", 1));
      Map<String, Integer> second = new TreeMap<>(both);
      second.replaceAll((operation, hits) -> hits - first.getOrDefault(operation, 0));
      assertThat(second)
          .isEqualTo(
              Map.of(
                  "ListClusters", 1,
                  "ListServices", 1,
                  "DescribeServices", 10,
                  "DescribeTaskDefinition", 0,
                  "ListTaskDefinitions", 0,
                  "BatchGetImage", 2,
                  "SendMessageBatch", 0,
                  "BatchGetItem", 2,
                  "Query", 2,
                  "PutItem", 1));
    }
  }
}
