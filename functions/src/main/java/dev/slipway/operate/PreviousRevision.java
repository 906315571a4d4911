package dev.slipway.operate;

import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.record.RecordStore;
import java.util.List;
import java.util.Optional;

/**
 * Which revision ran before the one that a service has: the newest other one that was deployed with
 * tasks running. What failed, was stopped or never got that far did not run in its place.
 */
public final class PreviousRevision {
  private static final int MAX_DEPLOYMENTS = 20;

  private final RecordStore records;
  private final ServiceDeployments deployments;

  /** Reads from these. */
  public PreviousRevision(RecordStore records, ServiceDeployments deployments) {
    this.records = records;
    this.deployments = deployments;
  }

  /**
   * Reads it with four calls: a Query of the record, ListServiceDeployments,
   * DescribeServiceDeployments and DescribeServiceRevisions.
   *
   * @param now the revision that it is to differ from
   * @return empty if none of the last {@value #MAX_DEPLOYMENTS} deployments went well with another
   */
  public Optional<TaskDefinitionArn> of(Service service, TaskDefinitionArn now) {
    List<ServiceDeployment> listed = deployments.newest(service.arn(), MAX_DEPLOYMENTS);
    return RollbackTarget.completed(
            listed, deployments.rolledOut(listed), records.read(service.arn()))
        .stream()
        .map(RollbackTarget.Completed::revision)
        .filter(revision -> !revision.equals(now))
        .findFirst();
  }
}
