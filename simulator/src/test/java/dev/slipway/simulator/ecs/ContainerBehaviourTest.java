package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerBehaviourTest {
  @Test
  void an_image_without_annotations_runs_well() {
    assertThat(ContainerBehaviour.of(Map.of("org.opencontainers.image.version", "1")))
        .isEqualTo(ContainerBehaviour.WELL);
  }

  @Test
  void an_exit_code_alone_is_an_exit_at_once() {
    assertThat(ContainerBehaviour.of(Map.of("slipway.simulator/exit-code", "137")))
        .isEqualTo(new ContainerBehaviour(Duration.ZERO, 137, null, null, true, List.of()));
  }

  @Test
  void a_time_alone_is_an_exit_without_error() {
    assertThat(ContainerBehaviour.of(Map.of("slipway.simulator/exit-after", "2.5")))
        .isEqualTo(new ContainerBehaviour(Duration.ofMillis(2500), 0, null, null, true, List.of()));
  }

  @Test
  void health_is_read_too() {
    assertThat(
            ContainerBehaviour.of(
                Map.of(
                    "slipway.simulator/healthy-after",
                    "7",
                    "slipway.simulator/health",
                    "unhealthy")))
        .isEqualTo(new ContainerBehaviour(null, 0, null, Duration.ofSeconds(7), false, List.of()));
  }

  @Test
  void what_it_prints_is_read_by_lines() {
    assertThat(ContainerBehaviour.of(Map.of("slipway.simulator/log", "one\n  two\n")).lines())
        .containsExactly("one", "  two");
  }

  @ParameterizedTest
  @CsvSource({"exit-code, one", "exit-after, -1", "healthy-after, NaN", "health, sick"})
  void an_unreadable_value_is_named(String name, String value) {
    assertThatThrownBy(() -> ContainerBehaviour.of(Map.of("slipway.simulator/" + name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("slipway.simulator/" + name, value);
  }
}
