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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What happens to what no event reported, or whose event was lost; and how the record is healed.
 */
@DisplayName("The sweep")
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
  @DisplayName("on its schedule")
  class Scheduled {
    @Test
    @DisplayName("finds the push whose event was lost, and it is deployed")
    void lostPush() {
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
    @DisplayName("sends nothing when every service has what it should have")
    void nothing() {
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
    @DisplayName("leaves paused services and blocked images alone")
    void heldStays() {
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
    @DisplayName("leaves a service alone that names the tag and runs its image by digest")
    void namesTheTag() {
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
    @DisplayName("does not start a deployment twice while it rolls")
    void duringRollout() {
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
    @DisplayName("can be switched off")
    void off() {
      switchScheduleOff();
      account.webFollowsStaging();
      account.pass(Duration.ofHours(1));
      assertThat(account.log("slipway-sweep")).isEmpty();
    }
  }

  @Nested
  @DisplayName("when a deployment fails again and again")
  class Failing {
    @Test
    @DisplayName("neither piles up hints nor dead letters, and deploys once it can")
    void noPile() {
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
  @DisplayName("after one that did not reach all services in its time")
  class Position {
    @Test
    @DisplayName("goes on at the position that is kept in the table, and counts the whole round")
    void goesOn() {
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
  @DisplayName("by hand")
  class ByHand {
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
    @DisplayName("says what it found, and with dryRun does no more")
    void dryRun() {
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
    @DisplayName("sweeps one environment, or one service")
    void part() {
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
    @DisplayName("refuses what it does not understand")
    void refused() {
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
    @DisplayName("evaluates the others where one cannot be evaluated, and fails in the end")
    void oneFails() {
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
  @DisplayName("of a hundred services with nothing to do")
  class Cost {
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
    @DisplayName("makes few calls, since the record knows the revisions")
    void calls100() {
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
