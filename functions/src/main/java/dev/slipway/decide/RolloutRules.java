package dev.slipway.decide;

import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.RecordedService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** How a deployment ended, as ECS's own records show it: pure rules. */
public final class RolloutRules {
  /** So long ECS may take to have a record of a deployment. */
  static final Duration RECORDED_WITHIN = Duration.ofHours(1);

  private static final Duration SUCCEEDS_WITHIN = Duration.ofSeconds(2);

  /** So long ECS may take to show that it stops a deployment. */
  static final Duration STOPPED_WITHIN = Duration.ofMinutes(1);

  private RolloutRules() {}

  /**
   * What ECS's records show of a service at one moment.
   *
   * @param newestFirst its newest deployments, by whomever
   * @param revisions the service revisions that they name, by ARN
   * @param complete whether these are all that there are
   */
  public record Shown(
      List<ServiceDeployment> newestFirst,
      Map<String, ServiceRevision> revisions,
      boolean complete) {
    /** Copies the collections. */
    public Shown {
      newestFirst =
          newestFirst.stream()
              .sorted(Comparator.comparing(ServiceDeployment::createdAt).reversed())
              .toList();
      revisions = Map.copyOf(revisions);
    }

    /** ECS's record of a deployment. */
    public Optional<ServiceDeployment> of(DeploymentRecord deployment) {
      return newestFirst.stream()
          .filter(shown -> deployment.ecsDeployment().filter(shown.id()::equals).isPresent())
          .findFirst();
    }

    /**
     * ECS's record of the deployment that brings now what a deployment was to bring: its own, or
     * the one of the same revision that has replaced it.
     */
    public Optional<ServiceDeployment> current(DeploymentRecord deployment) {
      Optional<ServiceDeployment> own = of(deployment);
      for (int hops = 0; hops < newestFirst.size() && own.isPresent(); hops++) {
        Optional<ServiceDeployment> next = continuation(deployment, own.get(), this);
        if (next.isEmpty()) {
          return own;
        }
        own = next;
      }
      return own;
    }

    /** The revision of a task definition that a service revision has. */
    public Optional<TaskDefinitionArn> taskDefinition(String serviceRevision) {
      return Optional.ofNullable(revisions.get(serviceRevision))
          .map(ServiceRevision::taskDefinition);
    }
  }

  /** How a deployment ended; empty while it has not. */
  public static Optional<Ended> ended(DeploymentRecord deployment, Shown shown, Instant now) {
    Optional<ServiceDeployment> own = shown.of(deployment);
    if (own.isEmpty()) {
      boolean forgotten =
          (!shown.complete()
                  && !shown.newestFirst().isEmpty()
                  && deployment
                      .startedAt()
                      .filter(shown.newestFirst().getLast().createdAt()::isAfter)
                      .isPresent())
              || now.isAfter(deployment.decidedAt().plus(RECORDED_WITHIN));
      return forgotten
          ? Optional.of(
              Ended.because(DeploymentOutcome.UNKNOWN, now, "ECS no longer has a record of it"))
          : Optional.empty();
    }
    return ended(deployment, own.get(), shown, now);
  }

  private static Optional<Ended> ended(
      DeploymentRecord deployment, ServiceDeployment own, Shown shown, Instant now) {
    return switch (own.status()) {
      case PENDING, IN_PROGRESS, STOP_REQUESTED, ROLLBACK_REQUESTED, UNKNOWN -> Optional.empty();
      case SUCCESSFUL -> Optional.of(end(DeploymentOutcome.DEPLOYED, own, Optional.empty(), now));
      case ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED ->
          Optional.of(end(DeploymentOutcome.FAILED, own, rollback(own, shown), now));
      case STOPPED -> stopped(deployment, own, shown, now);
    };
  }

  /**
   * One that another deployment of the same revision has replaced goes on as that one: what it
   * brings arrives, or fails, there.
   */
  private static Optional<Ended> stopped(
      DeploymentRecord deployment, ServiceDeployment own, Shown shown, Instant now) {
    if (own.circuitBreakerTriggered() || !own.triggeredAlarms().isEmpty()) {
      return Optional.of(end(DeploymentOutcome.FAILED, own, Optional.empty(), now));
    }
    Optional<ServiceDeployment> successor = successor(own, shown);
    if (successor.isEmpty()) {
      return Optional.of(end(DeploymentOutcome.FAILED, own, Optional.empty(), now));
    }
    Optional<ServiceDeployment> continuation = continuation(deployment, own, shown);
    if (continuation.isPresent()) {
      return ended(deployment, continuation.get(), shown, now);
    }
    Optional<TaskDefinitionArn> next = shown.taskDefinition(successor.get().target());
    Ended superseded = end(DeploymentOutcome.SUPERSEDED, own, Optional.empty(), now);
    return Optional.of(
        new Ended(
            superseded.outcome(),
            superseded.at(),
            superseded.tasks(),
            superseded.serviceDeployment(),
            Optional.empty(),
            List.of(),
            Optional.of(
                "superseded by deployment %s of %s"
                    .formatted(
                        successor.get().id(),
                        next.map(TaskDefinitionArn::shortName).orElse("another revision"))),
            Optional.empty(),
            List.of()));
  }

  /** The deployment of the same revision that has replaced one; empty where none has. */
  private static Optional<ServiceDeployment> continuation(
      DeploymentRecord deployment, ServiceDeployment own, Shown shown) {
    return own.status() != ServiceDeployment.Status.STOPPED
            || own.circuitBreakerTriggered()
            || !own.triggeredAlarms().isEmpty()
        ? Optional.empty()
        : successor(own, shown)
            .filter(_ -> deployment.to().isPresent())
            .filter(next -> shown.taskDefinition(next.target()).equals(deployment.to()));
  }

  private static Optional<ServiceDeployment> successor(ServiceDeployment own, Shown shown) {
    Instant end = own.finishedAt().orElse(Instant.MAX.minus(SUCCEEDS_WITHIN));
    return shown.newestFirst().stream()
        .filter(other -> !other.arn().equals(own.arn()))
        .filter(other -> !other.createdAt().isBefore(own.createdAt()))
        // ECS stops a deployment when it begins the next one, by clocks that are not quite one
        .filter(other -> !other.createdAt().isAfter(end.plus(SUCCEEDS_WITHIN)))
        .min(Comparator.comparing(ServiceDeployment::createdAt));
  }

  private static Ended end(
      DeploymentOutcome outcome, ServiceDeployment own, Optional<Rollback> rollback, Instant now) {
    return new Ended(
        outcome,
        own.decidedAt().orElse(now),
        own.runningTasks(),
        Optional.of(own.arn()),
        rollback,
        List.of(),
        outcome == DeploymentOutcome.DEPLOYED
            ? Optional.empty()
            : own.rollback().flatMap(ServiceDeployment.Rollback::reason).or(own::statusReason),
        Optional.empty(),
        List.of());
  }

  private static Optional<Rollback> rollback(ServiceDeployment own, Shown shown) {
    Optional<TaskDefinitionArn> to =
        own.rollback().flatMap(ServiceDeployment.Rollback::target).flatMap(shown::taskDefinition);
    RollbackState state =
        switch (own.status()) {
          case ROLLBACK_SUCCESSFUL -> RollbackState.SUCCESSFUL;
          // without a target there was no rollback that a newer deployment could have replaced
          case ROLLBACK_FAILED ->
              own.rollback().flatMap(ServiceDeployment.Rollback::target).isPresent()
                      && successor(own, shown).isPresent()
                  ? RollbackState.SUPERSEDED
                  : RollbackState.FAILED;
          default -> RollbackState.IN_PROGRESS;
        };
    return Optional.of(new Rollback(to, state));
  }

  /** How the rollback of a deployment that has failed stands now; empty where nothing is new. */
  public static Optional<Rollback> rollbackNow(DeploymentRecord deployment, Shown shown) {
    Optional<Rollback> before =
        deployment
            .ended()
            .flatMap(Ended::rollback)
            .filter(rollback -> rollback.state() == RollbackState.IN_PROGRESS);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    Optional<ServiceDeployment> own =
        deployment
            .ended()
            .flatMap(Ended::serviceDeployment)
            .flatMap(
                arn -> shown.newestFirst().stream().filter(d -> d.arn().equals(arn)).findFirst());
    if (own.isEmpty()) {
      return shown.complete()
          ? Optional.empty()
          : Optional.of(new Rollback(before.get().to(), RollbackState.SUPERSEDED));
    }
    return rollback(own.get(), shown)
        .filter(now -> now.state() != RollbackState.IN_PROGRESS)
        .map(now -> new Rollback(now.to().or(() -> before.get().to()), now.state()));
  }

  /**
   * The images that a failed deployment brought: which of several is to blame nobody can tell. One
   * that was deployed well since is not among them, nor what ECS goes back to, and none where an
   * operator stopped it, who has said already what is blocked.
   *
   * @param backTo the digests of what ECS goes back to
   */
  public static List<Block> blocks(
      DeploymentRecord deployment,
      Ended end,
      RecordedService recorded,
      Set<ImageDigest> backTo,
      String reason) {
    if (end.outcome() != DeploymentOutcome.FAILED || deployment.stop().isPresent()) {
      return List.of();
    }
    Predicate<ImageDigest> isGoodSince =
        digest ->
            recorded.deployments().stream()
                .filter(other -> other.id().compareTo(deployment.id()) > 0)
                .anyMatch(other -> other.isGood() && other.brings(digest));
    List<Block> blocks = new ArrayList<>();
    for (ImageChange change : deployment.changes()) {
      change
          .to()
          .digest()
          .filter(digest -> !change.from().digest().equals(Optional.of(digest)))
          .filter(isGoodSince.negate())
          .filter(digest -> !backTo.contains(digest))
          .filter(digest -> blocks.stream().noneMatch(block -> block.digest().equals(digest)))
          .ifPresent(digest ->
              blocks.add(
                  new Block(
                      digest,
                      change.to().repository().map(r -> r.name()).orElse(change.to().name()),
                      end.at(),
                      Block.SLIPWAY,
                      Optional.of(deployment.id()),
                      reason)));
    }
    return blocks;
  }

  /**
   * Whether an operator's request to stop a deployment never reached ECS, or came too late: ECS
   * goes on with it, or gave it up by itself.
   */
  public static boolean isStopLost(DeploymentRecord deployment, Shown shown, Instant now) {
    Optional<DeploymentRecord.Stop> stop = deployment.stop();
    Optional<ServiceDeployment> own = shown.of(deployment);
    if (stop.isEmpty() || own.isEmpty()) {
      return false;
    }
    boolean goesOn =
        own.get().status() == Status.PENDING || own.get().status() == Status.IN_PROGRESS;
    return own.get().circuitBreakerTriggered()
        || !own.get().triggeredAlarms().isEmpty()
        || (goesOn && now.isAfter(stop.get().at().plus(STOPPED_WITHIN)));
  }

  /** The digests of what ECS goes back to from a deployment, as far as it tells. */
  public static Set<ImageDigest> goesBackTo(DeploymentRecord deployment, Shown shown) {
    return shown
        .of(deployment)
        .flatMap(ServiceDeployment::rollback)
        .flatMap(ServiceDeployment.Rollback::target)
        .map(target -> shown.revisions().get(target))
        .map(revision -> Set.copyOf(revision.digests().values()))
        .orElse(Set.of());
  }

  /** Whether ECS's records are behind an event that says how a deployment ended. */
  public static boolean isUnderWay(ServiceDeployment own) {
    return own.status() == Status.PENDING
        || own.status() == Status.IN_PROGRESS
        || own.status() == Status.STOP_REQUESTED
        || own.status() == Status.ROLLBACK_REQUESTED;
  }
}
