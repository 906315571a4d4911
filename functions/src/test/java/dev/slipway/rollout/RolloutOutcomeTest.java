package dev.slipway.rollout;

import dev.slipway.ecs.ServiceDeployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutOutcomeTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private static ServiceDeployment deployment(
      int number, int createdAt, int finishedAt, Status status, boolean breaker) {
    return new ServiceDeployment(
        "arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/" + number,
        "arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/" + number,
        status,
        Optional.empty(),
        START.plusSeconds(createdAt),
        finishedAt == 0 ? Optional.empty() : Optional.of(START.plusSeconds(finishedAt)),
        List.of(),
        0,
        status.name().startsWith("ROLLBACK_")
            ? Optional.of(new Rollback(Optional.empty(), START.plusSeconds(30), "revision/0"))
            : Optional.empty(),
        breaker,
        List.of());
  }

  @ParameterizedTest(name = "{0}, circuit breaker {1}, newer after {2} s: {3}")
  @CsvSource(
      textBlock =
          """
          PENDING,             false, 0,  ''
          IN_PROGRESS,         false, 0,  ''
          STOP_REQUESTED,      false, 50, ''
          ROLLBACK_REQUESTED,  false, 0,  ''
          UNKNOWN,             false, 0,  ''
          SUCCESSFUL,          false, 0,  deployed
          SUCCESSFUL,          false, 90, deployed
          STOPPED,             true,  0,  failed
          STOPPED,             false, 0,  failed
          STOPPED,             false, 50, superseded
          STOPPED,             false, 60, superseded
          STOPPED,             false, 90, failed
          STOPPED,             true,  50, failed
          ROLLBACK_IN_PROGRESS,true,  0,  rolled back
          ROLLBACK_SUCCESSFUL, true,  0,  rolled back
          ROLLBACK_SUCCESSFUL, false, 90, rolled back
          ROLLBACK_FAILED,     true,  0,  failed
          ROLLBACK_FAILED,     true,  50, rolled back
          ROLLBACK_FAILED,     true,  90, failed
          """)
  void of_a_deployment_that_ended_after_60_seconds(
      Status status, boolean breaker, int newer, String outcome) {
    ServiceDeployment deployment = deployment(1, 0, 60, status, breaker);
    List<ServiceDeployment> all = new ArrayList<>(List.of(deployment));
    if (newer > 0) {
      all.addFirst(deployment(2, newer, 0, Status.IN_PROGRESS, false));
    }

    assertThat(RolloutOutcome.of(deployment, all).map(RolloutOutcome::toString).orElse(""))
        .isEqualTo(outcome);
  }

  @Test
  void an_alarm_finds_a_deployment_failed_as_the_circuit_breaker_does() {
    ServiceDeployment stopped = deployment(1, 0, 60, Status.STOPPED, false);
    ServiceDeployment alarmed =
        new ServiceDeployment(
            stopped.arn(),
            stopped.target(),
            stopped.status(),
            Optional.empty(),
            stopped.createdAt(),
            stopped.finishedAt(),
            List.of(),
            0,
            Optional.empty(),
            false,
            List.of("5xx"));

    assertThat(
            RolloutOutcome.of(
                alarmed, List.of(deployment(2, 50, 0, Status.IN_PROGRESS, false), alarmed)))
        .contains(RolloutOutcome.FAILED);
  }

  @Test
  void a_rollback_is_not_part_of_the_time_that_a_deployment_took() {
    assertThat(deployment(1, 0, 60, Status.ROLLBACK_SUCCESSFUL, true).decidedAt())
        .contains(START.plusSeconds(30));
    assertThat(deployment(1, 0, 60, Status.SUCCESSFUL, true).decidedAt())
        .contains(START.plusSeconds(60));
  }
}
