package dev.slipway.operate;

import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a service can be rolled back to, whether its images are still there or not. */
public final class RollbackTargets {
  /** So many of a service's newest deployments are looked at. */
  static final int MAX_DEPLOYMENTS = 20;

  /** So many different ones of those that completed are looked at in a list. */
  private static final int MAX_LOOKS = 8;

  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final ServiceEvaluator evaluator;

  /** Reads from these. */
  public RollbackTargets(Ecs ecs, ServiceDeployments deployments, ServiceEvaluator evaluator) {
    this.ecs = ecs;
    this.deployments = deployments;
    this.evaluator = evaluator;
  }

  /** An earlier deployment that completed with tasks running, and what became of it. */
  public sealed interface Target {
    /** The revision that it rolled out. */
    TaskDefinitionArn revision();

    /** It can be deployed again, if its images are there. */
    record Found(RollbackTarget target) implements Target {
      @Override
      public TaskDefinitionArn revision() {
        return target.revision().arn();
      }
    }

    /**
     * It is passed over.
     *
     * @param why a sentence that begins with its revision
     */
    record Lost(TaskDefinitionArn revision, String why) implements Target {}
  }

  /** What was read of a service's past, for a rollback. */
  record History(
      ObservedState state,
      List<ServiceDeployment> newestFirst,
      Map<String, ServiceRevision> revisions) {
    /** What completed, newest first, of the service's own family. */
    List<RollbackTarget.Completed> completed() {
      String family = state.taskDefinition().arn().family();
      return RollbackTarget.completed(newestFirst, revisions, state.recorded()).stream()
          .filter(completed -> completed.revision().family().equals(family))
          .toList();
    }

    Map<String, ImageDigest> digestsOf(TaskDefinitionArn revision) {
      return RollbackTarget.digestsOf(revision, newestFirst, revisions, state.recorded());
    }

    /** ECS rolls back to the last deployment that completed, whether tasks ran or not. */
    Optional<RollbackTarget.Completed> goesBackTo() {
      return newestFirst.stream()
          .filter(deployment -> deployment.status() == Status.SUCCESSFUL)
          .findFirst()
          .map(deployment -> revisions.get(deployment.target()))
          .map(revision ->
              new RollbackTarget.Completed(
                  revision.taskDefinition(),
                  RollbackTarget.digests(
                      revision,
                      state.recorded().deployment(EcsDeploymentId.ofRevision(revision.arn()))),
                  revision.createdAt()));
    }
  }

  /** A service's newest deployments, newest first. */
  List<ServiceDeployment> newest(ServiceArn service) {
    return deployments.newest(service, MAX_DEPLOYMENTS);
  }

  /** What the deployments rolled out. */
  History history(ObservedState state, List<ServiceDeployment> newestFirst) {
    return new History(
        state,
        newestFirst,
        newestFirst.isEmpty()
            ? Map.of()
            : deployments.revisions(
                newestFirst.stream().map(ServiceDeployment::target).distinct().toList()));
  }

  /**
   * The first ones that {@code slipway rollback} would look at, in its order. Three calls, and one
   * for each different deployment that completed, of eight at most.
   */
  public List<Target> of(ObservedState state, int most) {
    List<Target> targets = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (RollbackTarget.Completed one : history(state, newest(state.service().arn())).completed()) {
      if (targets.size() == most || seen.size() == MAX_LOOKS) {
        break;
      }
      if (seen.add(List.of(one.revision(), one.digests()))) {
        target(state, see(state, one.revision(), one.digests())).ifPresent(targets::add);
      }
    }
    return targets;
  }

  /** Empty where it never was a target: what the service has, or what is blocked. */
  private static Optional<Target> target(ObservedState state, RollbackTarget.Seen seen) {
    if (!RollbackRules.isTarget(state, seen)) {
      return Optional.empty();
    }
    return Optional.of(
        RollbackRules.passedOver(seen)
            .<Target>map(why -> new Target.Lost(seen.revision(), why))
            .orElseGet(() -> new Target.Found(seen.target().orElseThrow())));
  }

  /**
   * Reads one revision, and does not ask ECR for its images.
   *
   * @param digests that its containers ran, as far as that was recorded
   */
  RollbackTarget.Seen see(
      ObservedState state, TaskDefinitionArn revision, Map<String, ImageDigest> digests) {
    TaskDefinition definition;
    try {
      definition = ecs.readTaskDefinition(revision);
    } catch (EcsClientError e) {
      return RollbackTarget.Seen.unreadable(revision, String.valueOf(e.getMessage()));
    }
    RollbackTarget target = RollbackTarget.of(definition, digests);
    return new RollbackTarget.Seen(
        revision,
        Optional.of(target),
        Optional.empty(),
        unrecorded(state, target),
        List.of(),
        List.of());
  }

  /** The containers of followed repositories of which nobody recorded the digest. */
  private List<String> unrecorded(ObservedState state, RollbackTarget target) {
    return target.unrecorded().stream()
        .filter(container ->
            target
                .image(container)
                .repository()
                .filter(repository -> evaluator.isFollowed(state.service(), repository))
                .isPresent())
        .toList();
  }
}
