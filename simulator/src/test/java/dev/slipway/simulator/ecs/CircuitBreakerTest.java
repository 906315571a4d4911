package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.AwsError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
  @ParameterizedTest(name = "{0} {1} of {2} tasks is {3} failures")
  @CsvSource({
    "BOUNDED_PERCENT,   50,  1,   3",
    "BOUNDED_PERCENT,   50,  25,  13",
    "BOUNDED_PERCENT,   50,  400, 200",
    "BOUNDED_PERCENT,   50,  800, 200",
    "BOUNDED_PERCENT,   50,  0,   3",
    "BOUNDED_PERCENT,   10,  100, 10",
    "UNBOUNDED_PERCENT, 50,  800, 400",
    "UNBOUNDED_PERCENT, 50,  1,   1",
    "COUNT,             7,   1,   7",
    "COUNT,             700, 2,   700",
  })
  void reckons_its_threshold(String type, int value, int desired, int threshold) {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            json(
                "{'enable': true, 'thresholdConfiguration': {'type': '%s', 'value': %d}}"
                    .formatted(type, value)));
    assertThat(breaker.threshold(desired)).isEqualTo(threshold);
  }

  @Test
  void is_off_by_default_and_resets_on_healthy_tasks() {
    assertThat(CircuitBreaker.of(json("{}")))
        .isEqualTo(
            new CircuitBreaker(
                false, false, true, CircuitBreaker.ThresholdType.BOUNDED_PERCENT, 50));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'PERCENT', 'value': 50}",
        "{'type': 'BOUNDED_PERCENT', 'value': 101}",
        "{'type': 'UNBOUNDED_PERCENT', 'value': 0}",
        "{'type': 'COUNT', 'value': 0}",
      })
  void refuses_thresholds_that_mean_nothing(String threshold) {
    assertThatThrownBy(
            () -> CircuitBreaker.of(json("{'thresholdConfiguration': " + threshold + "}")))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("thresholdConfiguration");
  }
}
