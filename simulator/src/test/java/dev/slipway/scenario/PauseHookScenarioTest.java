package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sns.Delivered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A service's own pause hooks: who is told that a rollout waits, and what ends the wait. */
@Scenarios
class PauseHookScenarioTest {
  private static final String MAILBOX = "ops@example.com";
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";
  private static final String STAGE = "POST_TEST_TRAFFIC_SHIFT";

  @AutoClose private Account account;
  private String first;

  @BeforeEach
  void webRunsItsFirstImageAndPausesItsRollouts() {
    account =
        Account.with(
            """
            environments:
              staging:
                images: { tag: staging }
                deployment: { maximumPercent: 150 }
            """,
            Map.of("NotificationEmail", MAILBOX));
    account.repository("web");
    first = account.push("web", "first", "1");
    account.runningService("web", "staging", "web", first);
    hooks(hook(STAGE));
  }

  private void hooks(String hooks) {
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': 'web', 'deploymentConfiguration': {'lifecycleHooks': [%s]}}",
        CLUSTER,
        hooks);
  }

  private static String hook(String stage) {
    return "{'targetType': 'PAUSE', 'lifecycleStages': ['%s']}".formatted(stage);
  }

  private String pushed(String version) {
    String digest = account.push("web", "staging", version);
    account.settle();
    return digest;
  }

  private JsonNode status() {
    return account.invoke("status", "{'service': 'web'}").path("services").path(0);
  }

  private JsonNode approve(String more) {
    JsonNode answer = account.invoke("approve", "{'service': 'web', 'by': '%s'%s}", ANN, more);
    account.settle();
    return answer.path("services").path(0);
  }

  private void sweep() {
    account.invoke("sweep", "{}");
    account.settle();
  }

  private List<JsonNode> waits() {
    return account.announcements("Deployment Waiting");
  }

  private List<Delivered> mails() {
    return account.simulator.sns().deliveredTo(MAILBOX);
  }

  private List<String> types() {
    return account.announcements().stream()
        .map(event -> event.path("detail-type").asText())
        .toList();
  }

  private void assertRuns(String digest) {
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + digest);
    assertThat(account.isSteady("web")).isTrue();
  }

  private String lastReason() {
    return account.announcements().getLast().at("/detail/reason").asText();
  }

  @Nested
  class A_rollout_that_waits {
    @Test
    void is_told_once_with_what_ends_it_and_shown_everywhere() {
      pushed("2");
      sweep();

      assertThat(types()).containsExactly("Deployment Started", "Deployment Waiting");
      JsonNode detail = waits().getFirst().path("detail");
      assertThat(detail.at("/hook/stage").asText()).isEqualTo(STAGE);
      assertThat(detail.at("/hook/atTimeout").asText()).isEqualTo("ROLLBACK");
      assertThat(mails()).hasSize(1);
      assertThat(mails().getFirst().subject()).contains("waits at ECS's pause hook in " + STAGE);
      assertThat(mails().getFirst().body())
          .contains(
              ", then ECS rolls back",
              "`slipway approve website/web`",
              "`slipway approve website/web --reject`");

      String sentence = status().at("/hooks/0/sentence").asText();
      assertThat(sentence)
          .startsWith(
              "the rollout of web:2 waits at ECS's pause hook in " + STAGE + " until 2026-11-22T")
          .contains("`slipway approve website/web`", "`slipway approve website/web --reject`");
      assertThat(
              account
                  .invoke("status", "{'environment': 'staging'}")
                  .at("/services/0/hooks/0/sentence")
                  .asText())
          .isEqualTo(sentence);
      assertThat(
              account
                  .invoke("explain", "{'service': 'web'}")
                  .at("/services/0/hooks/0/sentence")
                  .asText())
          .isEqualTo(sentence);
      assertThat(
              account.invoke("history", "{'service': 'web'}").at("/deployments/0/hooks/0").asText())
          .isEqualTo("not answered through Slipway at ECS's pause hook in " + STAGE);
    }

    @Test
    void keeps_its_hooks_where_slipway_changes_the_deployment_configuration() {
      pushed("2");

      JsonNode configuration = account.describe("web").path("deploymentConfiguration");
      assertThat(configuration.path("maximumPercent").asInt()).isEqualTo(150);
      assertThat(configuration.at("/lifecycleHooks/0/targetType").asText()).isEqualTo("PAUSE");
    }

    @Test
    void is_found_by_the_sweep_if_the_event_is_lost() {
      account.events("DisableRule", "{'Name': 'slipway-hook'}");
      pushed("2");
      assertThat(waits()).isEmpty();
      account.pass(Duration.ofMinutes(2));

      sweep();
      sweep();

      assertThat(waits()).hasSize(1);
      assertThat(mails()).hasSize(1);
    }

    @Test
    void is_a_dead_letter_about_its_service_while_the_record_cannot_be_read() {
      Faults.Injected down =
          account
              .simulator
              .faults()
              .fail(Calls.to("dynamodb").by("slipway-rollout"), Faults.ALWAYS);
      pushed("2");
      account.pass(Duration.ofHours(2));

      assertThat(account.invoke("list", "{}").path("messages"))
          .filteredOn(message -> message.path("what").asText().contains("ECS Hook State Change"))
          .extracting(message -> message.path("service").asText())
          .containsExactly("website/web");

      down.end();
      sweep();
      sweep();
      assertThat(waits()).hasSize(1);
    }

    @Test
    void is_shown_by_the_command_too() {
      pushed("2");
      Operator.logIn();
      try {
        Operator ann = new Operator(account);

        assertThat(ann.slipway("status", "web")).isZero();
        assertThat(ann.out())
            .contains("waiting at pause hook", "waits at ECS's pause hook in " + STAGE);
        assertThat(ann.slipway("approve", "web", "--yes", "--note", "checked")).isZero();
        assertThat(ann.out()).contains("website/web approved");
        account.settle();
        assertThat(ann.slipway("history", "web")).isZero();
        assertThat(ann.out()).contains("continued by root at ", "checked");
      } finally {
        Operator.logOut();
      }
    }
  }

  @Nested
  class Approved {
    @Test
    void goes_on_and_the_outcome_says_who_had_it_go_on() {
      String two = pushed("2");

      JsonNode approved = approve(", 'note': 'checked'");

      assertRuns(two);
      assertThat(approved.at("/hooks/0/action").asText()).isEqualTo("CONTINUE");
      assertThat(types())
          .containsExactly("Deployment Started", "Deployment Waiting", "Deployment Succeeded");
      assertThat(mails().getLast().body())
          .contains("continued by ann at ECS's pause hook in " + STAGE + ": checked");
      JsonNode recorded = new RecordTable(account).deployments("web").getLast();
      assertThat(recorded.at("/hooks/0/answer/by").asText()).isEqualTo(ANN);
      assertThat(recorded.at("/hooks/0/answer/note").asText()).isEqualTo("checked");
    }

    @Test
    void at_two_hooks_one_after_the_other_is_told_and_asked_for_twice() {
      hooks(hook("POST_SCALE_UP") + ", " + hook(STAGE));
      String two = pushed("2");
      approve("");

      assertThat(waits()).hasSize(2);
      assertThat(status().at("/hooks/0/stage").asText()).isEqualTo(STAGE);
      approve("");

      assertRuns(two);
      assertThat(types()).last().isEqualTo("Deployment Succeeded");
    }

    @Test
    void is_what_was_shown_or_nothing() {
      pushed("2");
      JsonNode preview =
          account.invoke("approve", "{'service': 'web', 'by': '%s', 'dryRun': true}", ANN);
      String plan = preview.path("plan").path(0).asText();
      assertThat(plan).contains("goes on at ECS's pause hook in " + STAGE);
      String three = pushed("3");

      JsonNode answer =
          account.invoke(
              "approve",
              "{'service': 'web', 'by': '%s', 'plan': ['%s']}",
              ANN,
              plan.replace("'", "\\u0027"));
      account.settle();

      assertThat(answer.path("refused").asText()).contains("nothing was changed");
      assertThat(status().at("/hooks/0/stage").asText()).as("the newer one waits").isEqualTo(STAGE);
      approve("");
      assertRuns(three);
    }

    @Test
    void where_nothing_waits_any_more_says_so() {
      pushed("2");
      JsonNode deployment = serviceDeployment();
      account.ecs(
          "ContinueServiceDeployment",
          "{'serviceDeploymentArn': '%s', 'hookId': '%s'}",
          deployment.path("serviceDeploymentArn").asText(),
          deployment.at("/lifecycleHookDetails/0/hookId").asText());
      account.settle();

      JsonNode answer = approve("");

      assertThat(answer.path("hooks")).isEmpty();
      assertThat(answer.path("approved")).isEmpty();
      assertThat(types()).last().isEqualTo("Deployment Succeeded");
    }
  }

  private JsonNode serviceDeployment() {
    String arn =
        account
            .ecs("ListServiceDeployments", "{'cluster': '%s', 'service': 'web'}", CLUSTER)
            .at("/serviceDeployments/0/serviceDeploymentArn")
            .asText();
    return account
        .ecs("DescribeServiceDeployments", "{'serviceDeploymentArns': ['%s']}", arn)
        .at("/serviceDeployments/0");
  }

  @Nested
  class Not_approved {
    @Test
    void but_rejected_goes_back_is_blocked_and_told_with_the_name() {
      String two = pushed("2");

      JsonNode rejected = approve(", 'reject': true, 'note': 'checkout is slow'");

      assertThat(rejected.at("/hooks/0/action").asText()).isEqualTo("ROLLBACK");
      assertRuns(first);
      assertThat(lastReason())
          .contains(
              "failed: rejected by "
                  + ANN
                  + " at ECS's pause hook in "
                  + STAGE
                  + ": checkout is slow");
      assertThat(mails().getLast().subject()).contains("rejected by ann");
      assertThat(new RecordTable(account).blocked("web")).containsExactly(two);
      sweep();
      assertRuns(first);
      assertThat(types())
          .containsExactly("Deployment Started", "Deployment Waiting", "Deployment Failed");
    }

    @Test
    void in_time_goes_back_and_is_told_that_nobody_answered() {
      String two = pushed("2");
      account.pass(Duration.ofHours(25));
      account.settle();

      assertRuns(first);
      assertThat(lastReason())
          .contains("nobody answered ECS's pause hook in " + STAGE + " until 2026-11-22T");
      assertThat(new RecordTable(account).blocked("web")).containsExactly(two);
      assertThat(mails()).hasSize(2);
    }

    /** There is no record of it: ECS's own words name the hook. */
    @Test
    void in_time_although_another_client_deployed_it_is_no_stop_but_a_failure_with_its_hook() {
      account.taskDefinition("web", REGISTRY + "web@" + account.push("web", "theirs", "2"));
      account.ecs(
          "UpdateService", "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web'}", CLUSTER);
      account.pass(Duration.ofHours(25));
      account.settle();

      assertRuns(first);
      assertThat(status().at("/failure/cause").asText())
          .contains("the lifecycle hook of " + STAGE + " failed");
      assertThat(
              account
                  .invoke("history", "{'service': 'web'}")
                  .at("/deployments/0/diagnosis")
                  .asText())
          .contains("the lifecycle hook of " + STAGE + " failed");
    }

    @Test
    void but_superseded_by_a_push_is_no_failure_and_the_newer_one_waits() {
      pushed("2");
      String three = pushed("3");

      assertThat(types())
          .containsExactly(
              "Deployment Started",
              "Deployment Waiting",
              "Deployment Started",
              "Deployment Superseded",
              "Deployment Waiting");
      approve("");
      assertRuns(three);
    }

    /** What Slipway's deployment brings goes on as the one that replaced it, and fails there. */
    @Test
    void but_rejected_after_someone_forced_a_new_deployment_is_told_with_the_name() {
      String two = pushed("2");
      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'forceNewDeployment': true}",
          CLUSTER);
      account.settle();

      approve(", 'reject': true, 'note': 'checkout is slow'");

      assertRuns(first);
      assertThat(new RecordTable(account).blocked("web")).containsExactly(two);
      assertThat(lastReason())
          .contains("rejected by " + ANN)
          .doesNotContain("look at the log of its function");
    }

    @Test
    void but_rolled_back_by_an_operator_is_stopped() {
      pushed("2");

      account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();

      assertRuns(first);
      assertThat(lastReason()).contains(ANN + " stopped the deployment of ");
    }
  }

  @Test
  void rejecting_what_does_not_wait_does_nothing() {
    JsonNode answer = approve(", 'reject': true");

    assertThat(answer.path("reason").asText())
        .isEqualTo("no rollout of it waits at a pause hook of ECS: nothing to reject");
    assertThat(texts(answer.path("hooks"))).isEmpty();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
