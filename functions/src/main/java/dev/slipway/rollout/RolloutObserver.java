package dev.slipway.rollout;

import dev.slipway.decide.RolloutRules.Shown;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a service's open deployments in the record, and what ECS shows of them. */
final class RolloutObserver {
  /** How many of a service's newest deployments are read: one call describes them. */
  static final int MAX_DEPLOYMENTS = 20;

  /** So many are read where an open one is older than those. One call lists them. */
  private static final int MAX_OLDER_DEPLOYMENTS = 100;

  private final ServiceDeployments deployments;
  private final RecordStore records;

  RolloutObserver(ServiceDeployments deployments, RecordStore records) {
    this.deployments = deployments;
    this.records = records;
  }

  /**
   * A service's rollouts.
   *
   * @param open Slipway's deployments that ECS took and that have no final outcome, the oldest
   *     first
   * @param shown nothing where ECS need not be asked
   */
  record Observed(RecordedService recorded, List<DeploymentRecord> open, Shown shown) {
    Observed {
      open = List.copyOf(open);
    }
  }

  /** The record first, then ECS: what is decided must not be older than the record. */
  Observed observe(ServiceArn service) {
    RecordedService recorded = records.read(service);
    List<DeploymentRecord> open =
        recorded.deployments().reversed().stream()
            .filter(deployment -> deployment.isOpen() && !deployment.isIntent())
            .toList();
    return new Observed(recorded, open, shown(service, open));
  }

  private Shown shown(ServiceArn service, List<DeploymentRecord> open) {
    boolean asked =
        open.stream()
            .anyMatch(deployment ->
                deployment.isRunning() || deployment.ended().flatMap(Ended::rollback).isPresent());
    if (!asked) {
      return new Shown(List.of(), Map.of(), true);
    }
    Set<EcsDeploymentId> ids = new LinkedHashSet<>();
    open.forEach(deployment -> deployment.ecsDeployment().ifPresent(ids::add));
    int limit = MAX_DEPLOYMENTS;
    List<ServiceDeployment> newest = deployments.newest(service, limit);
    boolean allThere =
        newest.stream().map(ServiceDeployment::id).collect(Collectors.toSet()).containsAll(ids);
    if (!allThere && newest.size() == limit) {
      limit = MAX_OLDER_DEPLOYMENTS;
      newest = deployments.newest(service, limit);
    }
    Set<String> arns = new LinkedHashSet<>();
    boolean after = false;
    for (ServiceDeployment deployment : newest.reversed()) {
      after |= ids.contains(deployment.id());
      if (after) {
        arns.add(deployment.target());
        deployment.rollback().flatMap(ServiceDeployment.Rollback::target).ifPresent(arns::add);
      }
    }
    Map<String, ServiceRevision> revisions =
        arns.isEmpty() ? Map.of() : deployments.revisions(arns);
    return new Shown(newest, revisions, newest.size() < limit);
  }
}
