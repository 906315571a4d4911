package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an environment of slipway.yaml says of its services besides their image. */
@Scenarios
class EnvironmentScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";

  @Test
  void with_clusters_is_followed_by_services_of_these_and_of_no_others() {
    try (Account account =
        Account.with(
            """
            environments:
              staging:
                images: { tag: staging }
                clusters: [website]
              shop:
                images: { tag: staging }
                clusters: [shop]
            """)) {
      account.repository("web");
      account.ecs("CreateCluster", "{'clusterName': 'shop'}");
      String one = account.push("web", "first", "1");
      account.runningService("web", "staging", "web", one);
      account.runningService("other", "shop", "web", one);
      account.taskDefinition("sale", REGISTRY + "web@" + one);
      account.service("sale", "shop", "{'cluster': 'shop'}");
      account.settle();

      String two = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
      assertThat(account.images("other")).containsExactly(REGISTRY + "web@" + one);
      assertThat(account.simulator.ecs().service("shop", "sale").orElseThrow().taskDefinition())
          .isEqualTo("sale:2");
    }
  }

  @Test
  void with_drift_restore_gets_back_what_another_client_has_replaced() {
    try (Account account =
        Account.with(
            """
            environments:
              staging:
                images: { tag: staging }
                drift: restore
            """)) {
      account.webFollowsStaging();
      String two = account.push("web", "staging", "2");
      account.settle();

      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:1'}",
          CLUSTER);
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
      assertThat(account.isSteady("web")).isTrue();
      assertThat(account.announcements("Deployment Held")).isEmpty();
    }
  }

  @Test
  void without_deployment_leaves_each_services_own_deployment_configuration() {
    try (Account account =
        Account.with("environments: { staging: { images: { tag: staging } } }")) {
      account.repository("web");
      account.taskDefinition("web", REGISTRY + "web@" + account.push("web", "first", "1"));
      account.service(
          "web",
          "staging",
          "{'deploymentConfiguration': {'minimumHealthyPercent': 0, 'maximumPercent': 150}}");
      account.settle();

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      assertThat(account.describe("web").at("/deploymentConfiguration/maximumPercent").asInt())
          .isEqualTo(150);
      assertThat(
              account.describe("web").at("/deploymentConfiguration/minimumHealthyPercent").asInt())
          .isZero();
    }
  }

  /** web's image 2 waits for a scan that cannot be read; api, of the same environment, is well. */
  private static Account unreadable() {
    Account account =
        Account.with(
            """
            environments:
              staging:
                images: { tag: staging }
                gates: { scan: { atMost: high } }
              dev:
                images: { tag: dev }
            """,
            Map.of("NotificationEmail", "ops@example.com"));
    account.repository("api");
    account.ecr(
        "CreateRepository",
        "{'repositoryName': 'web', 'imageScanningConfiguration': {'scanOnPush': true}}");
    account.runningService("web", "staging", "web", account.push("web", "first", "1"));
    account.runningService("api", "staging", "api", account.push("api", "staging", "1"));
    account
        .simulator
        .faults()
        .throttle(Calls.to("ecr", "DescribeImageScanFindings"), Faults.ALWAYS);
    account.push("web", "staging", "2");
    account.settle();
    return account;
  }

  @Test
  void an_environment_is_restarted_although_one_service_cannot_be_evaluated() {
    try (Account account = unreadable()) {
      JsonNode answer =
          account.invoke("deploy", "{'environment': 'staging', 'by': '%s', 'force': true}", ANN);
      assertThat(answer.path("services"))
          .extracting(row -> row.path("decision").asText())
          .containsExactlyInAnyOrder("Deploy", "Rejected");
      account.settle();
      assertThat(account.view("api").taskDefinition()).isEqualTo("api:2");
    }
  }

  @Test
  void an_environment_is_shown_although_one_service_cannot_be_evaluated() {
    try (Account account = unreadable()) {
      assertThat(account.invoke("status", "{'environment': 'staging'}").path("services"))
          .extracting(row -> row.path("service").asText() + ": " + row.path("state").asText())
          .containsExactly("website/api: up to date", "website/web: not evaluated");
    }
  }

  @Test
  void a_sweep_goes_on_although_one_service_cannot_be_evaluated() {
    try (Account account = unreadable()) {
      account.repository("job");
      account.runningService("job", "dev", "job", account.push("job", "dev", "1"));
      account.simulator.events().faults().loseNext(1, _ -> true);
      String two = account.push("job", "dev", "2");
      account.settle();
      assertThat(account.failure("sweep", "{}")).contains("website/web");
      account.settle();
      assertThat(account.images("job")).containsExactly(REGISTRY + "job@" + two);
    }
  }
}
