package dev.slipway.simulator.faults;

import java.time.Duration;

/**
 * What was asked of one token bucket of an API.
 *
 * @param name the operations that share it
 * @param capacity tokens that it holds
 * @param perSecond tokens that refill it
 * @param left tokens in it now
 * @param taken calls that had a token
 * @param throttled calls that found it empty
 */
public record BucketUse(
    String name, double capacity, double perSecond, double left, int taken, int throttled) {
  /** The shortest time in which a full bucket has tokens for so many calls. */
  public Duration shortest(int calls) {
    return time(calls - capacity);
  }

  /** The shortest time, from now, in which it has tokens for so many calls more. */
  public Duration shortestFromNow(int calls) {
    return time(calls - left);
  }

  private Duration time(double missing) {
    return Duration.ofMillis((long) (1000 * Math.max(0, missing) / perSecond));
  }
}
