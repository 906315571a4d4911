package dev.slipway.operate;

import dev.slipway.deploy.Decision;
import dev.slipway.deploy.Observer;
import dev.slipway.deploy.Service;
import dev.slipway.deploy.TaskDefinitionArn;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment of one service would do now, and why.
 *
 * @param from the revision that the service has
 * @param difference of the task definitions; empty unless something would be deployed
 */
public record Explanation(
    Decision decision, Optional<TaskDefinitionArn> from, List<Difference> difference) {
  /** Copies the list. */
  public Explanation {
    difference = List.copyOf(difference);
  }

  static Explanation of(Observer.Sighting sighting) {
    return new Explanation(
        sighting.decision(),
        sighting.service().flatMap(Service::taskDefinition),
        difference(sighting));
  }

  private static List<Difference> difference(Observer.Sighting sighting) {
    if (sighting.decision() instanceof Decision.Deploy deploy
        && sighting.observation().isPresent()) {
      return Difference.between(
          sighting.observation().get().taskDefinition().definition(), deploy.target().definition());
    }
    return List.of();
  }
}
