package dev.slipway.record;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the record holds about one service, as it was read at one moment.
 *
 * @param deployments the newest ones and all open ones, newest first
 */
public record RecordedService(ServiceRecord service, List<DeploymentRecord> deployments) {
  /** Sorts the deployments. */
  public RecordedService {
    deployments =
        deployments.stream().sorted(Comparator.comparing(DeploymentRecord::id).reversed()).toList();
  }

  /** That of a service that Slipway knows nothing of. */
  public static RecordedService unknown(ServiceArn service) {
    return new RecordedService(ServiceRecord.unknown(service), List.of());
  }

  /** The deployment that ECS calls by this id; empty where Slipway did not start it. */
  public Optional<DeploymentRecord> deployment(EcsDeploymentId id) {
    return deployments.stream()
        .filter(deployment -> deployment.ecsDeployment().filter(id::equals).isPresent())
        .findFirst();
  }

  /**
   * The deployment with this id of Slipway's, as it is now; empty where it is not read any more.
   */
  public Optional<DeploymentRecord> deployment(DeploymentId id) {
    return deployments.stream().filter(deployment -> deployment.id().equals(id)).findFirst();
  }

  /** The same, if a deployment were not there. */
  public RecordedService without(DeploymentId id) {
    return new RecordedService(
        service, deployments.stream().filter(deployment -> !deployment.id().equals(id)).toList());
  }

  /** The deployment that is being started. */
  public Optional<DeploymentRecord> intent() {
    return deployments.stream().filter(DeploymentRecord::isIntent).findFirst();
  }

  /** Those that ECS has, and that have no outcome yet, newest first. */
  public List<DeploymentRecord> running() {
    return deployments.stream().filter(DeploymentRecord::isRunning).toList();
  }
}
