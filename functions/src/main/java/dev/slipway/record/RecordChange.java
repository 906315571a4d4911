package dev.slipway.record;

import java.util.List;

/**
 * A write of one service's record: all of it or nothing.
 *
 * @param before as it was read; nothing is written if its version is not the stored one any more
 * @param after what it becomes, with the same version: the store counts it
 * @param deployments that are written as a whole
 */
public record RecordChange(
    ServiceRecord before, ServiceRecord after, List<DeploymentRecord> deployments) {
  /** Refuses a change of another service, or from another version. */
  public RecordChange {
    if (!before.service().equals(after.service()) || before.version() != after.version()) {
      throw new IllegalArgumentException("a change from %s to %s".formatted(before, after));
    }
    deployments = List.copyOf(deployments);
  }

  /** A change of the service's record alone. */
  public static RecordChange of(ServiceRecord before, ServiceRecord after) {
    return new RecordChange(before, after, List.of());
  }

  /** A change of a deployment and of the service's record, which lists it while it is open. */
  public static RecordChange of(
      ServiceRecord before, ServiceRecord after, DeploymentRecord deployment) {
    return new RecordChange(before, after.tracking(deployment), List.of(deployment));
  }
}
