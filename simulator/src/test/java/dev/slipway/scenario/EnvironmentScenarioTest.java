package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.world.AwsError;
import org.junit.jupiter.api.Test;

/** What an environment of slipway.yaml says of its services besides their image. */
@Scenarios
class EnvironmentScenarioTest {
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
    Account account = Account.gatedAndScanned("gates: { scan: { atMost: high } }");
    account.repository("api");
    account.runningService("api", "staging", "api", account.push("api", "staging", "1"));
    account
        .simulator
        .faults()
        .answer(
            Calls.to("ecr", "DescribeImageScanFindings"),
            Faults.ALWAYS,
            new AwsError("AccessDeniedException", 400, "with an explicit deny"));
    account.push("web", "staging", "2");
    account.settle();
    return account;
  }

  @Test
  void a_sweep_goes_on_although_one_services_scan_cannot_be_read() {
    try (Account account = unreadable()) {
      account.repository("job");
      account.runningService("job", "dev", "job", account.push("job", "dev", "1"));
      account.simulator.events().faults().loseNext(1, _ -> true);
      String two = account.push("job", "dev", "2");
      account.settle();
      assertThat(account.invoke("sweep", "{}").at("/held/0/reason").asText())
          .contains("web dfddc56cd82b waits for scan (it could not be read: ");
      account.settle();
      assertThat(account.images("job")).containsExactly(REGISTRY + "job@" + two);
    }
  }
}
