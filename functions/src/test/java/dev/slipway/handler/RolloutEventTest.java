package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.rollout.DeploymentChange;
import dev.slipway.rollout.DeploymentChange.State;
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
              DeploymentChange change = changed.change();
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
  void without_updatedAt_the_envelope_tells_when() throws IOException {
    JsonNode event = captured("deployment-completed-2022-07");
    ((ObjectNode) event.path("detail")).remove("updatedAt");

    assertThat(RolloutEvent.parse(event))
        .isInstanceOfSatisfying(
            RolloutEvent.Changed.class,
            changed ->
                assertThat(changed.change().at()).isEqualTo(Instant.parse("2022-07-20T11:09:36Z")));
  }

  private static JsonNode captured(String name) throws IOException {
    return new ObjectMapper().readTree(Path.of("../events/captured", name + ".json").toFile());
  }
}
