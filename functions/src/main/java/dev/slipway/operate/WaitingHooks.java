package dev.slipway.operate;

import dev.slipway.announce.WaitingRollout;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinitionArn;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Reads at which of ECS's pause hooks a service's rollout waits, whoever started it. Two calls of a
 * service that ECS rolls out, none of another. Of a service that follows no environment nothing is
 * read: who does not let Slipway deploy does not let it answer either.
 */
public final class WaitingHooks {
  private final ServiceDeployments deployments;

  WaitingHooks(ServiceDeployments deployments) {
    this.deployments = deployments;
  }

  /**
   * A rollout that waits.
   *
   * @param hooks at which it does; at least one
   */
  record Rollout(ServiceDeployment deployment, List<PauseHook> hooks) {
    Rollout {
      hooks = List.copyOf(hooks);
    }
  }

  /** The rollout of a service that waits; empty where none does. */
  Optional<Rollout> of(Service service) {
    return service.isRollingOut() && service.environment().isPresent()
        ? deployments.newest(service.arn(), 1).stream()
            .filter(deployment -> !deployment.awaited().isEmpty())
            .findFirst()
            .map(deployment -> new Rollout(deployment, deployment.awaited()))
        : Optional.empty();
  }

  /** Whether a service's rollout may wait, as the service itself says. */
  static boolean mayWait(Service service) {
    return service.isRollingOut()
        && StreamSupport.stream(
                service.deploymentConfiguration().path("lifecycleHooks").spliterator(), false)
            .anyMatch(hook -> hook.path("targetType").asText().equals("PAUSE"));
  }

  /** At which hook a service's rollout waits, until when, and what ends it: one paragraph. */
  public static String sentence(
      ServiceArn service, Optional<TaskDefinitionArn> revision, PauseHook hook) {
    return "the rollout of %s waits at %s %s. %s"
        .formatted(
            revision.map(TaskDefinitionArn::shortName).orElse("its newest revision"),
            hook.place(),
            hook.end(),
            String.join(". ", WaitingRollout.nextSteps(service)));
  }
}
