package dev.slipway.simulator.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;

/**
 * How long delivery to a target of a rule or of a schedule is tried.
 *
 * @param maximumEventAge from a minute to a day, which is the default
 * @param maximumRetryAttempts from 0 to 185, which is the default
 */
public record RetryPolicy(Duration maximumEventAge, int maximumRetryAttempts) {
  private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

  /** Refuses what EventBridge and its Scheduler would not take. */
  public RetryPolicy {
    long seconds = maximumEventAge.toSeconds();
    if (seconds < 60 || seconds > 86_400) {
      throw AwsError.client(
          "ValidationException",
          "MaximumEventAgeInSeconds must be from 60 to 86400, it is " + seconds + ".");
    }
    if (maximumRetryAttempts < 0 || maximumRetryAttempts > 185) {
      throw AwsError.client(
          "ValidationException",
          "MaximumRetryAttempts must be from 0 to 185, it is " + maximumRetryAttempts + ".");
    }
  }

  /** Of a target; what it does not say is the longest there is. */
  public static RetryPolicy parse(JsonNode policy) {
    return new RetryPolicy(
        Duration.ofSeconds(policy.path("MaximumEventAgeInSeconds").asInt(86_400)),
        policy.path("MaximumRetryAttempts").asInt(185));
  }

  /** The pause before a retry doubles from a second on; AWS adds jitter, which is left out here. */
  public static Duration pauseBefore(int retry) {
    Duration pause = Duration.ofSeconds(1L << Math.min(retry - 1, 20));
    return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
  }
}
