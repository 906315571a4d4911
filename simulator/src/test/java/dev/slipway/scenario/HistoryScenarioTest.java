package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What history says of what was deployed. */
@DisplayName("The history")
@Scenarios
class HistoryScenarioTest {
  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
    account.webFollowsStaging();
  }

  private JsonNode history() {
    JsonNode answer = account.invoke("history", "{'service': 'web'}");
    assertThat(answer.path("service").asText()).isEqualTo("website/web");
    return answer.path("deployments");
  }

  private static String outcome(JsonNode deployment) {
    return deployment.path("taskDefinition").asText() + " " + deployment.path("outcome").asText();
  }

  @Test
  @DisplayName("tells tag, digest, times and event of what was deployed")
  void deployed() {
    String pushed = account.push("web", "staging", "2");
    account.settle();

    JsonNode history = history();

    assertThat(history)
        .extracting(HistoryScenarioTest::outcome)
        .containsExactly("web:2 deployed", "web:1 deployed");
    JsonNode newest = history.path(0);
    assertThat(newest.path("deploymentId").asText())
        .isEqualTo(account.view("web").deployments().getFirst().id());
    assertThat(newest.path("tag").asText()).isEqualTo("staging");
    assertThat(newest.path("images"))
        .hasToString(
            "["
                + Account.json(
                    "{'container':'container-1','repository':'web','digest':'%s'}", pushed)
                + "]");
    assertThat(newest.path("startedAt").asText()).isLessThan(newest.path("finishedAt").asText());
    assertThat(newest.path("reason").isNull()).isTrue();
    assertThat(newest.path("eventId").asText())
        .isEqualTo(
            account
                .announcements()
                .getFirst()
                .path("detail")
                .path("trigger")
                .path("eventId")
                .asText());
    JsonNode first = history.path(1);
    assertThat(first.path("tag").isNull()).isTrue();
    assertThat(first.path("eventId").isNull()).isTrue();
    assertThat(first.path("by").asText()).isEqualTo("not recorded");
  }

  @Test
  @DisplayName("reports a rollback from its beginning, with ECS's reason")
  void rolledBack() {
    account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
    account
        .simulator
        .world()
        .runUntil(
            () ->
                account.describe("web").path("deployments").toString().contains("rolling back to"),
            Duration.ofHours(1));

    JsonNode during = history();
    account.settle();
    JsonNode after = history();

    assertThat(during.path(0).path("outcome").asText()).isEqualTo("rolling back");
    assertThat(during.path(0).path("finishedAt").isNull()).isTrue();
    assertThat(after)
        .extracting(HistoryScenarioTest::outcome)
        .containsExactly("web:2 rolled back", "web:1 deployed");
    assertThat(after.path(0).path("reason").asText()).contains("circuit breaker");
    assertThat(after.path(0).path("finishedAt").isNull()).isFalse();
  }

  @Test
  @DisplayName("tells which deployment took another's place")
  void superseded() {
    account.push("web", "staging", "2");
    account.pass(Duration.ofSeconds(25));
    account.push("web", "staging", "3");
    account.pass(Duration.ofSeconds(5));

    JsonNode during = history();
    account.settle();
    JsonNode after = history();

    assertThat(during)
        .extracting(HistoryScenarioTest::outcome)
        .containsExactly("web:3 in progress", "web:2 superseded", "web:1 deployed");
    assertThat(after)
        .extracting(HistoryScenarioTest::outcome)
        .containsExactly("web:3 deployed", "web:2 superseded", "web:1 deployed");
    assertThat(after.path(1).path("reason").asText())
        .isEqualTo(
            "superseded by deployment %s of web:3"
                .formatted(after.path(0).path("deploymentId").asText()));
  }

  @Test
  @DisplayName("reports deployments by others too, without what led to an earlier one")
  void byOthers() {
    account.push("web", "staging", "2");
    account.settle();
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:1'}",
        Account.CLUSTER);
    account.settle();
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:2'}",
        Account.CLUSTER);
    account.settle();

    JsonNode history = history();

    assertThat(history)
        .extracting(
            d -> outcome(d) + " " + !d.path("eventId").isNull() + " " + d.path("by").asText())
        .containsExactly(
            "web:2 deployed false another client",
            "web:1 deployed false another client",
            "web:2 deployed true null",
            "web:1 deployed false not recorded");
  }

  @Test
  @DisplayName("is as long as it is asked for")
  void limited() {
    account.push("web", "staging", "2");
    account.settle();

    JsonNode answer = account.invoke("history", "{'service': 'website/web', 'limit': 1}");

    assertThat(answer.path("deployments"))
        .extracting(HistoryScenarioTest::outcome)
        .containsExactly("web:2 deployed");
  }

  @Test
  @DisplayName("of what there is not is refused")
  void refused() {
    assertThat(account.invoke("history", "{'service': 'shop/web'}").path("refused").asText())
        .isEqualTo("there is no service shop/web. Did you mean website/web?");
    assertThat(account.invoke("history", "{}").path("refused").asText())
        .isEqualTo("service: missing; it is the service whose history is wanted");
    assertThat(account.images("web").getFirst()).startsWith(REGISTRY);
  }
}
