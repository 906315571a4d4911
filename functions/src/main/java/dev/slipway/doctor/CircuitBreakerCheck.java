package dev.slipway.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.decide.DeploymentSettings;
import java.util.List;
import java.util.Optional;

/** Whether ECS gives a deployment up that fails, and goes back. */
final class CircuitBreakerCheck implements Check<ServiceSeen> {
  private static final String REMEDY =
      "in slipway.yaml, give the environment deployment: { circuitBreaker: { enable: true,"
          + " rollback: true } }";

  @Override
  public String subject() {
    return "circuit breakers";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen
        .environment()
        .map(environment -> DeploymentSettings.effective(seen.service(), environment))
        .filter(configuration -> configuration.path("strategy").asText("ROLLING").equals("ROLLING"))
        .flatMap(CircuitBreakerCheck::why)
        .map(why -> Finding.warning(Finding.of(seen.service()), why, REMEDY))
        .stream()
        .toList();
  }

  private static Optional<String> why(JsonNode configuration) {
    JsonNode breaker = configuration.path("deploymentCircuitBreaker");
    JsonNode alarms = configuration.path("alarms");
    if (goesBack(breaker) || goesBack(alarms)) {
      return Optional.empty();
    }
    return Optional.of(
        breaker.path("enable").asBoolean() || alarms.path("enable").asBoolean()
            ? "ECS ends a deployment that fails, and does not go back: rollback is off"
            : "its deployment circuit breaker is off: ECS starts tasks of an image that fails again"
                + " and again, and never goes back");
  }

  private static boolean goesBack(JsonNode detection) {
    return detection.path("enable").asBoolean() && detection.path("rollback").asBoolean();
  }
}
