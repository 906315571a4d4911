package dev.slipway.rollout;

import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.rollout.DeploymentChange.State;
import dev.slipway.rollout.Evidence.LastWords;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutsTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final String IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@";
  private static final ImageDigest A = digest('a');
  private static final ImageDigest B = digest('b');

  private final FakeEcs ecs = new FakeEcs();
  private final Map<String, ServiceRevision> revisions = new LinkedHashMap<>();
  private final List<ServiceDeployment> deployments = new ArrayList<>();
  private final List<EndedRollout> announced = new ArrayList<>();
  private final ServiceArn web;
  private final Rollouts rollouts;
  private @Nullable RuntimeException announcerFails;

  RolloutsTest() {
    TaskDefinitionArn first = revision(A, false);
    web = ecs.have("main", "web", "staging", first);
    rollouts = new Rollouts(ecs, new Remembered(), ecs, new NoEvidence(), this::announce);
    deployment(1, first, 0, Status.SUCCESSFUL, 60);
  }

  private void announce(EndedRollout rollout) {
    if (announcerFails != null) {
      throw announcerFails;
    }
    announced.add(rollout);
  }

  /** ECS's memory of deployments. */
  private final class Remembered implements ServiceDeployments {
    @Override
    public List<ServiceDeployment> newest(ServiceArn service, int limit) {
      return deployments.reversed().stream().limit(limit).toList();
    }

    @Override
    public Map<String, ServiceRevision> revisions(Collection<String> arns) {
      Map<String, ServiceRevision> found = new LinkedHashMap<>(revisions);
      found.keySet().retainAll(arns);
      return found;
    }
  }

  private static final class NoEvidence implements EvidenceSource {
    @Override
    public List<StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment) {
      return List.of();
    }

    @Override
    public LastWords lastWords(LogStream stream) {
      throw new AssertionError("no container has stopped");
    }
  }

  private static ImageDigest digest(char digit) {
    return new ImageDigest("sha256:" + String.valueOf(digit).repeat(64));
  }

  private TaskDefinitionArn revision(ImageDigest digest, boolean slipways) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", "web");
    request
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "app")
        .put("image", IMAGE + digest);
    if (slipways) {
      var tags = request.putArray("tags");
      Map.of(
              "slipway:event", "e1",
              "slipway:source", "web:1",
              "slipway:tag", "staging",
              "slipway:digest", digest.value(),
              "slipway:pushed", START.plusSeconds(90).toString())
          .forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    }
    return ecs.have(request);
  }

  private static String arn(int number) {
    return "arn:aws:ecs:eu-central-1:123456789012:service-revision/main/web/" + number;
  }

  /** A deployment that replaces the one before it, asked for {@code at} seconds after the start. */
  private void deployment(int number, TaskDefinitionArn to, int at, Status status, int seconds) {
    revisions.put(
        arn(number), new ServiceRevision(arn(number), to, List.of(), START.plusSeconds(at)));
    deployments.removeIf(d -> d.id().number().equals(Integer.toString(number)));
    deployments.add(
        new ServiceDeployment(
            arn(number).replace("service-revision", "service-deployment"),
            arn(number),
            status,
            Optional.empty(),
            START.plusSeconds(at),
            seconds == 0 ? Optional.empty() : Optional.of(START.plusSeconds(at + seconds)),
            number == 1 ? List.of() : List.of(arn(number - 1)),
            3,
            status.name().startsWith("ROLLBACK_") && status != Status.ROLLBACK_REQUESTED
                ? Optional.of(
                    new Rollback(Optional.empty(), START.plusSeconds(at + 30), arn(number - 1)))
                : Optional.empty(),
            status.name().startsWith("ROLLBACK_"),
            List.of()));
    ecs.document(web).put("taskDefinition", to.value());
  }

  private Rollouts.Result event(int number, State state, int at) {
    return rollouts.handle(
        new DeploymentChange(
            web,
            new EcsDeploymentId(Integer.toString(number)),
            state,
            START.plusSeconds(at),
            "event"));
  }

  private Optional<String> tag(String key) {
    return ecs.describe(List.of(web)).getFirst().tag(key);
  }

  @Test
  void what_was_deployed_is_told_with_all_there_is_to_know() {
    deployment(2, revision(B, true), 100, Status.SUCCESSFUL, 50);

    event(2, State.COMPLETED, 150);

    assertThat(announced).hasSize(1);
    EndedRollout rollout = announced.getFirst();
    assertThat(rollout.outcome()).isEqualTo(RolloutOutcome.DEPLOYED);
    assertThat(rollout.environment()).isEqualTo("staging");
    assertThat(rollout.from().orElseThrow().shortName()).isEqualTo("web:1");
    assertThat(rollout.to().shortName()).isEqualTo("web:2");
    assertThat(rollout.changes())
        .singleElement()
        .hasToString("ImageChange[container=app, from=" + IMAGE + A + ", to=" + IMAGE + B + "]");
    assertThat(rollout.duration()).hasSeconds(50);
    assertThat(rollout.pushToDeployed().orElseThrow()).hasSeconds(60);
    assertThat(rollout.tasks()).isEqualTo(3);
    assertThat(rollout.sentence())
        .isEqualTo("main/web runs app bbbbbbbbbbbb: 3 tasks replaced in 50 s, 60 s after the push");
    assertThat(tag(AnnouncedRollouts.TAG)).contains("2");
    assertThat(tag(Service.BLOCKED_TAG)).isEmpty();
  }

  @Test
  void it_is_told_once_however_often_the_event_comes() {
    deployment(2, revision(B, true), 100, Status.SUCCESSFUL, 50);

    event(2, State.COMPLETED, 150);
    event(2, State.COMPLETED, 150);
    event(2, State.IN_PROGRESS, 101);

    assertThat(announced).hasSize(1);
  }

  @Test
  void what_was_rolled_back_is_blocked_before_it_is_told() {
    deployment(2, revision(B, true), 100, Status.ROLLBACK_IN_PROGRESS, 0);
    announcerFails = new IllegalStateException("the topic is gone");

    assertThatThrownBy(() -> event(2, State.FAILED, 130)).isSameAs(announcerFails);
    assertThat(tag(Service.BLOCKED_TAG)).contains(B.value());
    assertThat(tag(AnnouncedRollouts.TAG)).isEmpty();

    announcerFails = null;
    event(2, State.FAILED, 130);

    assertThat(announced).hasSize(1);
    assertThat(announced.getFirst().outcome()).isEqualTo(RolloutOutcome.ROLLED_BACK);
    assertThat(announced.getFirst().blocked()).containsExactly(B);
    assertThat(announced.getFirst().duration()).hasSeconds(30);
    assertThat(announced.getFirst().diagnosis()).isPresent();
    assertThat(tag(AnnouncedRollouts.TAG)).contains("2");
  }

  @Test
  void a_rollback_that_fails_afterwards_is_told_too() {
    TaskDefinitionArn bad = revision(B, true);
    deployment(2, bad, 100, Status.ROLLBACK_IN_PROGRESS, 0);
    event(2, State.FAILED, 130);
    deployment(2, bad, 100, Status.ROLLBACK_FAILED, 90);

    event(1, State.FAILED, 190);

    assertThat(announced)
        .extracting(EndedRollout::outcome)
        .containsExactly(RolloutOutcome.ROLLED_BACK, RolloutOutcome.FAILED);
    assertThat(tag(AnnouncedRollouts.TAG)).contains("2 2+");
  }

  @Test
  void an_image_that_was_deployed_well_since_is_not_blocked() {
    deployment(2, revision(B, true), 100, Status.STOPPED, 50);
    deployment(3, revision(B, true), 200, Status.SUCCESSFUL, 50);

    event(2, State.FAILED, 150);

    assertThat(announced.getFirst().outcome()).isEqualTo(RolloutOutcome.FAILED);
    assertThat(announced.getFirst().blocked()).isEmpty();
    assertThat(tag(Service.BLOCKED_TAG)).isEmpty();
  }

  @Test
  void what_others_have_blocked_stays() {
    ecs.put(web, Map.of(Service.BLOCKED_TAG, A.value()));
    deployment(2, revision(B, true), 100, Status.ROLLBACK_SUCCESSFUL, 90);

    event(2, State.FAILED, 130);

    assertThat(tag(Service.BLOCKED_TAG)).contains(A + " " + B);
  }

  @Nested
  class Of_others {
    @Test
    void deployments_nothing_is_told_and_nothing_blocked() {
      deployment(2, revision(B, false), 100, Status.ROLLBACK_SUCCESSFUL, 90);

      assertThat(event(2, State.FAILED, 130).announced()).isEmpty();
      assertThat(tag(Service.BLOCKED_TAG)).isEmpty();
      assertThat(tag(AnnouncedRollouts.TAG)).isEmpty();
    }

    @Test
    void a_new_deployment_of_slipways_revision_is_theirs() {
      TaskDefinitionArn slipways = revision(B, true);
      deployment(2, slipways, 100, Status.SUCCESSFUL, 50);
      event(2, State.COMPLETED, 150);
      deployment(3, slipways, 200, Status.STOPPED, 50);

      assertThat(event(3, State.FAILED, 250).announced()).isEmpty();
      assertThat(tag(Service.BLOCKED_TAG)).isEmpty();
    }

    @Test
    void going_back_to_slipways_revision_is_theirs_unless_it_was_chosen() {
      TaskDefinitionArn second = revision(B, true);
      deployment(2, second, 100, Status.SUCCESSFUL, 50);
      deployment(3, revision(digest('c'), true), 200, Status.SUCCESSFUL, 50);
      event(3, State.COMPLETED, 250);
      announced.clear();
      deployment(4, second, 300, Status.SUCCESSFUL, 50);

      assertThat(event(4, State.COMPLETED, 350).announced()).isEmpty();

      ecs.put(
          web,
          Map.of(
              Service.CHOSEN_TAG, "web:2 instead of cccccccccccc",
              Service.CHOSEN_BY_TAG, "arn:aws:iam::123456789012:user/ann"));
      event(4, State.COMPLETED, 350);

      assertThat(announced).hasSize(1);
      assertThat(announced.getFirst().origin().by()).contains("arn:aws:iam::123456789012:user/ann");
      assertThat(announced.getFirst().pushToDeployed()).isEmpty();
    }

    @Test
    void services_that_follow_nothing_are_left_alone() {
      ecs.document(web).putArray("tags");
      deployment(2, revision(B, true), 100, Status.SUCCESSFUL, 50);

      assertThat(event(2, State.COMPLETED, 150).reason()).contains("has no tag");
      assertThat(announced).isEmpty();
    }
  }

  @Nested
  class An_event {
    @ParameterizedTest(name = "{0} while ECS shows {1}: {2}")
    @CsvSource(
        textBlock =
            """
            COMPLETED,   IN_PROGRESS,          wait
            COMPLETED,   PENDING,              wait
            COMPLETED,   SUCCESSFUL,           go on
            FAILED,      IN_PROGRESS,          wait
            FAILED,      STOP_REQUESTED,       wait
            FAILED,      ROLLBACK_REQUESTED,   wait
            FAILED,      ROLLBACK_IN_PROGRESS, go on
            FAILED,      STOPPED,              go on
            IN_PROGRESS, PENDING,              go on
            """)
    void that_says_more_than_ecs_shows_comes_again(State state, Status status, String then) {
      deployment(2, revision(B, true), 100, status, 0);

      if (then.equals("wait")) {
        assertThatThrownBy(() -> event(2, state, 150)).isInstanceOf(NotShownYet.class);
      } else {
        event(2, state, 150);
      }
    }

    @Test
    void of_a_deployment_that_ecs_does_not_list_yet_comes_again() {
      assertThatThrownBy(() -> event(7, State.COMPLETED, 100))
          .isInstanceOf(NotShownYet.class)
          .hasMessageContaining("ecs-svc/7 of main/web");
    }

    @Test
    void of_a_deployment_that_ecs_has_forgotten_does_no_harm() {
      assertThat(event(7, State.COMPLETED, -1_000).announced()).isEmpty();
    }

    @Test
    void that_is_lost_is_made_up_for_by_the_next() {
      deployment(2, revision(B, true), 100, Status.STOPPED, 105);
      deployment(3, revision(digest('c'), true), 200, Status.SUCCESSFUL, 50);

      event(3, State.COMPLETED, 250);

      assertThat(announced)
          .extracting(EndedRollout::outcome)
          .containsExactly(RolloutOutcome.SUPERSEDED, RolloutOutcome.DEPLOYED);
      assertThat(tag(AnnouncedRollouts.TAG)).contains("2 3");
    }

    @Test
    void tells_no_old_stories() {
      deployment(2, revision(B, true), 100, Status.SUCCESSFUL, 50);

      assertThat(event(2, State.COMPLETED, 150 + 24 * 3600).announced()).isEmpty();
    }

    @Test
    void of_a_service_that_is_gone_does_no_harm() {
      ecs.delete(web);

      assertThat(event(2, State.COMPLETED, 150).reason())
          .isEqualTo("there is no service main/web any more");
    }
  }

  @Test
  void the_tag_has_room_for_the_newest_marks() {
    for (int number = 2; number < 20; number++) {
      deployment(
          number,
          revision(digest(Character.forDigit(number % 16, 16)), true),
          100 * number,
          Status.SUCCESSFUL,
          50);
      event(number, State.COMPLETED, 100 * number + 50);
    }

    assertThat(announced).hasSize(18);
    assertThat(tag(AnnouncedRollouts.TAG).orElseThrow().split(" ", -1)).hasSize(12).endsWith("19");
  }
}
