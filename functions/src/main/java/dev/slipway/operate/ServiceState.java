package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.Service;
import dev.slipway.record.Pin;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How a service stands, in a word or two. */
public enum ServiceState {
  /** It has what its environment selects, and its tasks run. */
  UP_TO_DATE("up to date"),
  /** Its environment selects something else, which is deployed next. */
  OUT_OF_DATE("out of date"),
  /** Tasks are being replaced. */
  ROLLING_OUT("rolling out"),
  /** ECS goes back to an earlier revision, as an operator asked. */
  ROLLING_BACK("rolling back"),
  /** What its environment selects is blocked, or it runs an image that is. */
  BLOCKED("blocked"),
  /** An operator paused it. */
  PAUSED("paused"),
  /** A gate of its environment keeps the next image back. */
  WAITING("waiting"),
  /** An operator chose something else. */
  PINNED("pinned"),
  /** Another client has replaced what Slipway deployed. */
  DRIFTED("drifted"),
  /** Its newest deployment failed. */
  FAILED("failed"),
  /** Its deployment completed, and fewer tasks run than desired; or none has run for minutes. */
  UNHEALTHY("unhealthy"),
  /** Slipway cannot deploy to it. */
  NOT_DEPLOYABLE("not deployable"),
  /** What it would be deployed cannot be found out: something that is read for it fails. */
  NOT_EVALUATED("not evaluated"),
  /** Its environment selects nothing for it: nothing was pushed yet, or the image is gone. */
  NOTHING_SELECTED("nothing selected"),
  /** It follows no environment. */
  NOT_FOLLOWED("not followed");

  /** So long a first task may take until the service counts as unhealthy. */
  static final Duration START = Duration.ofMinutes(10);

  private final String words;

  ServiceState(String words) {
    this.words = words;
  }

  /**
   * The state of a service. Tasks that do not run go before what is decided: a service that
   * crash-loops after its deployment has completed is not up to date. What an operator chose goes
   * before the blocks that came with it.
   */
  static ServiceState of(PageEvaluator.Evaluated evaluated, Instant now) {
    Service service = evaluated.service();
    Decision decision = evaluated.decision();
    if (of(decision) == NOT_FOLLOWED) {
      return NOT_FOLLOWED;
    }
    Optional<EcsDeployment> primary = service.primaryDeployment();
    String rollout = primary.flatMap(EcsDeployment::rolloutState).orElse("");
    if (rollout.equals("FAILED")) {
      return FAILED;
    }
    if (isUnhealthy(service, primary, rollout, now)) {
      return UNHEALTHY;
    }
    if (service.isRollingOut()) {
      return decision instanceof Decision.Held held && held.hold() == Decision.Hold.ROLLING_BACK
          ? ROLLING_BACK
          : ROLLING_OUT;
    }
    ServiceState state = of(decision);
    if (state.isHeldByPause() && evaluated.record().pause().isPresent()) {
      return PAUSED;
    }
    return (state == BLOCKED || state == NOTHING_SELECTED)
            && evaluated.state().filter(ServiceState::isPinned).isPresent()
        ? PINNED
        : state;
  }

  /**
   * Whether a pause is what people have to know first: also where there is nothing to deploy now,
   * since the next push is held.
   */
  private boolean isHeldByPause() {
    return switch (this) {
      case UP_TO_DATE, OUT_OF_DATE, BLOCKED, PAUSED, PINNED, DRIFTED, WAITING, NOTHING_SELECTED ->
          true;
      case ROLLING_OUT,
          ROLLING_BACK,
          FAILED,
          UNHEALTHY,
          NOT_DEPLOYABLE,
          NOT_EVALUATED,
          NOT_FOLLOWED ->
          false;
    };
  }

  /** Whether a pin passes over all that is selected and does not run. */
  private static boolean isPinned(ObservedState state) {
    Optional<Pin> pin = state.record().pin().filter(Pin::applied);
    return pin.isPresent()
        && state.taskDefinition().containers().stream()
            .allMatch(container ->
                state
                    .selection(container.image())
                    .image()
                    .filter(image ->
                        state.runningDigest(container).filter(image::isRunAs).isEmpty()
                            && !pin.get().passesOver(image.digest()))
                    .isEmpty());
  }

  private static boolean isUnhealthy(
      Service service, Optional<EcsDeployment> primary, String rollout, Instant now) {
    int desired = service.desiredCount();
    if (desired == 0 || service.runningCount() >= desired) {
      return false;
    }
    boolean waited =
        primary
            .flatMap(EcsDeployment::createdAt)
            .filter(created -> created.plus(START).isBefore(now))
            .isPresent();
    return rollout.equals("COMPLETED") || (service.runningCount() == 0 && waited);
  }

  private static ServiceState of(Decision decision) {
    return switch (decision) {
      case Decision.Deploy _ -> OUT_OF_DATE;
      case Decision.Current _ -> UP_TO_DATE;
      case Decision.NotDeployable _ -> NOT_DEPLOYABLE;
      case Decision.NotFollowing none ->
          none.environmentName().isPresent() ? NOTHING_SELECTED : NOT_FOLLOWED;
      case Decision.Held held ->
          switch (held.hold()) {
            case PAUSED -> PAUSED;
            case BLOCKED, BLOCKED_RUNNING -> BLOCKED;
            case PINNED -> PINNED;
            case DRIFTED -> DRIFTED;
            case WAITING, PENDING -> WAITING;
            case FAILED -> FAILED;
            case ROLLING_BACK -> ROLLING_BACK;
          };
    };
  }

  /** The words that people and scripts read, such as {@code up to date}. */
  @Override
  public String toString() {
    return words;
  }
}
