package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What an operator's command to deploy comes to for one service.
 *
 * @param decision the name of a decision: {@code Deploy} where the service is deployed to, another
 *     where there is nothing to deploy; {@code Rejected} where it cannot have what was asked for
 * @param reason one sentence for people
 * @param unblocked the digests that are not blocked any more
 */
public record DeployPlan(
    Service service,
    String decision,
    String reason,
    List<ImageDigest> unblocked,
    Optional<ServiceChange> change)
    implements Plan {
  private static final String DEPLOY = "Deploy";

  /** Copies the list. */
  public DeployPlan {
    unblocked = List.copyOf(unblocked);
  }

  /** Nothing is changed: the service is as it should be, or held. */
  static DeployPlan nothing(Service service, Decision decision) {
    return nothing(service, decision, decision.reason());
  }

  /** The same, said in other words. */
  static DeployPlan nothing(Service service, Decision decision, String reason) {
    return new DeployPlan(service, decision.name(), reason, List.of(), Optional.empty());
  }

  /** Nothing is deployed, but images are not blocked any more. */
  static DeployPlan unblocking(
      Service service,
      Decision decision,
      String reason,
      Collection<ImageDigest> unblocked,
      ServiceChange change) {
    return new DeployPlan(
        service, decision.name(), reason, List.copyOf(unblocked), Optional.of(change));
  }

  /** Nothing is changed: the service cannot have what was asked for. */
  public static DeployPlan rejected(Service service, String reason) {
    return new DeployPlan(service, "Rejected", reason, List.of(), Optional.empty());
  }

  /** Whether the service is deployed to. */
  public boolean isDeploy() {
    return decision.equals(DEPLOY);
  }
}
