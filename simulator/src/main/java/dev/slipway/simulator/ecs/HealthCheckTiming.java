package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.Members;
import java.time.Duration;

/**
 * When a container's health check speaks, counted from the container's start.
 *
 * @param firstPass when it passes first
 * @param givenUp when it has failed often enough
 */
record HealthCheckTiming(Duration firstPass, Duration givenUp) {
  /** Reads a container definition's {@code healthCheck}, with ECS's defaults. */
  static HealthCheckTiming of(JsonNode healthCheck) {
    Duration interval = Duration.ofSeconds(Members.integer(healthCheck, "interval", 30));
    int retries = Members.integer(healthCheck, "retries", 3);
    Duration startPeriod = Duration.ofSeconds(Members.integer(healthCheck, "startPeriod", 0));
    return new HealthCheckTiming(interval, startPeriod.plus(interval.multipliedBy(retries)));
  }
}
