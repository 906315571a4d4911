package dev.slipway.announce;

import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentRecord;
import java.util.List;

/**
 * A deployment of Slipway's that waits at one of ECS's pause hooks, and what is said of it.
 *
 * @param deployment that is under way
 */
public record WaitingRollout(DeploymentRecord deployment, PauseHook hook) {
  /** The service. */
  public ServiceArn service() {
    return deployment.service();
  }

  /** One sentence for people. */
  public String sentence() {
    return "the deployment of %s to %s waits at %s %s"
        .formatted(ImageWords.all(deployment), service().shortName(), hook.place(), hook.end());
  }

  /** How it is ended by a person: two sentences, with commands. */
  public static List<String> nextSteps(ServiceArn service) {
    return List.of(
        "To have it go on: `slipway approve %s`".formatted(service.shortName()),
        "To have ECS roll back: `slipway approve %s --reject`".formatted(service.shortName()));
  }
}
