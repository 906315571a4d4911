package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What status says of the services. */
@Scenarios
class StatusScenarioTest {
  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
  }

  /** The only service. */
  private JsonNode web() {
    JsonNode services = account.invoke("status", "{}").path("services");
    assertThat(services).hasSize(1);
    return services.path(0);
  }

  @Test
  void before_a_push_tells_what_runs_and_that_nothing_is_selected() {
    account.webFollowsStaging();

    JsonNode web = web();

    assertThat(web.path("service").asText()).isEqualTo("website/web");
    assertThat(web.path("arn").asText()).isEqualTo(account.arn("web"));
    assertThat(web.path("environment").asText()).isEqualTo("staging");
    assertThat(web.path("taskDefinition").asText()).isEqualTo("web:1");
    assertThat(web.path("running").asInt()).isEqualTo(2);
    assertThat(web.path("since").asText()).startsWith("2026-11-21T10:0");
    assertThat(web.path("rollout").asText()).isEqualTo("COMPLETED");
    assertThat(web.path("decision").asText()).isEqualTo("NotFollowing");
    assertThat(web.path("reason").asText())
        .isEqualTo("it follows staging, but tag staging selects no image in web");
    assertThat(web.path("images").path(0).path("selected").isNull()).isTrue();
    assertThat(web.path("paused").isNull()).isTrue();
    assertThat(web.path("pin").isNull()).isTrue();
    assertThat(web.path("request").isNull()).isTrue();
    assertThat(web.path("blocked")).isEmpty();
  }

  @Test
  void during_a_rollout_shows_the_tasks_of_both_revisions() {
    account.webFollowsStaging();
    account.push("web", "staging", "2");
    account.pass(Duration.ofSeconds(25));

    JsonNode web = web();

    assertThat(web.path("rollout").asText()).isEqualTo("IN_PROGRESS");
    assertThat(web.path("rolloutReason").asText()).contains("in progress");
    assertThat(web.path("deployments"))
        .extracting(d -> d.path("status").asText() + " " + d.path("taskDefinition").asText())
        .containsExactly("PRIMARY web:2", "ACTIVE web:1");
    assertThat(web.path("deployments").path(0).path("desired").asInt()).isEqualTo(2);
    assertThat(web.path("since").asText())
        .isEqualTo(web.path("deployments").path(0).path("createdAt").asText());
    assertThat(web.path("decision").asText()).isEqualTo("Current");
  }

  @Test
  void after_a_rollout_tells_the_digest_its_tag_and_that_it_is_what_the_registry_says() {
    account.webFollowsStaging();
    String pushed = account.push("web", "staging", "2");
    account.settle();

    JsonNode web = web();

    assertThat(web.path("rollout").asText()).isEqualTo("COMPLETED");
    assertThat(web.path("deployments")).hasSize(1);
    JsonNode image = web.path("images").path(0);
    assertThat(image.path("container").asText()).isEqualTo("container-1");
    assertThat(image.path("repository").asText()).isEqualTo("web");
    assertThat(image.path("tag").asText()).isEqualTo("staging");
    assertThat(image.path("digest").asText()).isEqualTo(pushed);
    assertThat(image.path("selected").asText()).isEqualTo(pushed);
    assertThat(web.path("decision").asText()).isEqualTo("Current");
  }

  @Test
  void of_a_blocked_image_tells_the_block_and_what_the_registry_says() {
    account.webFollowsStaging();
    String running = account.push("web", "staging", "1.1");
    account.settle();
    String pushed = account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
    account.settle();

    JsonNode web = web();

    assertThat(web.path("blockedCount").asInt()).isOne();
    JsonNode block = web.path("blocked").path(0);
    assertThat(block.path("digest").asText()).isEqualTo(pushed);
    assertThat(block.path("by").asText()).isEqualTo("Slipway");
    assertThat(web.path("state").asText()).isEqualTo("blocked");
    assertThat(web.path("decision").asText()).isEqualTo("Held");
    assertThat(web.path("reason").asText())
        .contains("is blocked since 2026-11-21T10:")
        .contains("it failed in deployment " + block.path("deployment").asText())
        .endsWith("Push another, or deploy it anyway: `slipway deploy website/web --unblock`");
    assertThat(web.path("images").path(0).path("digest").asText()).isEqualTo(running);
    assertThat(web.path("images").path(0).path("selected").asText()).isEqualTo(pushed);
  }

  @Test
  void of_a_service_whose_tasks_stop_after_its_rollout_has_ended_is_unhealthy_with_why() {
    account.webFollowsStaging();
    account.push(
        "web",
        "staging",
        "2",
        "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '300'}");
    account
        .simulator
        .world()
        .runUntil(
            () -> !account.announcements("Deployment Succeeded").isEmpty(), Duration.ofMinutes(5));
    account
        .simulator
        .world()
        .runUntil(
            () -> account.describe("web").path("runningCount").asInt() < 2, Duration.ofMinutes(20));

    JsonNode web = web();

    assertThat(web.path("rollout").asText()).isEqualTo("COMPLETED");
    assertThat(web.path("state").asText()).isEqualTo("unhealthy");
    assertThat(web.at("/failure/kind").asText()).isEqualTo("stopped");
    assertThat(web.at("/failure/taskDefinition").asText()).isEqualTo("web:2");
    assertThat(web.at("/failure/cause").asText()).startsWith("container container-1 exited with 1");
  }

  @Test
  void of_a_service_whose_revision_names_the_tag_tells_the_digest_that_ecs_recorded() {
    account.repository("web");
    String one = account.push("web", "staging", "1");
    account.taskDefinition("web", REGISTRY + "web:staging");
    account.service("web", "staging");
    account.settle();

    JsonNode web = web();

    assertThat(web.path("images").path(0).path("digest").asText()).isEqualTo(one);
    assertThat(web.path("state").asText()).isEqualTo("up to date");
  }

  @Test
  void of_a_paused_service_tells_who_paused_it_and_what_waits() {
    account.webFollowsStaging();
    account.invoke("pause", "{'service': 'web', 'note': 'sale', 'by': 'ann'}");
    account.push("web", "staging", "2");
    account.settle();

    JsonNode web = web();

    assertThat(web.path("paused").asText())
        .startsWith("by ann at 2026-11-21T10:")
        .endsWith(": sale");
    assertThat(web.path("state").asText()).isEqualTo("paused");
    assertThat(web.path("decision").asText()).isEqualTo("Held");
    assertThat(web.path("reason").asText())
        .contains("otherwise it would get web ")
        .endsWith("`slipway resume website/web`");
  }

  @Test
  void of_a_service_whose_environment_is_unknown_is_a_warning() {
    account.webFollowsStaging();
    account.taskDefinition("api", REGISTRY + "web:first");
    account.service("api", "stagin");
    account.settle();

    JsonNode status = account.invoke("status", "{}");

    assertThat(status.path("services"))
        .extracting(service -> service.path("service").asText())
        .containsExactly("website/web");
    assertThat(status.path("warnings"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "website/api is not followed: its tag slipway:environment says \"stagin\", and"
                + " slipway.yaml has only staging, production. Did you mean staging?");
  }

  @Test
  void of_one_environment_is_of_its_services_alone() {
    account.repository("web");
    String image = account.push("web", "first", "1");
    account.runningService("web-staging", "staging", "web", image);
    account.runningService("web-production", "production", "web", image);

    JsonNode status = account.invoke("status", "{'environment': 'production'}");

    assertThat(status.path("services"))
        .extracting(service -> service.path("service").asText())
        .containsExactly("website/web-production");
  }

  @Test
  void of_one_service_is_reported_although_it_follows_nothing() {
    account.repository("web");
    account.taskDefinition("web", REGISTRY + "web:first");
    account.service("web", "");

    JsonNode web = account.invoke("status", "{'service': 'website/web'}").path("services").path(0);

    assertThat(web.path("environment").isNull()).isTrue();
    // the tag of its revision may be anywhere by now
    assertThat(web.path("images").path(0).path("tag").isNull()).isTrue();
    assertThat(web.path("images").path(0).path("digest").isNull()).isTrue();
    assertThat(web.path("decision").asText()).isEqualTo("NotFollowing");
    assertThat(web.path("reason").asText())
        .isEqualTo(
            "it has no tag slipway:environment (to give it one: `slipway follow website/web"
                + " ENVIRONMENT`)");
  }

  @Test
  void of_what_there_is_not_is_refused_with_what_was_perhaps_meant() {
    account.webFollowsStaging();

    assertThat(
            List.of(
                account.invoke("status", "{'environment': 'prod'}").path("refused").asText(),
                account.invoke("status", "{'service': 'wev'}").path("refused").asText()))
        .containsExactly(
            "there is no environment \"prod\": slipway.yaml has staging, production. Did you mean"
                + " production?",
            "there is no service wev. Did you mean website/web?");
  }

  @Test
  void changes_nothing() {
    account.webFollowsStaging();
    account.invoke("pause", "{'service': 'web'}");
    account.push("web", "staging", "2");
    account.settle();
    JsonNode before = account.describe("web");
    var recorded = new RecordTable(account).service("web");

    account.invoke("status", "{}");

    assertThat(account.describe("web")).isEqualTo(before);
    assertThat(new RecordTable(account).service("web")).isEqualTo(recorded);
    assertThat(account.revisions("web")).isEqualTo(1);
  }
}
