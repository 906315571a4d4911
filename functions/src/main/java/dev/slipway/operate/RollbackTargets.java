package dev.slipway.operate;

import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
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

  /**
   * The first ones that {@code slipway rollback} would look at, in its order. Three calls, and one
   * for each different deployment that completed, of eight at most.
   */
  public List<Target> of(ObservedState state, int most) {
    ServiceArn service = state.service().arn();
    List<ServiceDeployment> newestFirst = deployments.newest(service, MAX_DEPLOYMENTS);
    List<RollbackTarget.Completed> completed =
        RollbackTarget.completed(
            newestFirst,
            newestFirst.isEmpty()
                ? Map.of()
                : deployments.revisions(
                    newestFirst.stream().map(ServiceDeployment::target).distinct().toList()),
            state.recorded());
    List<Target> targets = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (RollbackTarget.Completed one : completed) {
      if (targets.size() == most || seen.size() == MAX_LOOKS) {
        break;
      }
      if (seen.add(List.of(one.revision(), one.digests()))) {
        judge(state, one).ifPresent(targets::add);
      }
    }
    return targets;
  }

  /** One of them; empty where it never was a target: what the service has, or what is blocked. */
  Optional<Target> judge(ObservedState state, RollbackTarget.Completed completed) {
    if (!completed.revision().family().equals(state.taskDefinition().arn().family())) {
      return Optional.empty();
    }
    TaskDefinition definition;
    try {
      definition = ecs.readTaskDefinition(completed.revision());
    } catch (EcsClientError e) {
      return Optional.of(
          new Target.Lost(
              completed.revision(),
              "%s is not taken, since it cannot be read: %s"
                  .formatted(completed.revision().shortName(), e.getMessage())));
    }
    RollbackTarget target = RollbackTarget.of(definition, completed.digests());
    if (RollbackRules.unfit(state, target).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        unrecorded(state, target)
            .<Target>map(why -> new Target.Lost(completed.revision(), why))
            .orElseGet(() -> new Target.Found(target)));
  }

  /** What a moved tag stood for cannot be guessed: nobody is brought back to it unasked. */
  private Optional<String> unrecorded(ObservedState state, RollbackTarget target) {
    return target.unrecorded().stream()
        .filter(container ->
            target
                .image(container)
                .repository()
                .filter(repository -> evaluator.isFollowed(state.service(), repository))
                .isPresent())
        .findFirst()
        .map(container ->
            "%s is not taken, since nobody recorded which digest its container %s ran"
                .formatted(target.revision(), container));
  }
}
