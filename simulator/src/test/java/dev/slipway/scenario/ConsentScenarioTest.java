package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ssm.ChangeCalendars;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was shown is what is done, although the world has changed before the yes. */
@Scenarios
class ConsentScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";

  private static void calendar(Account account, ChangeCalendars.Event... events) {
    account.simulator.ssm().calendars().put("release", List.of(events));
  }

  @Test
  void an_override_that_was_shown_is_not_for_a_gate_that_has_closed_since() {
    try (Account account =
        Account.gated("gates: { approval: { expires: 1d } }\n    calendar: release")) {
      calendar(
          account,
          new ChangeCalendars.Event(
              account.simulator.world().now().plus(Duration.ofHours(1)),
              Instant.parse("2026-12-24T12:00:00Z")));
      account.push("web", "staging", "2");
      account.settle();
      ObjectNode shown =
          account.invoke(
              "deploy", "{'service': 'web', 'by': '%s', 'override': 'down!', 'dryRun': true}", ANN);
      account.pass(Duration.ofHours(2));
      ObjectNode again =
          account.invoke(
              "deploy",
              "{'service': 'web', 'by': '%s', 'override': 'down!', 'plan': %s}",
              ANN,
              shown.path("plan"));
      account.settle();
      assertThat(again.has("refused")).isTrue();
      assertThat(again.at("/preview/services/0/reason").asText())
          .contains("passing approval and calendar");
      assertThat(new RecordTable(account).deployments("web")).isEmpty();
    }
  }

  @Test
  void a_resume_that_was_shown_deploys_what_was_shown() {
    try (Account account = Account.gated("drift: hold")) {
      account.invoke("pause", "{'service': 'web', 'by': '%s'}", ANN);
      String two = account.push("web", "staging", "2");
      account.settle();
      ObjectNode shown =
          account.invoke("resume", "{'service': 'web', 'by': '%s', 'dryRun': true}", ANN);
      account.push("web", "staging", "3");
      account.settle();
      ObjectNode done =
          account.invoke(
              "resume", "{'service': 'web', 'by': '%s', 'plan': %s}", ANN, shown.path("plan"));
      account.settle();
      assertThat(
              done.has("refused") || account.images("web").equals(List.of(REGISTRY + "web@" + two)))
          .isTrue();
    }
  }

  @Test
  void a_deployment_that_was_shown_ends_no_drift_that_was_not() {
    try (Account account = Account.gated("whileRolling: supersede")) {
      account.push("web", "staging", "2");
      account.settle();
      account.invoke("pause", "{'service': 'web', 'by': '%s'}", ANN);
      String three = account.push("web", "staging", "3");
      account.settle();
      account.invoke("deploy", "{'service': 'web', 'by': '%s', 'digest': '%s'}", ANN, three);
      account.settle();
      String fix = account.push("web", "fix", "4");
      account.settle();
      ObjectNode shown =
          account.invoke(
              "deploy", "{'service': 'web', 'by': '%s', 'force': true, 'dryRun': true}", ANN);
      account.pass(Duration.ofMinutes(5));
      account.taskDefinition("web", REGISTRY + "web@" + fix);
      account.ecs(
          "UpdateService", "{'cluster': 'website', 'service': 'web', 'taskDefinition': 'web'}");
      account.settle();
      account.invoke(
          "deploy",
          "{'service': 'web', 'by': '%s', 'force': true, 'plan': %s}",
          ANN,
          shown.path("plan"));
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + fix);
    }
  }

  @Test
  void an_approval_that_was_used_is_not_for_the_same_image_a_month_later() {
    try (Account account = Account.gated("gates: { approval: { expires: 1d } }")) {
      account.push("web", "staging", "2");
      account.settle();
      account.invoke("approve", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();
      account.push("web", "staging", "3");
      account.settle();
      account.invoke("approve", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();
      String live = account.images("web").getFirst();
      account.pass(Duration.ofDays(30));

      account.push("web", "staging", "2"); // the tag moves back
      account.settle();

      assertThat(account.images("web")).containsExactly(live);
    }
  }
}
