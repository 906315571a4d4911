package dev.slipway.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.aws.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {
  private static final Instant AT = Instant.parse("2026-11-28T12:00:00Z");

  @Test
  void counts_and_seconds_are_kept_by_their_own_dimensions() throws Exception {
    EmbeddedMetrics metrics =
        new EmbeddedMetrics(AT)
            .dimension("Outcome", "Succeeded")
            .counts(Map.of("Rollouts", 1), List.of(List.of("Outcome")))
            .seconds(Map.of("DurationSeconds", 67L), List.of(List.of()));

    assertThat(Json.read(Json.text(metrics.members())))
        .isEqualTo(
            Json.read(
                """
                {"Outcome": "Succeeded", "Rollouts": 1, "DurationSeconds": 67,
                 "_aws": {"Timestamp": 1795867200000, "CloudWatchMetrics": [
                   {"Namespace": "Slipway", "Dimensions": [["Outcome"]],
                    "Metrics": [{"Name": "Rollouts", "Unit": "Count"}]},
                   {"Namespace": "Slipway", "Dimensions": [[]],
                    "Metrics": [{"Name": "DurationSeconds", "Unit": "Seconds"}]}]}}
                """));
  }

  @Test
  void a_dimension_without_a_value_would_lose_the_metric() {
    assertThatThrownBy(() ->
            new EmbeddedMetrics(AT).counts(Map.of("Swept", 1), List.of(List.of("Environment"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no dimension Environment");
  }
}
