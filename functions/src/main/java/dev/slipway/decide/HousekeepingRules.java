package dev.slipway.decide;

import dev.slipway.record.HousekeepingRecord;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether something is to be done about a service's past. */
public final class HousekeepingRules {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(5);

  /** Failures that do not pass cost a few calls in six hours. */
  private static final int MAX_DOUBLINGS = 6;

  private HousekeepingRules() {}

  /**
   * Whether it is due: a deployment has completed since, the environment wants something else than
   * before, or it failed and is to be tried again. Not while a function is at it: that one sees
   * what completes meanwhile.
   */
  public static boolean isDue(Housekeeping wanted, ServiceRecord record, Instant now) {
    if (!wanted.isWanted()) {
      return false;
    }
    Optional<HousekeepingRecord> done = record.housekeeping();
    Optional<Instant> lease = done.flatMap(HousekeepingRecord::lease);
    if (lease.isPresent()) {
      // one that is left behind is of a function that ended on the way
      return !now.isBefore(lease.get());
    }
    return done.isEmpty()
        || !done.get().after().equals(record.completed())
        || !done.get().settings().equals(wanted.toString())
        || done.get().failure().filter(failure -> !now.isBefore(retryAt(failure))).isPresent();
  }

  /** When what failed is tried again: after five minutes, and each time after twice as long. */
  static Instant retryAt(HousekeepingRecord.Failure failure) {
    return failure
        .at()
        .plus(FIRST_RETRY.multipliedBy(1L << Math.min(failure.tries() - 1, MAX_DOUBLINGS)));
  }
}
