package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Decision.Hold;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.Trigger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NotificationTest {
  private static final DeploymentRecord RUNNING = running(2, PUSH, change("web", 1, 2));

  private static Notification titled(String title) {
    return new Notification(
        "Held", title, "", Map.of(), List.of(), List.of(), Map.of(), List.of(), "1");
  }

  @Test
  void a_title_is_what_a_subject_may_be() {
    assertThat(titled("web: naïve\nversion").title()).isEqualTo("web: na?ve version");
    assertThat(titled("x".repeat(300)).title()).hasSize(100).endsWith("...");
  }

  @Nested
  class Of_what_is_held {
    @ParameterizedTest
    @CsvSource({
      "PAUSED, paused",
      "BLOCKED, blocked",
      "BLOCKED_RUNNING, runs a blocked image",
      "PINNED, pinned",
      "DRIFTED, drifted",
      "FAILED, failed",
      "ROLLING_BACK, rolling back"
    })
    void names_the_state_by_its_own_name(Hold hold, String state) {
      Notification notification =
          Notification.of(
              new Decision.Held(
                  WEB, "staging", hold, hold + " 1", Set.of(), "why, and how to end it"),
              PUSH);

      assertThat(notification.event()).isEqualTo("Held");
      assertThat(notification.title())
          .isEqualTo("main/web: %s, web:staging is not deployed", state);
      assertThat(notification.sentence()).isEqualTo("main/web: why, and how to end it");
      assertThat(notification.facts())
          .containsEntry("State", state)
          .containsEntry("Environment", "staging")
          .containsEntry("Triggered by", "a push of web:staging at 2026-11-28T11:59:50Z");
      assertThat(notification.nextSteps())
          .containsExactly("To see what would be deployed: ./slipway explain main/web");
      assertThat(notification.resources()).containsExactly(WEB.value());
    }

    @Test
    void names_no_image_where_no_push_led_to_it() {
      assertThat(
              Notification.of(
                      new Decision.NotDeployable(WEB, Optional.empty(), "it is DRAINING"),
                      new Trigger.Sweep("s-1", NOON))
                  .title())
          .isEqualTo("main/web: not deployable");
    }
  }

  @ParameterizedTest
  @MethodSource("triggers")
  void a_trigger_is_named_in_words(Trigger trigger, String words) {
    assertThat(Notification.trigger(trigger)).isEqualTo(words);
  }

  static Stream<Arguments> triggers() {
    return Stream.of(
        Arguments.of(PUSH, "a push of web:staging at 2026-11-28T11:59:50Z"),
        Arguments.of(
            new Trigger.Push("e", PUSH.repository(), PUSH.tag(), PUSH.digest(), Optional.empty()),
            "a push of web:staging"),
        Arguments.of(new Trigger.Sweep("s-1", NOON), "the sweep at 2026-11-28T12:00:00Z"),
        Arguments.of(new Trigger.Operator("r-1", "ann"), "ann"),
        Arguments.of(
            new Trigger.ServiceChanged("e-1", "Tag Change on Resource"),
            "a change of the service: Tag Change on Resource"));
  }

  @Nested
  class Of_a_deployment {
    private static Notification of(Ended end) {
      return Notification.of(new RolloutResult(RUNNING.ended(end)));
    }

    private static Ended failed(RollbackState state) {
      Ended end =
          ended(
              DeploymentOutcome.FAILED,
              0,
              Optional.of(new Rollback(Optional.of(revision(1)), state)));
      return new Ended(
          end.outcome(),
          end.at(),
          end.tasks(),
          end.serviceDeployment(),
          end.rollback(),
          List.of(digest(2)),
          end.why(),
          Optional.of("container web exited with 1"),
          List.of("task t1: exited"));
    }

    @Test
    void that_succeeded_has_facts_and_the_way_back() {
      Notification notification = of(ended(DeploymentOutcome.DEPLOYED, 3));

      assertThat(notification.event()).isEqualTo("Succeeded");
      assertThat(notification.title()).isEqualTo("main/web: deployed, web 000000000002");
      assertThat(notification.facts())
          .containsExactly(
              Map.entry("Service", "main/web"),
              Map.entry("Environment", "staging"),
              Map.entry("Outcome", "deployed"),
              Map.entry("Image of web", image("web", 1) + " to " + image("web", 2)),
              Map.entry("Revision", "web:1 to web:2"),
              Map.entry("Duration", "57 s"),
              Map.entry("From push to deployed", "70 s"),
              Map.entry("Triggered by", "a push of web:staging at 2026-11-28T11:59:50Z"),
              Map.entry("Deployment", RUNNING.id().value()));
      assertThat(notification.nextSteps())
          .containsExactly("To go back: ./slipway rollback main/web");
      assertThat(notification.links().values())
          .containsExactly(
              "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/main/services/web/health?region=us-east-1");
      assertThat(notification.resources()).containsExactly(WEB.value(), revision(2).value());
      assertThat(notification.thread()).isEqualTo(RUNNING.id().value());
    }

    @Test
    void that_no_task_runs_is_not_called_deployed_alone() {
      assertThat(of(ended(DeploymentOutcome.DEPLOYED, 0)).title())
          .isEqualTo("main/web: deployed, but no task runs it, web 000000000002");
    }

    @ParameterizedTest
    @CsvSource({
      "IN_PROGRESS, 'failed, rolling back', To see what the service runs now: ./slipway status"
          + " main/web",
      "SUCCESSFUL, 'failed, rolled back', To see what the service runs now: ./slipway status"
          + " main/web",
      "FAILED, 'failed, not rolled back', To go back to what ran before: ./slipway rollback"
          + " main/web",
      "SUPERSEDED, failed, To see what the service runs now: ./slipway status main/web",
    })
    void that_failed_says_what_runs_what_is_blocked_and_what_to_do(
        RollbackState state, String outcome, String step) {
      Notification notification = of(failed(state));

      assertThat(notification.event()).isEqualTo("Failed");
      assertThat(notification.title()).isEqualTo("main/web: %s, web 000000000002", outcome);
      assertThat(notification.facts())
          .containsEntry("Outcome", outcome)
          .containsEntry("Blocked here", digest(2).value());
      assertThat(notification.details()).containsExactly("task t1: exited");
      assertThat(notification.nextSteps())
          .containsExactly(
              step,
              "Fix it and push again; a new image deploys as usual",
              "To deploy this image anyway: ./slipway deploy main/web --unblock");
      assertThat(notification.links().values().iterator().next()).contains("/deployments?");
    }

    @ParameterizedTest
    @CsvSource({
      "SUPERSEDED, Superseded, To see the newer one: ./slipway watch main/web",
      "REFUSED, Refused, To try it again: ./slipway deploy main/web",
      "UNKNOWN, Ended, To see what the service runs now: ./slipway status main/web",
    })
    void of_another_outcome_says_what_to_do(DeploymentOutcome outcome, String event, String step) {
      Notification notification = of(ended(outcome, 0));

      assertThat(notification.event()).isEqualTo(event);
      assertThat(notification.nextSteps()).containsExactly(step);
    }

    @Test
    void that_was_never_started_is_not_told() {
      assertThatThrownBy(() -> of(ended(DeploymentOutcome.DROPPED, 0)))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whose_rollback_failed_later_is_told_again_in_the_same_thread() {
      Notification notification =
          Notification.ofFailedRollback(
              new RolloutResult(RUNNING.ended(failed(RollbackState.FAILED))));

      assertThat(notification.event()).isEqualTo("Rollback Failed");
      assertThat(notification.title())
          .isEqualTo("main/web: ECS could not roll back, web 000000000002");
      assertThat(notification.sentence()).contains("could not roll back to web:1");
      assertThat(notification.thread()).isEqualTo(RUNNING.id().value());
      assertThat(notification.nextSteps()).hasSize(2);
    }
  }

  /** Each partition of AWS has a console of its own. */
  @ParameterizedTest
  @CsvSource({
    "aws, eu-central-1, https://eu-central-1.console.aws.amazon.com/",
    "aws-cn, cn-north-1, https://cn-north-1.console.amazonaws.cn/",
    "aws-us-gov, us-gov-west-1, https://us-gov-west-1.console.amazonaws-us-gov.com/",
  })
  void a_link_leads_to_the_console_of_the_partition(String partition, String region, String url) {
    ServiceArn service =
        new ServiceArn("arn:%s:ecs:%s:123456789012:service/main/web".formatted(partition, region));

    assertThat(
            Notification.of(new Decision.NotDeployable(service, Optional.empty(), "no"), PUSH)
                .links()
                .values())
        .singleElement()
        .asString()
        .startsWith(url);
  }
}
