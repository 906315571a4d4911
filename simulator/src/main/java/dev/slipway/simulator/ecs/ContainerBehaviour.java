package dev.slipway.simulator.ecs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container does, as the annotations of its image's manifest say.
 *
 * @param exitAfter after the container has started, it exits; null if it does not
 * @param exitCode with which it exits
 * @param exitReason what ECS says of the exit, such as {@code OutOfMemoryError: Container killed
 *     due to memory usage}; null for nothing, as mostly
 * @param healthyAfter after the container has started, its health checks pass; null for the first
 *     check
 * @param healthy whether health checks ever pass
 * @param lines what it prints: just before it exits, or if it does not, when it has started
 */
record ContainerBehaviour(
    @Nullable Duration exitAfter,
    int exitCode,
    @Nullable String exitReason,
    @Nullable Duration healthyAfter,
    boolean healthy,
    List<String> lines) {
  /** Runs and is healthy: any image without annotations. */
  static final ContainerBehaviour WELL =
      new ContainerBehaviour(null, 0, null, null, true, List.of());

  private static final String PREFIX = "slipway.simulator/";

  /**
   * Reads {@code slipway.simulator/exit-code}, {@code …/exit-reason}, {@code …/exit-after} and
   * {@code …/healthy-after} (seconds, decimals allowed), {@code …/health} and {@code …/log}
   * (lines). An exit code alone is an exit at once; a time alone is an exit with code 0.
   *
   * @throws IllegalArgumentException for a value that cannot be read, naming it
   */
  static ContainerBehaviour of(Map<String, String> annotations) {
    Double code = number(annotations, "exit-code");
    Duration after = seconds(annotations, "exit-after");
    String health = annotations.getOrDefault(PREFIX + "health", "healthy");
    if (!health.equals("healthy") && !health.equals("unhealthy")) {
      throw unreadable("health", health, "healthy or unhealthy");
    }
    return new ContainerBehaviour(
        after == null && code != null ? Duration.ZERO : after,
        code == null ? 0 : code.intValue(),
        annotations.get(PREFIX + "exit-reason"),
        seconds(annotations, "healthy-after"),
        health.equals("healthy"),
        annotations.getOrDefault(PREFIX + "log", "").lines().toList());
  }

  private static @Nullable Duration seconds(Map<String, String> annotations, String name) {
    Double value = number(annotations, name);
    return value == null ? null : Duration.ofMillis(Math.round(1000 * value));
  }

  private static @Nullable Double number(Map<String, String> annotations, String name) {
    String value = annotations.get(PREFIX + name);
    if (value == null) {
      return null;
    }
    try {
      double number = Double.parseDouble(value.trim());
      if (number < 0 || !Double.isFinite(number)) {
        throw unreadable(name, value, "a number that is not negative");
      }
      return number;
    } catch (NumberFormatException e) {
      throw unreadable(name, value, "a number that is not negative");
    }
  }

  private static IllegalArgumentException unreadable(String name, String value, String expected) {
    return new IllegalArgumentException(
        "annotation " + PREFIX + name + " is '" + value + "': " + expected + " is needed");
  }
}
