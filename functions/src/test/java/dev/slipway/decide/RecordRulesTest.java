package dev.slipway.decide;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.intent;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.Selection;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes before a decision, so that several workers can share a service. */
class RecordRulesTest {
  /** What ECS shows as the service's newest deployment, and its state. */
  private int primary = 1;

  private String rolloutState = "COMPLETED";
  private int selected = 2;

  private ObservedState seen(DeploymentRecord... deployments) {
    ObjectNode service =
        JsonNodeFactory.instance
            .objectNode()
            .put("serviceArn", WEB.value())
            .put("status", "ACTIVE")
            .put("desiredCount", 3)
            .put("taskDefinition", revision(1).value());
    service
        .putArray("deployments")
        .addObject()
        .put("id", "ecs-svc/" + primary)
        .put("status", "PRIMARY")
        .put("taskDefinition", revision(1).value())
        .put("rolloutState", rolloutState);
    ObjectNode definition = JsonNodeFactory.instance.objectNode();
    definition
        .putObject("taskDefinition")
        .put("taskDefinitionArn", revision(1).value())
        .put("family", "web")
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "web")
        .put("image", image("web", 1).toString());
    return new ObservedState(
        Service.parse(service),
        Environments.following("staging"),
        TaskDefinition.parse(definition),
        Map.of(
            PUSH.repository(),
            new Selection(
                new Candidate.Image(digest(selected), "index", Set.of(), Set.of()),
                Optional.of(PUSH.tag()),
                List.of(),
                List.of())),
        new RecordedService(ServiceRecord.unknown(WEB), List.of(deployments)),
        Map.of(),
        Optional.empty(),
        NOON);
  }

  private static ObservedState at(ObservedState seen, Instant at) {
    return new ObservedState(
        seen.service(),
        seen.environment(),
        seen.taskDefinition(),
        seen.selections(),
        seen.recorded(),
        seen.running(),
        seen.pinTarget(),
        at);
  }

  private static NextStep next(ObservedState seen, int secondsAfterNoon) {
    return RecordRules.next(at(seen, NOON.plusSeconds(secondsAfterNoon)));
  }

  @Test
  void without_deployments_a_decision_comes_first() {
    assertThat(next(seen(), 0))
        .isInstanceOfSatisfying(
            NextStep.Decide.class,
            step -> assertThat(step.decision()).isInstanceOf(Decision.Deploy.class));
  }

  /** Rule (a): an intent is a lease. */
  @Nested
  class An_intent {
    private final DeploymentRecord intent = intent(0, PUSH, change("web", 1, 2));

    @ParameterizedTest
    @CsvSource({"0, true", "59, true", "60, false", "61, false"})
    void is_held_until_its_lease_is_over(int secondsAfterNoon, boolean held) {
      assertThat(next(seen(intent), secondsAfterNoon))
          .isEqualTo(held ? new NextStep.Wait(intent) : new NextStep.Heal(intent));
    }

    @Test
    void is_held_whatever_would_be_decided() {
      selected = 1;

      assertThat(next(seen(intent), 0)).isEqualTo(new NextStep.Wait(intent));
    }

    @Test
    void that_its_holder_released_is_healed_at_once() {
      DeploymentRecord released = intent.released(intent.from());

      assertThat(next(seen(released), 0)).isEqualTo(new NextStep.Heal(released));
    }

    @Test
    void without_a_lease_is_healed() {
      assertThat(next(seen(intent.unclaimed()), 0))
          .isEqualTo(new NextStep.Heal(intent.unclaimed()));
    }

    @Test
    void that_was_dropped_holds_nothing() {
      DeploymentRecord dropped =
          intent.ended(
              DeploymentRecord.Ended.because(
                  DeploymentOutcome.DROPPED, Instant.EPOCH, "never started"));

      assertThat(next(seen(dropped), 0)).isInstanceOf(NextStep.Decide.class);
    }
  }

  /** Rule (b): resolve before repeating. */
  @Nested
  class A_deployment_without_an_outcome {
    private final DeploymentRecord running = running(5, PUSH, change("web", 1, 2));

    @ParameterizedTest
    @CsvSource(
        textBlock =
            """
            # ECS's newest deployment, its state,  comes first
            5,                         COMPLETED,   true
            5,                         FAILED,      true
            5,                         IN_PROGRESS, false
            6,                         COMPLETED,   true
            6,                         IN_PROGRESS, true
            """)
    void is_resolved_before_its_image_is_deployed_again(
        int newest, String state, boolean resolved) {
      primary = newest;
      rolloutState = state;

      NextStep step = next(seen(running), 600);

      assertThat(step instanceof NextStep.Resolve).isEqualTo(resolved);
      if (step instanceof NextStep.Resolve(List<DeploymentRecord> first)) {
        assertThat(first).containsExactly(running);
      }
    }

    @Test
    void of_another_image_is_not_waited_for() {
      primary = 5;
      selected = 3;

      assertThat(next(seen(running), 600)).isInstanceOf(NextStep.Decide.class);
    }

    /** It had the image already: whatever comes of it, the image is not to blame. */
    @Test
    void that_left_the_image_as_it_was_is_not_waited_for() {
      primary = 6;
      DeploymentRecord other = running(5, PUSH, change("api", 1, 7));

      assertThat(next(seen(other), 600)).isInstanceOf(NextStep.Decide.class);
    }

    @Test
    void is_not_waited_for_where_there_is_nothing_to_deploy() {
      primary = 6;
      selected = 1;

      assertThat(next(seen(running), 600))
          .isInstanceOfSatisfying(
              NextStep.Decide.class,
              step -> assertThat(step.decision()).isInstanceOf(Decision.Current.class));
    }

    @Test
    void does_not_hold_its_image_any_more_once_it_has_one() {
      primary = 6;

      assertThat(next(seen(running.ended(ended(DeploymentOutcome.SUPERSEDED, 0))), 600))
          .isInstanceOf(NextStep.Decide.class);
    }
  }

  /** What is deployed is a copy of what the service has: that must not be an old view. */
  @Nested
  class A_deployment_that_ecs_does_not_list_yet {
    private final DeploymentRecord newest = running(5, PUSH, change("web", 1, 9));

    @ParameterizedTest
    @CsvSource({"5, true", "64, true", "65, false"})
    void is_waited_for_a_minute(int secondsAfterNoon, boolean waited) {
      NextStep step = next(seen(newest), secondsAfterNoon);

      assertThat(step instanceof NextStep.Lagging).isEqualTo(waited);
      if (!waited) {
        assertThat(step).isInstanceOf(NextStep.Decide.class);
      }
    }

    @Test
    void is_not_waited_for_once_it_is_listed() {
      primary = 5;
      rolloutState = "IN_PROGRESS";

      assertThat(next(seen(newest), 6)).isInstanceOf(NextStep.Decide.class);
    }

    @Test
    void is_not_waited_for_where_there_is_nothing_to_deploy() {
      selected = 1;

      assertThat(next(seen(newest), 6)).isInstanceOf(NextStep.Decide.class);
    }
  }
}
