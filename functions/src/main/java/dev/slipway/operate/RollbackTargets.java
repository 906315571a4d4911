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
import dev.slipway.record.DeploymentRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What a service can be rolled back to, whether its images are still there or not. */
public final class RollbackTargets {
  /** So many of a service's newest deployments are looked at. */
  public static final int MAX_DEPLOYMENTS = 20;

  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final ServiceEvaluator evaluator;

  /** Reads from these. */
  public RollbackTargets(Ecs ecs, ServiceDeployments deployments, ServiceEvaluator evaluator) {
    this.ecs = ecs;
    this.deployments = deployments;
    this.evaluator = evaluator;
  }

  /**
   * What a rollback finds, from the newest deployment that completed with tasks running on.
   *
   * @param taken the first that can be deployed again; empty where there is none
   * @param passedOver why those before it are not taken, a sentence each that begins with a
   *     revision; of what the service has, and of what is blocked, nothing is said
   * @param isCut whether there may be older ones, which were not looked at
   */
  public record Walk(Optional<RollbackTarget> taken, List<String> passedOver, boolean isCut) {
    /** So many of those that are passed over are named. */
    private static final int MAX_NAMED = 5;

    /** Copies the list. */
    public Walk {
      passedOver = List.copyOf(passedOver);
    }

    /** Why what was passed over is not taken; the newest first, and not all of many. */
    public List<String> named() {
      List<String> named = new ArrayList<>(passedOver.stream().limit(MAX_NAMED).toList());
      if (passedOver.size() > MAX_NAMED) {
        named.add("nor are %d more".formatted(passedOver.size() - MAX_NAMED));
      }
      return named;
    }
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

    /**
     * What the newest deployment rolled out, if ECS has rolled it back and no operator asked for
     * that.
     */
    Optional<TaskDefinitionArn> rolledBack() {
      return newestFirst.stream()
          .findFirst()
          .filter(newest -> newest.status() == Status.ROLLBACK_SUCCESSFUL)
          .filter(newest ->
              state.recorded().deployment(newest.id()).flatMap(DeploymentRecord::stop).isEmpty())
          .map(newest -> revisions.get(newest.target()))
          .map(ServiceRevision::taskDefinition);
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
    return new History(state, newestFirst, deployments.rolledOut(newestFirst));
  }

  /**
   * Looks for what {@code slipway rollback} would take. Three calls, and one for each different
   * deployment that completed, of the newest {@value #MAX_DEPLOYMENTS}, until one is taken.
   *
   * @param lost why a target cannot be had again, since its images are gone: a sentence
   */
  public Walk walk(ObservedState state, Function<RollbackTarget, Optional<String>> lost) {
    return walk(history(state, newest(state.service().arn())), lost);
  }

  /** The same, of a past that is read already. */
  Walk walk(History history, Function<RollbackTarget, Optional<String>> lost) {
    ObservedState state = history.state();
    List<String> passedOver = new ArrayList<>();
    Set<Object> looked = new HashSet<>();
    for (RollbackTarget.Completed one : history.completed()) {
      if (!looked.add(List.of(one.revision(), one.digests()))) {
        continue; // deployed more than once
      }
      RollbackTarget.Seen seen = see(state, one.revision(), one.digests());
      if (RollbackRules.isTarget(state, seen)) {
        Optional<String> why = RollbackRules.passedOver(seen).or(() -> seen.target().flatMap(lost));
        if (why.isEmpty()) {
          return new Walk(seen.target(), passedOver, false);
        }
        passedOver.add(why.get());
      }
    }
    return new Walk(Optional.empty(), passedOver, history.newestFirst().size() >= MAX_DEPLOYMENTS);
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
        revision, Optional.of(target), Optional.empty(), unrecorded(state, target));
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
