package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What history says of what was deployed. */
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
  void tells_tag_digest_times_and_event_of_what_was_deployed() {
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
  void tells_the_tag_also_of_what_a_sweep_deployed() {
    PolicyRow.loseNext(account, "aws.ecr");
    account.push("web", "staging", "2");
    account.invoke("sweep", "{}");
    account.settle();

    assertThat(history().path(0).at("/trigger/kind").asText()).isEqualTo("sweep");
    assertThat(history().path(0).path("tag").asText()).isEqualTo("staging");
  }

  @Test
  void reports_a_rollback_from_its_beginning_with_ecss_reason() {
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
  void tells_which_deployment_took_anothers_place() {
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
  void reports_deployments_by_others_too_without_what_led_to_an_earlier_one() {
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
  void is_as_long_as_it_is_asked_for() {
    account.push("web", "staging", "2");
    account.settle();

    JsonNode answer = account.invoke("history", "{'service': 'website/web', 'limit': 1}");

    assertThat(answer.path("deployments"))
        .extracting(HistoryScenarioTest::outcome)
        .containsExactly("web:2 deployed");
  }

  @Test
  void of_what_there_is_not_is_refused() {
    assertThat(account.invoke("history", "{'service': 'shop/web'}").path("refused").asText())
        .isEqualTo("there is no service shop/web. Did you mean website/web?");
    assertThat(account.invoke("history", "{}").path("refused").asText())
        .isEqualTo("service: missing; it is the service whose history is wanted");
    assertThat(account.images("web").getFirst()).startsWith(REGISTRY);
  }
}
