package dev.slipway.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.Service;
import java.util.Optional;

/**
 * How a service's tasks are to be replaced: the environment's DeploymentConfiguration over the
 * service's own.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html">DeploymentConfiguration</a>
 */
public final class DeploymentSettings {
  static final String MINIMUM = "minimumHealthyPercent";
  static final String MAXIMUM = "maximumPercent";

  private DeploymentSettings() {}

  /** The DeploymentConfiguration that the next deployment has, in ECS's own JSON. */
  public static ObjectNode effective(Service service, Environment environment) {
    ObjectNode changed = configuration(service, environment);
    return changed.isEmpty() ? service.deploymentConfiguration() : changed;
  }

  /** What to pass to UpdateService; empty where the service has it already. */
  static ObjectNode configuration(Service service, Environment environment) {
    ObjectNode wanted = environment.deployment();
    if (service.isDaemon()) {
      // one task on each instance: ECS allows no other maximum than 100, and its minimum goes with
      // it
      wanted.remove(MINIMUM);
      wanted.remove(MAXIMUM);
    }
    if (wanted.isEmpty()) {
      return wanted;
    }
    ObjectNode merged = service.deploymentConfiguration();
    merge(merged, wanted);
    require(merged, "deploymentCircuitBreaker", "enable", "rollback");
    require(merged, "alarms", "enable", "rollback");
    if (merged.get("alarms") instanceof ObjectNode alarms && !alarms.has("alarmNames")) {
      alarms.putArray("alarmNames");
    }
    // what does not change is not sent: some of it would need permissions of its own
    return merged.equals(service.deploymentConfiguration()) ? merged.removeAll() : merged;
  }

  private static void merge(ObjectNode under, ObjectNode over) {
    over.properties()
        .forEach(field -> {
          if (under.get(field.getKey()) instanceof ObjectNode own
              && field.getValue() instanceof ObjectNode wanted) {
            merge(own, wanted);
          } else {
            under.set(field.getKey(), field.getValue());
          }
        });
  }

  /** ECS takes these objects only with both switches in them. */
  private static void require(ObjectNode configuration, String object, String... switches) {
    if (configuration.get(object) instanceof ObjectNode present) {
      for (String name : switches) {
        if (!present.has(name)) {
          present.put(name, false);
        }
      }
    }
  }

  /**
   * Why a deployment could never make progress: it may neither start a task nor stop one.
   *
   * @param configuration to be passed to UpdateService, or empty
   */
  public static Optional<String> deadlock(Service service, ObjectNode configuration) {
    ObjectNode effective =
        configuration.isEmpty() ? service.deploymentConfiguration() : configuration;
    if (!effective.path("strategy").asText("ROLLING").equals("ROLLING")) {
      return Optional.empty();
    }
    int minimum = effective.path(MINIMUM).asInt(service.isDaemon() ? 0 : 100);
    int maximum = effective.path(MAXIMUM).asInt(service.isDaemon() ? 100 : 200);
    // a daemon service desires what the cluster has instances
    int desired = service.isDaemon() ? 100 : service.desiredCount();
    // rounded as ECS does: the lower limit up, the upper one down
    long lower = Math.ceilDiv((long) minimum * desired, 100);
    long upper = Math.floorDiv((long) maximum * desired, 100);
    if (desired == 0 || lower < desired || upper > desired) {
      return Optional.empty();
    }
    String tasks = service.isDaemon() ? "" : " of the %d desired".formatted(desired);
    String remedy =
        service.isDaemon()
            ? "lower the service's " + MINIMUM
            : "raise %s, or lower %s".formatted(MAXIMUM, MINIMUM);
    return Optional.of(
        "the deployment could never make progress: with %s %d and %s %d ECS may neither stop nor start a"
                .formatted(MINIMUM, minimum, MAXIMUM, maximum)
            + " task%s: %s".formatted(tasks, remedy));
  }
}
