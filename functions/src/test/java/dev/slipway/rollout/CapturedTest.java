package dev.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What real accounts answered, in events/captured/, is understood. */
class CapturedTest {
  @Test
  void a_successful_service_deployment() throws IOException {
    ServiceDeployment deployment = read("service-deployment-successful-2024-10");

    assertThat(deployment.status()).isEqualTo(Status.SUCCESSFUL);
    assertThat(deployment.createdAt()).isEqualTo(Instant.parse("2024-10-31T08:03:30.917Z"));
    assertThat(deployment.finishedAt()).contains(Instant.parse("2024-10-31T08:05:04.527Z"));
    assertThat(deployment.sources()).isEmpty();
    assertThat(deployment.rollback()).isEmpty();
    assertThat(deployment.circuitBreakerTriggered()).isFalse();
    assertThat(deployment.triggeredAlarms()).isEmpty();
  }

  @Test
  void a_first_deployment_that_failed_has_no_revision_to_go_back_to() throws IOException {
    ServiceDeployment deployment = read("service-deployment-rollback-failed-2026-02");

    assertThat(deployment.status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(deployment.statusReason())
        .contains("No rollback candidate was found to run the rollback.");
    assertThat(deployment.rollback()).hasValueSatisfying(it -> assertThat(it.target()).isEmpty());
    assertThat(deployment.rollback().flatMap(Rollback::reason))
        .contains(
            "Service deployment rolled back because the circuit breaker threshold was exceeded.");
    assertThat(deployment.circuitBreakerTriggered()).isTrue();
  }

  private static ServiceDeployment read(String name) throws IOException {
    JsonNode document =
        new ObjectMapper().readTree(Path.of("../events/captured", name + ".json").toFile());
    return ServiceDeployment.parse(document);
  }
}
