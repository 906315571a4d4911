package dev.slipway.explore;

import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.explore.World.Aws;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The world's ECS, as far as it tells how deployments went. */
final class DeploymentsPort implements ServiceDeployments {
  private final World world;
  private final Ports ports;

  DeploymentsPort(World world, Ports ports) {
    this.world = world;
    this.ports = ports;
  }

  @Override
  public List<ServiceDeployment> newest(ServiceArn service, int limit) {
    return ports.read(
        Aws.ECS,
        "ServiceDeployments.newest",
        world.ecsState,
        () -> mutated(world.ecs.newest(service, limit)));
  }

  @Override
  public Map<String, ServiceRevision> revisions(Collection<String> arns) {
    return world.ecs.revisions(arns);
  }

  private List<ServiceDeployment> mutated(List<ServiceDeployment> newestFirst) {
    List<ServiceDeployment> shown = new ArrayList<>(newestFirst);
    if (ports.has(Mutation.SUCCESSOR_HIDDEN)
        && shown.stream().anyMatch(d -> d.status() == Status.STOPPED)) {
      while (shown.getFirst().status() != Status.STOPPED) {
        shown.removeFirst();
      }
    }
    if (ports.has(Mutation.EARLY_SUCCESS)) {
      shown.replaceAll(d -> d.status() == Status.IN_PROGRESS ? completed(d) : d);
    }
    return shown;
  }

  private static ServiceDeployment completed(ServiceDeployment d) {
    return new ServiceDeployment(
        d.arn(),
        d.target(),
        Status.SUCCESSFUL,
        d.statusReason(),
        d.createdAt(),
        d.finishedAt(),
        d.sources(),
        3,
        d.rollback(),
        d.circuitBreakerTriggered(),
        d.triggeredAlarms());
  }
}
