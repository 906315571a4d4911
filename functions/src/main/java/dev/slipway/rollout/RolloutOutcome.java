package dev.slipway.rollout;

import dev.slipway.ecs.ServiceDeployment;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a deployment ended. That a service is steady says nothing: after a rollback it is steady too.
 */
public enum RolloutOutcome {
  /** The service runs what was to be deployed, and nothing else. */
  DEPLOYED("deployed"),
  /** It failed, and was not rolled back. */
  FAILED("failed"),
  /** It failed, or a person stopped it, and ECS went back or is going back. */
  ROLLED_BACK("rolled back"),
  /** A newer deployment took its place before it had ended. */
  SUPERSEDED("superseded");

  private final String words;

  RolloutOutcome(String words) {
    this.words = words;
  }

  /**
   * How a deployment ended; empty while it has not. A rollback counts from its beginning, since the
   * deployment is lost then, and what failed can still be looked at.
   *
   * @param all deployments of the service that are known, itself included, in any order
   */
  public static Optional<RolloutOutcome> of(
      ServiceDeployment deployment, List<ServiceDeployment> all) {
    return switch (deployment.status()) {
      case PENDING, IN_PROGRESS, STOP_REQUESTED, ROLLBACK_REQUESTED, UNKNOWN -> Optional.empty();
      case SUCCESSFUL -> Optional.of(DEPLOYED);
      case ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL -> Optional.of(ROLLED_BACK);
      case ROLLBACK_FAILED -> Optional.of(isReplaced(deployment, all) ? ROLLED_BACK : FAILED);
      case STOPPED ->
          Optional.of(
              !isFoundFailed(deployment) && isReplaced(deployment, all) ? SUPERSEDED : FAILED);
    };
  }

  private static boolean isFoundFailed(ServiceDeployment deployment) {
    return deployment.circuitBreakerTriggered() || !deployment.triggeredAlarms().isEmpty();
  }

  /** Whether a newer deployment was asked for before this one ended. */
  private static boolean isReplaced(ServiceDeployment deployment, List<ServiceDeployment> all) {
    Instant end = deployment.finishedAt().orElse(Instant.MAX);
    return all.stream()
        .anyMatch(other ->
            other.createdAt().isAfter(deployment.createdAt()) && !other.createdAt().isAfter(end));
  }

  /** Whether somebody has to hear why. */
  public boolean isFailure() {
    return this == FAILED || this == ROLLED_BACK;
  }

  /** In lower case, such as {@code rolled back}. */
  @Override
  public String toString() {
    return words;
  }
}
