package dev.slipway.decide;

import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.DeploymentRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The protocol by which several workers share one service. Two rules carry it. An intent is a
 * lease: until it is over nobody else starts a deployment. And an open deployment that ECS shows as
 * ended gets its outcome, and its block, before the same image is deployed again.
 */
public final class RecordRules {
  /** So long ECS may take to list a deployment that it has taken. */
  static final Duration LISTED_WITHIN = Duration.ofMinutes(1);

  private RecordRules() {}

  /** What comes first. */
  public static NextStep next(ObservedState seen) {
    Instant now = seen.at();
    Optional<DeploymentRecord> intent = seen.recorded().intent();
    if (intent.isPresent()) {
      return isHeld(intent.get(), now)
          ? new NextStep.Wait(intent.get())
          : new NextStep.Heal(intent.get());
    }
    Decision decision = DecisionRules.decide(seen);
    if (decision instanceof Decision.Deploy deploy) {
      List<DeploymentRecord> unresolved = unresolved(seen, deploy);
      if (!unresolved.isEmpty()) {
        return new NextStep.Resolve(unresolved);
      }
      // what is deployed is a copy of what the service has: that must not be an old view
      Optional<DeploymentRecord> lagging =
          seen.recorded().deployments().stream()
              .findFirst()
              .filter(newest -> isNotListedYet(newest, seen.service(), now));
      if (lagging.isPresent()) {
        return new NextStep.Lagging(lagging.get());
      }
    }
    return new NextStep.Decide(decision);
  }

  /**
   * What an intent whose UpdateService failed is tried again for; empty where it has no revision,
   * or something else is decided now.
   */
  public static Optional<Decision.Deploy> stillDecided(
      ObservedState seen, DeploymentRecord intent) {
    return intent.to().isPresent()
            && next(seen.without(intent)) instanceof NextStep.Decide(Decision.Deploy deploy)
            && deploy.from().equals(intent.from())
            && deploy.images().equals(intent.images())
        ? Optional.of(deploy)
        : Optional.empty();
  }

  /**
   * Whether an open deployment has come to its end, and nobody looks at it: ECS shows it as ended
   * and the record does not, or its outcome is recorded and nobody announces it. Its event was
   * perhaps handled before the record could tell whose it was.
   */
  public static boolean isOutcomeDue(ObservedState seen) {
    return seen.recorded().deployments().stream()
        .anyMatch(deployment ->
            deployment.isRunning()
                ? !isUnderWay(deployment, seen.service())
                : !deployment.due().isEmpty() && deployment.lease().isEmpty());
  }

  private static boolean isHeld(DeploymentRecord intent, Instant now) {
    return intent.lease().filter(lease -> lease.until().isAfter(now)).isPresent();
  }

  private static boolean isNotListedYet(DeploymentRecord newest, Service service, Instant now) {
    return newest.isRunning()
        && now.isBefore(newest.decidedAt().plus(LISTED_WITHIN))
        && service.deployments().stream().noneMatch(listed -> is(listed, newest));
  }

  private static List<DeploymentRecord> unresolved(ObservedState seen, Decision.Deploy deploy) {
    Set<ImageDigest> brought =
        deploy.images().values().stream()
            .flatMap(image -> image.digest().stream())
            .collect(Collectors.toSet());
    return seen.recorded().running().stream()
        .filter(running -> brought.stream().anyMatch(digest -> isNews(running, digest)))
        .filter(running -> !isUnderWay(running, seen.service()))
        .filter(running -> !isOfAnother(running, seen.service()))
        .toList();
  }

  /** Whether it was started for a service of the same name that was deleted since. */
  private static boolean isOfAnother(DeploymentRecord running, Service service) {
    return running.startedAt().flatMap(at -> service.createdAt().filter(at::isBefore)).isPresent();
  }

  /** Whether the deployment brought the image, rather than leaving it as it was. */
  private static boolean isNews(DeploymentRecord running, ImageDigest digest) {
    return running.changes().stream()
        .anyMatch(change -> change.to().digest().filter(digest::equals).isPresent());
  }

  private static boolean isUnderWay(DeploymentRecord running, Service service) {
    return service
        .primaryDeployment()
        .filter(primary -> is(primary, running))
        .filter(primary -> primary.rolloutState().filter("IN_PROGRESS"::equals).isPresent())
        .isPresent();
  }

  private static boolean is(EcsDeployment listed, DeploymentRecord deployment) {
    return EcsDeploymentId.tryParse(listed.id()).equals(deployment.ecsDeployment());
  }
}
