package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;

/**
 * The settings of a deployment circuit breaker.
 *
 * @param rollback whether a failed deployment is rolled back
 * @param resetOnHealthyTask whether a task that becomes healthy sets the count of failures to 0
 * @param value percent of the desired count, or a number of tasks, as {@code type} says
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html">How
 *     the deployment circuit breaker detects failures</a>
 */
record CircuitBreaker(
    boolean enable, boolean rollback, boolean resetOnHealthyTask, ThresholdType type, int value) {
  /** How the threshold is reckoned. */
  enum ThresholdType {
    /** A percentage of the desired count, at least 3 and at most 200 tasks. */
    BOUNDED_PERCENT,
    /** A percentage of the desired count. */
    UNBOUNDED_PERCENT,
    /** A number of tasks. */
    COUNT
  }

  /** Reads {@code deploymentCircuitBreaker}. */
  static CircuitBreaker of(JsonNode json) {
    JsonNode threshold = json.path("thresholdConfiguration");
    String given = Members.text(threshold, "type");
    ThresholdType type;
    try {
      type = given == null ? ThresholdType.BOUNDED_PERCENT : ThresholdType.valueOf(given);
    } catch (IllegalArgumentException e) {
      throw AwsError.client(
          "InvalidParameterException",
          "thresholdConfiguration type must be BOUNDED_PERCENT, UNBOUNDED_PERCENT or COUNT, not "
              + given);
    }
    int value = Members.integer(threshold, "value", 50);
    if (value < 1 || (type != ThresholdType.COUNT && value > 100)) {
      throw AwsError.client(
          "InvalidParameterException",
          "thresholdConfiguration value must be "
              + (type == ThresholdType.COUNT ? "at least 1" : "between 1 and 100"));
    }
    return new CircuitBreaker(
        json.path("enable").asBoolean(false),
        json.path("rollback").asBoolean(false),
        json.path("resetOnHealthyTask").asBoolean(true),
        type,
        value);
  }

  /** The number of failed tasks at which a deployment of so many tasks fails. */
  int threshold(int desired) {
    int ofDesired = Percent.ceil(value, desired);
    return switch (type) {
      case BOUNDED_PERCENT -> Math.clamp(ofDesired, 3, 200);
      case UNBOUNDED_PERCENT -> ofDesired;
      case COUNT -> value;
    };
  }
}
