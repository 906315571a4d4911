package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Production runs what staging has completed, and run for two hours. */
@Scenarios
class FromScenarioTest {
  private static final String CRASH = "{'slipway.simulator/exit-code': '1'}";

  @AutoClose
  private final Account account =
      Account.with(
          """
          environments:
            staging:
              images: { tag: staging }
              deployment: { circuitBreaker: { enable: true, rollback: true } }
            production: { images: { from: staging, soak: 2h } }
          """);

  private String first;

  @BeforeEach
  void both_environments_run_the_first_image() {
    account.repository("web");
    first = account.push("web", "first", "1");
    account.runningService("web-staging", "staging", "web", first);
    account.runningService("web-production", "production", "web", first);
    sweep();
  }

  private void sweep() {
    account.invoke("sweep", "{}");
    account.settle();
  }

  private String staged(String version) {
    String digest = account.push("web", "staging", version);
    account.settle();
    return digest;
  }

  private void assertRuns(String service, String digest) {
    assertThat(account.images(service)).containsExactly(REGISTRY + "web@" + digest);
    assertThat(account.isSteady(service)).isTrue();
  }

  private JsonNode explained() {
    return account.invoke("explain", "{'service': 'web-production'}").path("services").path(0);
  }

  @Test
  void an_image_is_promoted_by_itself_once_it_has_soaked() {
    String two = staged("2");
    sweep();

    assertRuns("web-staging", two);
    assertRuns("web-production", first);
    assertThat(explained().at("/selections/0/passedOver/0/why").asText())
        .startsWith("website/web-staging has to run it until 2026-11-21T12:");

    account.pass(Duration.ofHours(2));
    assertThat(explained().path("decision").asText()).isEqualTo("Deploy");
    assertThat(
            account
                .invoke("status", "{'service': 'web-production'}")
                .at("/services/0/state")
                .asText())
        .isEqualTo("out of date");
    sweep();

    assertRuns("web-production", two);
    assertThat(
            new RecordTable(account)
                .deployments("web-production")
                .getLast()
                .path("reason")
                .asText())
        .startsWith("policy from staging after 2h now selects another image: web ");
  }

  @Test
  void what_failed_in_staging_is_never_promoted() {
    String two = staged("2");
    account.push("web", "staging", "3", CRASH);
    account.settle();
    account.pass(Duration.ofHours(3));
    sweep();

    assertRuns("web-staging", two);
    assertRuns("web-production", two);
  }

  @Test
  void what_is_rolled_back_in_staging_stays_where_it_was_promoted_to() {
    staged("2");
    account.pass(Duration.ofHours(3));
    sweep();
    String three = staged("3");
    account.pass(Duration.ofHours(3));
    sweep();
    assertRuns("web-production", three);

    account.invoke("rollback", "{'service': 'web-staging', 'by': 'ann'}");
    account.settle();
    account.pass(Duration.ofHours(3));
    sweep();

    assertRuns("web-production", three);
    assertThat(explained().path("decision").asText()).isEqualTo("Current");
  }

  @Test
  void an_operator_can_deploy_it_before_it_has_soaked() {
    String two = staged("2");

    JsonNode nothing =
        account.invoke("deploy", "{'service': 'web-production', 'by': 'ann'}").at("/services/0");
    assertThat(nothing.path("decision").asText()).isNotEqualTo("Deploy");

    account.invoke("deploy", "{'service': 'web-production', 'digest': '%s', 'by': 'ann'}", two);
    account.settle();

    assertRuns("web-production", two);
    account.pass(Duration.ofHours(3));
    sweep();
    assertRuns("web-production", two);
  }
}
