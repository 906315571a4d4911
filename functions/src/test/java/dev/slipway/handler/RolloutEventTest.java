package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.DeploymentStateChange;
import dev.slipway.rollout.DeploymentStateChange.State;
import dev.slipway.rollout.HookStateChange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The events of real accounts in events/captured/ are understood. */
class RolloutEventTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "deployment-in-progress-2026-09, IN_PROGRESS, ecs-svc/2757582648257641111,"
        + " 2026-09-04T17:00:01.714Z",
    "deployment-completed-2022-07, COMPLETED, ecs-svc/4231880795355584839, 2022-07-20T11:09:36Z",
    "deployment-completed-2023-08, COMPLETED, ecs-svc/1702860048778063437, 2023-08-07T06:30:17Z"
  })
  void a_deployment_changes_at_the_later_of_both_times(
      String name, State state, String deployment, Instant at) throws IOException {
    assertThat(RolloutEvent.parse(captured(name)))
        .isInstanceOfSatisfying(
            RolloutEvent.Changed.class,
            changed -> {
              DeploymentStateChange change = changed.change();
              assertThat(change.state()).isEqualTo(state);
              assertThat(change.deployment()).hasToString(deployment);
              assertThat(change.service().shortName()).isEqualTo("main/web");
              assertThat(change.at()).isEqualTo(at);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"service-steady-2026-09", "task-stopped-2022-08"})
  void other_events_of_ecs_mean_nothing(String name) throws IOException {
    assertThat(RolloutEvent.parse(captured(name))).isInstanceOf(RolloutEvent.Meaningless.class);
  }

  @Test
  void a_rollout_waits_at_a_pause_hook() throws IOException {
    assertThat(RolloutEvent.parse(sample("hook-awaiting-action")))
        .isEqualTo(
            new RolloutEvent.HookWaits(
                new HookStateChange(
                    new ServiceArn("arn:aws:ecs:us-west-2:123456789012:service/main/web"),
                    "arn:aws:ecs:us-west-2:123456789012:service-deployment/main/web/0EYSiB0qap8xf0N76FsbE",
                    "ecs-pause-e7tK9G_WRJqNF_EOMjztDXfKenlJuEUVjsNStf4WLKw",
                    Instant.parse("2026-03-05T15:54:41Z"),
                    "3329f79b-3dca-07f8-b1c2-5fe99f0b5e87")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOOK_IN_PROGRESS", "HOOK_SUCCEEDED", "HOOK_FAILED", "HOOK_TIMED_OUT"})
  void what_else_happens_to_a_hook_means_nothing(String name) throws IOException {
    JsonNode event = sample("hook-awaiting-action");
    ((ObjectNode) event.path("detail")).put("eventName", name);

    assertThat(RolloutEvent.parse(event)).isInstanceOf(RolloutEvent.Meaningless.class);
  }

  @Test
  void without_updated_at_the_envelope_tells_when() throws IOException {
    JsonNode event = captured("deployment-completed-2022-07");
    ((ObjectNode) event.path("detail")).remove("updatedAt");

    assertThat(RolloutEvent.parse(event))
        .isInstanceOfSatisfying(
            RolloutEvent.Changed.class,
            changed ->
                assertThat(changed.change().at()).isEqualTo(Instant.parse("2022-07-20T11:09:36Z")));
  }

  @Test
  void slipway_itself_asks_for_a_check_of_a_service() {
    ServiceArn web = new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");

    assertThat(RolloutEvent.parse(ServiceChecks.rolloutCheck(web)))
        .isEqualTo(new RolloutEvent.CheckRequested(web));
  }

  @Test
  void a_reminder_names_the_notifications_that_wait() {
    NotificationGroup.Key key = new NotificationGroup.Key("e-1", "Held\nstaging\nweb\npaused\n");

    assertThat(RolloutEvent.parse(ServiceChecks.notificationsDue(key)))
        .isEqualTo(new RolloutEvent.NotificationsDue(key));
  }

  @Test
  void a_check_of_no_service_is_malformed() {
    ServiceArn web = new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");
    ObjectNode check = ServiceChecks.rolloutCheck(web);
    ((ObjectNode) check.path("detail")).put("service", "web");

    assertThatThrownBy(() -> RolloutEvent.parse(check))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageStartingWith("detail.service: not the ARN of an ECS service");
  }

  /** An account may still have services with ARNs of the old form: they cannot have tags. */
  @Test
  void a_service_with_an_arn_of_the_old_form_means_nothing() throws IOException {
    ObjectNode event = (ObjectNode) captured("deployment-completed-2023-08");
    event.putArray("resources").add("arn:aws:ecs:us-east-1:123456789012:service/web");

    assertThat(RolloutEvent.parse(event))
        .isInstanceOfSatisfying(
            RolloutEvent.Meaningless.class,
            meaningless -> assertThat(meaningless.reason()).contains("old form"));
  }

  private static JsonNode sample(String name) throws IOException {
    return new ObjectMapper().readTree(Path.of("../events", name + ".json").toFile());
  }

  private static JsonNode captured(String name) throws IOException {
    return new ObjectMapper().readTree(Path.of("../events/captured", name + ".json").toFile());
  }
}
