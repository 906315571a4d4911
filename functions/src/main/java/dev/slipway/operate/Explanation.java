package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;

import java.util.List;
import java.util.Optional;

/**
 * What a deployment of one service would do now, and why.
 *
 * @param from the revision that the service has
 * @param deployment what would be deployed: now, or of a paused service when it is resumed; empty
 *     where nothing would be
 * @param difference of the task definitions that the deployment would make
 */
public record Explanation(
    Decision decision,
    Optional<TaskDefinitionArn> from,
    Optional<Decision.Deploy> deployment,
    List<Difference> difference) {
  /** Copies the list. */
  public Explanation {
    difference = List.copyOf(difference);
  }

  /**
   * Explains a decision.
   *
   * @param unhindered the same look, as if no pause kept the service from being deployed to
   */
  static Explanation of(ServiceEvaluator.Sighting sighting, ServiceEvaluator.Sighting unhindered) {
    Optional<Decision.Deploy> deployment =
        unhindered.decision() instanceof Decision.Deploy deploy
            ? Optional.of(deploy)
            : Optional.empty();
    return new Explanation(
        sighting.decision(),
        sighting.service().flatMap(Service::taskDefinition),
        deployment,
        deployment
            .flatMap(deploy ->
                unhindered
                    .observation()
                    .map(seen ->
                        Difference.between(
                            seen.taskDefinition().definition(), deploy.target().definition())))
            .orElse(List.of()));
  }
}
