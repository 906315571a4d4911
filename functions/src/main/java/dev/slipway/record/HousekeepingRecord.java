package dev.slipway.record;

import java.time.Instant;
import java.util.Optional;

/**
 * What was done last about a service's past: images kept, revisions deregistered, the deployed
 * image published.
 *
 * @param after the deployment that had completed last; empty where none had
 * @param settings what the environment wanted then, as a text
 * @param deregistered up to this deployment all revisions that were to be deregistered are
 * @param failure empty where all of it was done
 */
public record HousekeepingRecord(
    Optional<DeploymentId> after,
    String settings,
    Optional<DeploymentId> deregistered,
    Optional<Failure> failure) {
  /**
   * Why some of it was not done.
   *
   * @param tries how often it was tried
   */
  public record Failure(String why, Instant at, int tries) {}
}
