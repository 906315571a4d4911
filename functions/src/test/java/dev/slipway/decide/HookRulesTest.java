package dev.slipway.decide;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.decide.RolloutRules.Shown;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.HookStatus;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.DeploymentRecord.Stop;
import dev.slipway.record.HookWait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At which hooks a deployment waits, and which of its ends a hook explains. */
class HookRulesTest {
  private static final DeploymentRecord OURS = running(2, PUSH, change("web", 1, 2));

  /** The rollback of {@link #FAILED} begins then. */
  private static final Instant END = NOON.plusSeconds(60);

  private static final PauseHook HOOK = hook("h1", PauseHook.Action.ROLLBACK);

  private static final Ended FAILED =
      ended(
          DeploymentOutcome.FAILED,
          0,
          Optional.of(new Rollback(Optional.of(revision(1)), RollbackState.IN_PROGRESS)));

  private static PauseHook hook(String id, PauseHook.Action atTimeout) {
    return new PauseHook(
        id, Optional.of("POST_SCALE_UP"), Optional.of(END.plusSeconds(1)), atTimeout);
  }

  private static Shown shown(
      Status status, boolean breaker, List<String> alarms, ServiceDeployment.Hook... hooks) {
    return new Shown(
        List.of(
            new ServiceDeployment(
                "d2",
                new EcsDeploymentId("2").serviceRevisionOf(WEB),
                status,
                Optional.empty(),
                NOON,
                Optional.empty(),
                List.of(),
                0,
                Optional.empty(),
                breaker,
                alarms,
                List.of(hooks))),
        Map.of(),
        true);
  }

  private static Shown shows(HookStatus status, PauseHook... hooks) {
    return shown(
        Status.IN_PROGRESS,
        false,
        List.of(),
        List.of(hooks).stream()
            .map(hook -> new ServiceDeployment.Hook(hook, status))
            .toArray(ServiceDeployment.Hook[]::new));
  }

  private static DeploymentRecord waiting(PauseHook hook) {
    return OURS.waiting(new HookWait(hook));
  }

  private static DeploymentRecord answered(PauseHook.Action action, Instant at) {
    return OURS.waiting(
        new HookWait(HOOK)
            .withAnswer(
                Optional.of(new HookWait.Answer(action, "ann", at, Optional.of("too slow")))));
  }

  @Test
  void what_waits_is_noted_once_and_the_next_hook_beside_it() {
    PauseHook next = hook("h2", PauseHook.Action.CONTINUE);

    DeploymentRecord first = HookRules.waiting(OURS, shows(HookStatus.AWAITING_ACTION, HOOK), NOON);
    DeploymentRecord again =
        HookRules.waiting(first, shows(HookStatus.AWAITING_ACTION, HOOK), NOON);
    DeploymentRecord both = HookRules.waiting(again, shows(HookStatus.AWAITING_ACTION, next), NOON);

    assertThat(first.dueHooks()).containsExactly(new HookWait(HOOK));
    assertThat(again).isEqualTo(first);
    assertThat(both.hooks()).extracting(HookWait::hook).containsExactly(HOOK, next);
  }

  @ParameterizedTest
  @CsvSource({"IN_PROGRESS", "SUCCEEDED", "FAILED", "TIMED_OUT", "UNKNOWN"})
  void what_does_not_wait_is_not_noted(HookStatus status) {
    assertThat(HookRules.waiting(OURS, shows(status, HOOK), NOON)).isEqualTo(OURS);
  }

  @Test
  void what_is_being_rolled_back_waits_for_nobody() {
    Shown shown =
        shown(
            Status.ROLLBACK_IN_PROGRESS,
            false,
            List.of(),
            new ServiceDeployment.Hook(HOOK, HookStatus.AWAITING_ACTION));

    assertThat(HookRules.waiting(OURS, shown, NOON)).isEqualTo(OURS);
  }

  @ParameterizedTest
  @CsvSource({"60, true", "61, false"})
  void an_answer_that_ecs_does_not_show_for_a_minute_was_lost(int seconds, boolean kept) {
    DeploymentRecord answered = answered(PauseHook.Action.CONTINUE, NOON);

    DeploymentRecord after =
        HookRules.waiting(
            answered,
            shows(HookStatus.AWAITING_ACTION, HOOK),
            NOON.plus(Duration.ofSeconds(seconds)));

    assertThat(after.hook("h1").orElseThrow().answer().isPresent()).isEqualTo(kept);
  }

  private static Optional<String> why(DeploymentRecord deployment, Shown shown) {
    Ended explained = HookRules.explained(deployment, FAILED, shown);
    assertThat(explained.diagnosis()).isEqualTo(explained.why());
    return explained.why();
  }

  private static Shown rolledBack(ServiceDeployment.Hook... hooks) {
    return shown(Status.ROLLBACK_IN_PROGRESS, false, List.of(), hooks);
  }

  @Test
  void a_rejection_is_the_reason_whether_ecs_still_shows_the_hook_or_not() {
    DeploymentRecord rejected = answered(PauseHook.Action.ROLLBACK, NOON);

    assertThat(why(rejected, rolledBack()))
        .contains("rejected by ann at ECS's pause hook in POST_SCALE_UP: too slow");
    assertThat(why(rejected, rolledBack(new ServiceDeployment.Hook(HOOK, HookStatus.FAILED))))
        .contains("rejected by ann at ECS's pause hook in POST_SCALE_UP: too slow");
  }

  @Test
  void a_rejection_that_came_too_late_is_not() {
    assertThat(
            why(
                answered(PauseHook.Action.ROLLBACK, NOON),
                rolledBack(new ServiceDeployment.Hook(HOOK, HookStatus.TIMED_OUT))))
        .contains("nobody answered ECS's pause hook in POST_SCALE_UP until 2026-11-28T12:01:01Z");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # ECS shows,  at the timeout, the reason
          TIMED_OUT,    ROLLBACK, nobody answered ECS's pause hook in POST_SCALE_UP until 2026-11-28T12:01:01Z
          TIMED_OUT,    CONTINUE, -
          FAILED,       ROLLBACK, 'rejected at ECS''s pause hook in POST_SCALE_UP, not through Slipway'
          SUCCEEDED,    ROLLBACK, -
          IN_PROGRESS,  ROLLBACK, -
          UNKNOWN,      ROLLBACK, -
          -,            ROLLBACK, nobody answered ECS's pause hook in POST_SCALE_UP until 2026-11-28T12:01:01Z
          -,            CONTINUE, -
          """)
  void without_an_answer_ecs_says_what_became_of_the_hook_or_its_time_tells(
      HookStatus status, PauseHook.Action atTimeout, String why) {
    PauseHook hook = hook("h1", atTimeout);
    Shown shown =
        status == null ? rolledBack() : rolledBack(new ServiceDeployment.Hook(hook, status));

    assertThat(why(waiting(hook), shown)).isEqualTo(Optional.ofNullable(why));
  }

  @Test
  void a_rollback_long_before_the_time_was_over_is_not_explained_by_it() {
    PauseHook later =
        new PauseHook(
            "h1",
            Optional.of("POST_SCALE_UP"),
            Optional.of(END.plus(Duration.ofHours(1))),
            PauseHook.Action.ROLLBACK);

    assertThat(why(waiting(later), rolledBack())).isEmpty();
  }

  @Test
  void what_ecs_found_itself_and_a_stop_go_before() {
    DeploymentRecord rejected = answered(PauseHook.Action.ROLLBACK, NOON);
    Shown breaker = shown(Status.ROLLBACK_IN_PROGRESS, true, List.of());
    Shown alarm = shown(Status.ROLLBACK_IN_PROGRESS, false, List.of("5xx"));

    assertThat(HookRules.explained(rejected, FAILED, breaker)).isEqualTo(FAILED);
    assertThat(HookRules.explained(rejected, FAILED, alarm)).isEqualTo(FAILED);
    assertThat(HookRules.explained(rejected.stopped(new Stop("bob", NOON)), FAILED, rolledBack()))
        .isEqualTo(FAILED);
  }

  @Test
  void a_deployment_that_went_well_or_was_superseded_is_left_as_it_is() {
    for (DeploymentOutcome outcome :
        List.of(DeploymentOutcome.DEPLOYED, DeploymentOutcome.SUPERSEDED)) {
      Ended end = ended(outcome, 2);

      assertThat(HookRules.explained(waiting(HOOK), end, rolledBack())).isEqualTo(end);
    }
  }
}
