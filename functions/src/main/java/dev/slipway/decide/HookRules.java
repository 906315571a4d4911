package dev.slipway.decide;

import dev.slipway.decide.RolloutRules.Shown;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.HookStatus;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.HookWait;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** At which of ECS's pause hooks a deployment waits, and what came of it: pure rules. */
public final class HookRules {
  /** So long ECS may take to show that a hook was answered. */
  static final Duration ANSWERED_WITHIN = Duration.ofMinutes(1);

  /** So far may ECS be from the moment that it said. */
  private static final Duration ON_TIME = Duration.ofSeconds(5);

  private HookRules() {}

  /**
   * A running deployment with the hooks at which it waits now. An answer that ECS does not show
   * after a minute never reached it: the hook waits again.
   */
  public static DeploymentRecord waiting(DeploymentRecord deployment, Shown shown, Instant now) {
    DeploymentRecord after = deployment;
    for (PauseHook hook : shown.of(deployment).map(ServiceDeployment::awaited).orElse(List.of())) {
      Optional<HookWait> known = after.hook(hook.id());
      if (known.isEmpty()) {
        after = after.waiting(new HookWait(hook));
      } else if (known
          .get()
          .answer()
          .filter(answer -> now.isAfter(answer.at().plus(ANSWERED_WITHIN)))
          .isPresent()) {
        after = after.waiting(known.get().withAnswer(Optional.empty()));
      }
    }
    return after;
  }

  /**
   * The end of a deployment, with what became of a hook as the reason where that is what ended it:
   * it was rejected, or nobody answered in time. What ECS itself found (the circuit breaker, an
   * alarm) goes before it, and so does a stop that an operator asked for.
   */
  public static Ended explained(DeploymentRecord deployment, Ended end, Shown shown) {
    Optional<ServiceDeployment> own = shown.of(deployment);
    if (end.outcome() != DeploymentOutcome.FAILED
        || end.rollback().isEmpty()
        || deployment.stop().isPresent()
        || own.isEmpty()
        || own.get().circuitBreakerTriggered()
        || !own.get().triggeredAlarms().isEmpty()) {
      return end;
    }
    return rejected(deployment, own.get())
        .or(() -> shownByEcs(own.get()))
        .or(() -> expired(deployment, own.get(), end.at()))
        .map(end::explained)
        .orElse(end);
  }

  private static Optional<String> rejected(DeploymentRecord deployment, ServiceDeployment own) {
    return deployment.hooks().stream()
        .filter(HookWait::isRejected)
        .filter(wait -> status(own, wait.hook().id()).map(HookRules::mayBeRejected).orElse(true))
        .map(HookWait::toString)
        .findFirst();
  }

  /** Anything but what says that it was not. */
  private static boolean mayBeRejected(HookStatus status) {
    return switch (status) {
      case FAILED, AWAITING_ACTION, IN_PROGRESS, UNKNOWN -> true;
      case SUCCEEDED, TIMED_OUT -> false;
    };
  }

  private static Optional<HookStatus> status(ServiceDeployment own, String hookId) {
    return own.pauseHooks().stream()
        .filter(shown -> shown.hook().id().equals(hookId))
        .map(ServiceDeployment.Hook::status)
        .findFirst();
  }

  private static Optional<String> shownByEcs(ServiceDeployment own) {
    return own.pauseHooks().stream().flatMap(shown -> ended(shown).stream()).findFirst();
  }

  private static Optional<String> ended(ServiceDeployment.Hook shown) {
    return switch (shown.status()) {
      case TIMED_OUT ->
          shown.hook().atTimeout() == PauseHook.Action.ROLLBACK
              ? Optional.of(unanswered(shown.hook()))
              : Optional.empty();
      case FAILED ->
          Optional.of("rejected at %s, not through Slipway".formatted(shown.hook().place()));
      case AWAITING_ACTION, IN_PROGRESS, SUCCEEDED, UNKNOWN -> Optional.empty();
    };
  }

  /** Where ECS no longer shows the hook, its time tells. */
  private static Optional<String> expired(
      DeploymentRecord deployment, ServiceDeployment own, Instant ended) {
    return deployment.hooks().stream()
        .filter(wait -> wait.answer().isEmpty())
        .map(HookWait::hook)
        .filter(hook -> hook.atTimeout() == PauseHook.Action.ROLLBACK)
        .filter(hook -> status(own, hook.id()).isEmpty())
        .filter(hook ->
            hook.expiresAt()
                .filter(at -> Duration.between(at, ended).abs().compareTo(ON_TIME) <= 0)
                .isPresent())
        .map(HookRules::unanswered)
        .findFirst();
  }

  private static String unanswered(PauseHook hook) {
    return "nobody answered %s%s"
        .formatted(
            hook.place(),
            hook.expiresAt()
                .map(at -> " until " + at.truncatedTo(ChronoUnit.SECONDS))
                .orElse(" in time"));
  }
}
