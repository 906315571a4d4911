package dev.slipway.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentSettingsTest {
  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static String sent(String own, String wanted) {
    Service service =
        Service.parse(
            json(
                """
                {"serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
                 "desiredCount": 3, "deploymentConfiguration": %s}
                """
                    .formatted(own)));
    Environment environment =
        new Environment(
            "staging",
            new TagPolicy(new ImageTag("staging")),
            json(wanted),
            Set.of(),
            Environment.Drift.HOLD,
            List.of());
    return DeploymentSettings.configuration(service, environment).toString();
  }

  /** Some of it would need permissions of its own: alarms, lifecycle hooks. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # the service's own                                       | the environment's                                 | sent
          {"maximumPercent":200}                                    | {}                                                | {}
          {"maximumPercent":200}                                    | {"maximumPercent":200}                            | {}
          {"maximumPercent":200,"minimumHealthyPercent":50}         | {"minimumHealthyPercent":50}                      | {}
          {"deploymentCircuitBreaker":{"enable":true,"rollback":false}} | {"deploymentCircuitBreaker":{"enable":true}}  | {}
          {"maximumPercent":200}                                    | {"maximumPercent":150}                            | {"maximumPercent":150}
          {"maximumPercent":200,"minimumHealthyPercent":100}        | {"maximumPercent":150}                            | {"maximumPercent":150,"minimumHealthyPercent":100}
          {}                                                        | {"deploymentCircuitBreaker":{"enable":true}}      | {"deploymentCircuitBreaker":{"enable":true,"rollback":false}}
          {"deploymentCircuitBreaker":{"enable":false,"rollback":false}} | {"deploymentCircuitBreaker":{"enable":true}} | {"deploymentCircuitBreaker":{"enable":true,"rollback":false}}
          {"lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["POST_SCALE_UP"]}]} | {"maximumPercent":150} | {"lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["POST_SCALE_UP"]}],"maximumPercent":150}
          {}                                                        | {"alarms":{"enable":false}}                       | {"alarms":{"enable":false,"rollback":false,"alarmNames":[]}}
          """)
  void only_what_changes_is_sent_and_then_the_whole(String own, String wanted, String sent) {
    assertThat(sent(own, wanted)).isEqualTo(sent);
  }

  @Test
  void what_the_environment_says_is_not_changed_by_it() {
    ObjectNode wanted = json("{\"alarms\":{\"enable\":true}}");
    Environment environment =
        new Environment(
            "staging",
            new TagPolicy(new ImageTag("staging")),
            wanted,
            Set.of(),
            Environment.Drift.HOLD,
            List.of());
    Service service =
        Service.parse(
            json("{\"serviceArn\":\"arn:aws:ecs:us-east-1:123456789012:service/main/web\"}"));

    DeploymentSettings.configuration(service, environment);

    assertThat(environment.deployment()).hasToString("{\"alarms\":{\"enable\":true}}");
  }
}
