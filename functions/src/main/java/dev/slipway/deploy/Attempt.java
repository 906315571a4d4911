package dev.slipway.deploy;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * One handling of a hint.
 *
 * @param holder tells it from the handling of other hints: SQS's id of the message
 * @param now when it began
 * @param ids makes an id for each deployment that it starts
 * @param remaining until the function's timeout
 */
public record Attempt(String holder, Instant now, DeploymentIds ids, Supplier<Duration> remaining) {
  /** Another service is begun only with so much time left: the slowest calls must fit. */
  public static final Duration RESERVE = Duration.ofSeconds(30);

  /** So far may two clocks be apart. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

  /** By then the function has ended, whatever becomes of it. */
  Instant leaseUntil() {
    return now.plus(remaining.get()).plus(CLOCK_SKEW);
  }

  /** Whether there is time for one more service. */
  boolean hasTime() {
    return remaining.get().compareTo(RESERVE) >= 0;
  }
}
