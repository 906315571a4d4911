package dev.slipway.rollout;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;

import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision.ContainerImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ECS's record of deployments, in memory. */
public final class FakeServiceDeployments implements ServiceDeployments, DeploymentStop {
  private static final String SERVICE =
      "arn:aws:ecs:eu-central-1:123456789012:service-%s/main/web/%d";

  private final Map<ServiceArn, List<ServiceDeployment>> deployments = new LinkedHashMap<>();
  private final Map<String, ServiceRevision> revisions = new LinkedHashMap<>();
  private final List<String> stopped = new ArrayList<>();
  private boolean endsEarly;
  private int number;

  /** When the deployment of that number was asked for: each a minute after the one before it. */
  public static Instant start(int number) {
    return Instant.parse("2026-11-21T10:00:00Z").plusSeconds(60L * number);
  }

  /**
   * Has a newer deployment of a service.
   *
   * @param seconds until it ended; 0 if it has not
   * @return its id
   */
  public EcsDeploymentId have(
      ServiceArn service,
      TaskDefinitionArn revision,
      Status status,
      int seconds,
      ContainerImage... images) {
    return have(service, revision, status, seconds, Optional.empty(), images);
  }

  /** Has a newer deployment of a service that has the reason from its rollback. */
  public EcsDeploymentId have(
      ServiceArn service,
      TaskDefinitionArn revision,
      Status status,
      int seconds,
      Optional<String> rollbackReason,
      ContainerImage... images) {
    number++;
    Instant start = start(number);
    String target = SERVICE.formatted("revision", number);
    ServiceDeployment deployment =
        new ServiceDeployment(
            SERVICE.formatted("deployment", number),
            target,
            status,
            Optional.of("the reason of the status"),
            start,
            seconds == 0 ? Optional.empty() : Optional.of(start.plusSeconds(seconds)),
            List.of(),
            0,
            rollbackReason.map(
                reason -> new Rollback(Optional.of(reason), start.plusSeconds(1), target)),
            false,
            List.of());
    deployments.computeIfAbsent(service, _ -> new ArrayList<>()).addFirst(deployment);
    revisions.put(target, new ServiceRevision(target, revision, List.of(images), start));
    return deployment.id();
  }

  /** The service deployments that were stopped. */
  public List<String> stopped() {
    return List.copyOf(stopped);
  }

  /** From now on every deployment has ended before it can be stopped. */
  public void endEarly() {
    endsEarly = true;
  }

  @Override
  public boolean rollBack(String serviceDeploymentArn) {
    if (!endsEarly) {
      stopped.add(serviceDeploymentArn);
    }
    return !endsEarly;
  }

  /** From now on ECS does not know the service revisions any more. */
  public void forgetRevisions() {
    revisions.clear();
  }

  @Override
  public List<ServiceDeployment> newest(ServiceArn service, int limit) {
    return deployments.getOrDefault(service, List.of()).stream().limit(limit).toList();
  }

  @Override
  public Map<String, ServiceRevision> revisions(Collection<String> arns) {
    Map<String, ServiceRevision> found = new LinkedHashMap<>(revisions);
    found.keySet().retainAll(arns);
    return found;
  }
}
