package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service's {@code deploymentConfiguration}, read.
 *
 * @param json the whole of it, members unknown here included
 * @param alarmNames of the alarms to be watched; empty where alarms are not enabled
 * @param alarmRollback whether an alarm rolls back
 * @param early when a deployment counts as successful before all its tasks are healthy
 * @param hooks at which a deployment pauses
 */
record DeploymentConfiguration(
    ObjectNode json,
    int minimumHealthyPercent,
    int maximumPercent,
    CircuitBreaker breaker,
    List<String> alarmNames,
    boolean alarmRollback,
    @Nullable EarlySuccess early,
    List<LifecycleHook> hooks) {

  /**
   * Early success criteria.
   *
   * @param healthyPercent of the desired count
   * @param deferred whether the deployment completes before the source's tasks are gone
   */
  record EarlySuccess(int healthyPercent, boolean deferred) {}

  /** The defaults that ECS fills in for a new service. */
  static ObjectNode defaults(boolean daemon) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("deploymentCircuitBreaker").put("enable", false).put("rollback", false);
    return json.put("maximumPercent", daemon ? 100 : 200)
        .put("minimumHealthyPercent", daemon ? 0 : 100)
        .put("strategy", "ROLLING")
        .put("bakeTimeInMinutes", 0);
  }

  /**
   * Reads and checks a configuration.
   *
   * <p>A minimum of 100 with a maximum of 100 is accepted: such a deployment stalls, as ECS's own
   * documentation says.
   */
  static DeploymentConfiguration of(ObjectNode json, boolean daemon) {
    String strategy = Members.text(json, "strategy");
    if (strategy != null && !strategy.equals("ROLLING")) {
      throw invalid(
          "The simulated ECS knows the deployment strategy ROLLING only, not " + strategy + ".");
    }
    int minimum = Members.integer(json, "minimumHealthyPercent", daemon ? 0 : 100);
    int maximum = Members.integer(json, "maximumPercent", daemon ? 100 : 200);
    if (minimum < 0 || maximum < 0) {
      throw invalid("minimumHealthyPercent and maximumPercent must not be negative.");
    }
    if (daemon && maximum != 100) {
      throw invalid("maximumPercent must be 100 for the DAEMON scheduling strategy.");
    }
    if (minimum > maximum) {
      throw invalid("minimumHealthyPercent must not be greater than maximumPercent.");
    }
    JsonNode alarms = json.path("alarms");
    List<String> names =
        Members.flag(alarms, "enable") ? Members.texts(alarms, "alarmNames") : List.of();
    return new DeploymentConfiguration(
        json,
        minimum,
        maximum,
        CircuitBreaker.of(json.path("deploymentCircuitBreaker")),
        names,
        Members.flag(alarms, "rollback"),
        early(json.path("earlySuccessCriteria"), minimum),
        LifecycleHook.of(json.path("lifecycleHooks")));
  }

  private static @Nullable EarlySuccess early(JsonNode json, int minimum) {
    if (!Members.flag(json, "enable")) {
      return null;
    }
    int percent = Members.integer(json, "healthyPercent", 100);
    if (percent < minimum || percent > 100) {
      throw invalid(
          "healthyPercent of earlySuccessCriteria must be between minimumHealthyPercent and 100.");
    }
    return new EarlySuccess(
        percent, "DEFERRED".equals(Members.text(json, "sourceServiceRevisionCleanup")));
  }

  /** Healthy tasks that have to stay while a deployment is under way. */
  int lower(int desired) {
    return Percent.ceil(minimumHealthyPercent, desired);
  }

  /** Tasks that may be alive while a deployment is under way; never less than the desired count. */
  int upper(int desired) {
    return Math.max(Percent.floor(maximumPercent, desired), desired);
  }

  /** Healthy tasks of its own that make a deployment successful. */
  int enough(int desired) {
    return early == null
        ? desired
        : Math.min(desired, Math.max(1, Percent.ceil(early.healthyPercent, desired)));
  }

  private static AwsError invalid(String message) {
    return AwsError.client("InvalidParameterException", message);
  }
}
