package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.AwsError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentConfigurationTest {
  @ParameterizedTest(name = "{0}/{1} of {2} keeps {3} and allows {4}")
  @CsvSource({
    "50,  200, 4, 2, 8",
    "75,  200, 2, 2, 4",
    "100, 125, 3, 3, 3",
    "100, 150, 1, 1, 1",
    "100, 200, 1, 1, 2",
    "0,   100, 5, 0, 5",
    "50,  100, 3, 2, 3",
    "100, 200, 0, 0, 0",
    "50,  80,  2, 1, 2",
  })
  void rounds_the_lower_bound_up_and_the_upper_one_down(
      int minimum, int maximum, int desired, int lower, int upper) {
    DeploymentConfiguration configuration =
        of(
            "{'minimumHealthyPercent': %d, 'maximumPercent': %d}".formatted(minimum, maximum),
            false);
    assertThat(configuration.lower(desired)).isEqualTo(lower);
    assertThat(configuration.upper(desired)).isEqualTo(upper);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'minimumHealthyPercent': 100, 'maximumPercent': 50}                     | false | minimumHealthyPercent
          {'minimumHealthyPercent': -1}                                            | false | negative
          {'maximumPercent': 200}                                                  | true  | DAEMON
          {'strategy': 'BLUE_GREEN'}                                               | false | ROLLING only
          {'earlySuccessCriteria': {'enable': true, 'healthyPercent': 50}}         | false | healthyPercent
          {'deploymentCircuitBreaker': {'thresholdConfiguration': {'type': 'X'}}}  | false | BOUNDED_PERCENT
          """)
  void refuses(String json, boolean daemon, String naming) {
    assertThatThrownBy(() -> of(json, daemon))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining(naming);
  }

  @ParameterizedTest(name = "{0}% of {1} healthy tasks: {2}")
  @CsvSource({"50, 4, 2", "50, 1, 1", "1, 10, 1", "0, 4, 1", "100, 3, 3", "50, 0, 0"})
  void knows_how_many_healthy_tasks_are_enough(int percent, int desired, int enough) {
    DeploymentConfiguration configuration =
        of(
            """
            {'minimumHealthyPercent': 0,
             'earlySuccessCriteria': {'enable': true, 'healthyPercent': %d}}
            """
                .formatted(percent),
            false);
    assertThat(configuration.enough(desired)).isEqualTo(enough);
  }

  private static DeploymentConfiguration of(String json, boolean daemon) {
    return DeploymentConfiguration.of(json(json), daemon);
  }
}
