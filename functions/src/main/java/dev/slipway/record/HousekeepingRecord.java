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
 * @param lease until then one function is at it, and no other begins; empty where none is. One that
 *     ends on the way leaves it behind
 */
public record HousekeepingRecord(
    Optional<DeploymentId> after,
    String settings,
    Optional<DeploymentId> deregistered,
    Optional<Failure> failure,
    Optional<Instant> lease) {
  /** Nothing was done yet. */
  public static final HousekeepingRecord NOTHING =
      new HousekeepingRecord(
          Optional.empty(), "", Optional.empty(), Optional.empty(), Optional.empty());

  /** The same, while one function is at it. */
  public HousekeepingRecord leased(Instant until) {
    return new HousekeepingRecord(after, settings, deregistered, failure, Optional.of(until));
  }

  /**
   * Why some of it was not done.
   *
   * @param tries how often it was tried
   */
  public record Failure(String why, Instant at, int tries) {}
}
