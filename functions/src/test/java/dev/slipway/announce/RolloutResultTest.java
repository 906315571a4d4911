package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.intent;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.DeploymentRecord.Stop;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of deployments that have ended: whole sentences, true when they are said. */
class RolloutResultTest {
  private static final DeploymentRecord RUNNING = running(2, PUSH, change("web", 1, 2));

  private static RolloutResult result(Ended end) {
    return new RolloutResult(RUNNING.ended(end));
  }

  private static Ended because(DeploymentOutcome outcome, String why) {
    return Ended.because(outcome, NOON.plusSeconds(60), why);
  }

  private static Optional<Rollback> rollback(String to, RollbackState state) {
    return Optional.of(
        new Rollback(
            to.isEmpty() ? Optional.empty() : Optional.of(revision(Integer.parseInt(to))), state));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'main/web has web:staging 000000000002 now, but no task runs it, since none is desired:"
        + " nothing is known of the image yet'",
    "1, 'main/web runs web:staging 000000000002: 1 task replaced in 57 s, 70 s after the push'",
    "3, 'main/web runs web:staging 000000000002: 3 tasks replaced in 57 s, 70 s after the push'",
  })
  void what_was_deployed_names_the_tasks_that_run(int tasks, String sentence) {
    assertThat(result(ended(DeploymentOutcome.DEPLOYED, tasks)).sentence()).isEqualTo(sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "IN_PROGRESS, 1, ; ECS is rolling back to web:1",
    "IN_PROGRESS, '', ; ECS is rolling back",
    "SUCCESSFUL, 1, ; ECS has rolled back to web:1",
    "SUCCESSFUL, '', ; ECS has rolled back",
    "FAILED, 1, ; ECS could not roll back to web:1",
    "FAILED, '', ; ECS has nothing to roll back to",
    "SUPERSEDED, 1, ; a newer deployment took the place of ECS's rollback",
  })
  void what_failed_says_what_ecs_does_about_it(RollbackState state, String to, String sentence) {
    assertThat(result(ended(DeploymentOutcome.FAILED, 0, rollback(to, state))).sentence())
        .isEqualTo("the deployment of web:staging 000000000002 to main/web failed" + sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "IN_PROGRESS, 1, ; ECS is rolling back to web:1",
    "SUCCESSFUL, 1, ; ECS is rolling back to web:1",
    "SUCCESSFUL, '', ; ECS is rolling back",
    "FAILED, 1, ; ECS is rolling back to web:1",
    "FAILED, '', ; ECS has nothing to roll back to",
    "SUPERSEDED, 1, ; ECS is rolling back to web:1",
  })
  void at_the_end_of_a_deployment_its_rollback_only_begins(
      RollbackState state, String to, String sentence) {
    assertThat(result(ended(DeploymentOutcome.FAILED, 0, rollback(to, state))).sentenceAtEnd())
        .isEqualTo("the deployment of web:staging 000000000002 to main/web failed" + sentence);
  }

  @Test
  void what_failed_says_why_in_ecs_words_until_it_is_diagnosed() {
    Ended end = because(DeploymentOutcome.FAILED, "tasks failed to start");

    assertThat(result(end).sentence())
        .isEqualTo(
            "the deployment of web:staging 000000000002 to main/web failed: tasks failed to start");
    assertThat(result(end.diagnosed("container web exited with 1", List.of())).sentence())
        .isEqualTo(
            "the deployment of web:staging 000000000002 to main/web failed: container web exited"
                + " with 1");
  }

  @Test
  void what_an_operator_stopped_names_the_operator() {
    assertThat(
            new RolloutResult(
                    RUNNING
                        .stopped(new Stop("ann", NOON))
                        .ended(
                            ended(
                                DeploymentOutcome.FAILED,
                                0,
                                rollback("1", RollbackState.SUCCESSFUL))))
                .sentence())
        .isEqualTo(
            "ann stopped the deployment of web:staging 000000000002 to main/web; ECS has rolled"
                + " back to web:1");
  }

  @ParameterizedTest
  @CsvSource({
    "SUPERSEDED, the deployment of web:staging 000000000002 to main/web was superseded by a newer"
        + " deployment",
    "REFUSED, ECS refused the deployment of web:staging 000000000002 to main/web: its words",
    "UNKNOWN, 'the deployment of web:staging 000000000002 to main/web has ended, and ECS no longer"
        + " says how'",
    "DROPPED, the deployment of web:staging 000000000002 to main/web was never started",
  })
  void every_other_outcome_has_its_sentence(DeploymentOutcome outcome, String sentence) {
    assertThat(result(because(outcome, "its words")).sentence()).isEqualTo(sentence);
  }

  @Test
  void a_rollback_that_failed_later_is_a_sentence_of_its_own() {
    assertThat(
            result(ended(DeploymentOutcome.FAILED, 0, rollback("1", RollbackState.FAILED)))
                .rollbackSentence())
        .isEqualTo(
            "main/web: ECS could not roll back to web:1 after the deployment of web:staging"
                + " 000000000002 had failed");
    assertThat(
            result(ended(DeploymentOutcome.FAILED, 0, rollback("", RollbackState.FAILED)))
                .rollbackSentence())
        .isEqualTo(
            "main/web: ECS could not roll back after the deployment of web:staging 000000000002 had"
                + " failed");
  }

  @Test
  void a_deployment_without_new_images_is_named_by_its_revision() {
    DeploymentRecord forced = running(2, new Trigger.Operator("r-1", "ann"));

    assertThat(new RolloutResult(forced.ended(ended(DeploymentOutcome.DEPLOYED, 3))).sentence())
        .isEqualTo("main/web runs revision web:2: 3 tasks replaced in 57 s");
  }

  @Test
  void one_that_was_never_started_is_named_by_the_revision_it_was_to_replace() {
    DeploymentRecord intent = intent(2, new Trigger.Operator("r-1", "ann"));

    assertThat(new RolloutResult(intent.ended(because(DeploymentOutcome.REFUSED, "no"))).what())
        .isEqualTo("revision web:1");
  }

  @Test
  void several_images_are_named_once_each() {
    DeploymentRecord deployment =
        running(2, PUSH, change("web", 1, 2), change("api", 5, 6), change("web", 1, 2));

    assertThat(new RolloutResult(deployment.ended(ended(DeploymentOutcome.DEPLOYED, 1))).what())
        .isEqualTo("web:staging 000000000002, api:staging 000000000006");
  }

  /** Fault 6: only of what a push led to, whose time is known, and that tasks run. */
  @Test
  void the_time_from_push_to_deployed_is_told_of_pushes_that_arrived_alone() {
    DeploymentRecord swept = running(2, new Trigger.Sweep("s-1", NOON), change("web", 1, 2));

    assertThat(result(ended(DeploymentOutcome.DEPLOYED, 3)).pushToDeployed())
        .contains(Duration.ofSeconds(70));
    assertThat(result(ended(DeploymentOutcome.DEPLOYED, 0)).pushToDeployed()).isEmpty();
    assertThat(result(ended(DeploymentOutcome.FAILED, 0)).pushToDeployed()).isEmpty();
    assertThat(
            new RolloutResult(swept.ended(ended(DeploymentOutcome.DEPLOYED, 3))).pushToDeployed())
        .isEmpty();
  }

  /** Two clocks may be apart. */
  @Test
  void no_time_is_negative() {
    Ended early =
        Ended.because(DeploymentOutcome.UNKNOWN, NOON.minusSeconds(100), "before it began");

    assertThat(result(early).duration()).isEqualTo(Duration.ZERO);
  }

  @Test
  void what_has_not_ended_has_no_result() {
    assertThatThrownBy(() -> new RolloutResult(RUNNING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not ended: 20261128-120002-000-00000002");
  }

  @Test
  void who_asked_and_which_tag_are_told_where_there_are_such() {
    RolloutResult pushed = result(ended(DeploymentOutcome.DEPLOYED, 3));
    RolloutResult asked =
        new RolloutResult(
            running(2, new Trigger.Operator("r-1", "ann"))
                .ended(ended(DeploymentOutcome.DEPLOYED, 3)));

    assertThat(pushed.tag()).contains("staging");
    assertThat(pushed.by()).isEmpty();
    assertThat(asked.by()).contains("ann");
    assertThat(asked.tag()).isEmpty();
    assertThat(asked.pushedAt()).isEmpty();
  }
}
