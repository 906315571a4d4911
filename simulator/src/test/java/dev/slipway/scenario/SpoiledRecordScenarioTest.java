package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The record of one service cannot be parsed: the others go on, and people see which one it is. */
@Scenarios
class SpoiledRecordScenarioTest {
  @AutoClose
  private final Account account =
      Account.with("environments: { staging: { images: { tag: staging } } }", Map.of());

  @BeforeEach
  void twoServicesFollowAndTheRecordOfOneIsSpoiled() {
    account.repository("web", "api");
    account.runningService("web", "staging", "web", account.push("web", "staging", "1"));
    account.runningService("api", "staging", "api", account.push("api", "staging", "1"));
    account.invoke("sweep", "{}");
    account.settle();
    new RecordTable(account).spoil("api");
  }

  private static List<String> services(JsonNode answer) {
    return StreamSupport.stream(answer.path("services").spliterator(), false)
        .map(service -> service.path("service").asText())
        .toList();
  }

  @Test
  void the_sweep_deploys_to_the_others() {
    account.events("DisableRule", "{'Name': 'slipway-push'}");
    String two = account.push("web", "staging", "2");
    account.settle();

    assertThatThrownBy(() -> account.invoke("sweep", "{}"))
        .hasMessageContaining("1 service could not be evaluated: website/api");
    account.settle();

    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
  }

  @Test
  void status_has_a_row_for_each() {
    assertThat(services(account.invoke("status", "{}")))
        .containsExactlyInAnyOrder("website/web", "website/api");
  }

  @Test
  void a_command_for_the_environment_changes_the_others() {
    JsonNode answer = account.invoke("pause", "{'environment': 'staging', 'by': 'ann'}");

    assertThat(services(answer)).containsExactlyInAnyOrder("website/web", "website/api");
    assertThat(new RecordTable(account).service("web").orElseThrow().has("pause")).isTrue();
  }

  /** Deployer: what fails for one service never keeps the others from being deployed. */
  @Test
  void a_push_reaches_the_other_service_of_the_repository() {
    account.runningService(
        "worker", "staging", "api", account.push("api", "staging", "1", "{'slipway': '1'}"));
    account.settle();

    String two = account.push("api", "staging", "2");
    account.settle();

    assertThat(account.images("worker")).containsExactly(REGISTRY + "api@" + two);
  }
}
