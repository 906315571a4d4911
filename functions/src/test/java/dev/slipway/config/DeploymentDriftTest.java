package dev.slipway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.DeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.DeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentEarlySuccessCriteria;
import software.amazon.awssdk.services.ecs.model.ServiceRevisionCleanup;
import software.amazon.awssdk.services.ecs.model.ThresholdConfiguration;
import software.amazon.awssdk.services.ecs.model.ThresholdType;

/**
 * Fails when the SDK learns of something in DeploymentConfiguration that slipway.yaml has no key
 * for.
 */
class DeploymentDriftTest {
  private static final String EVERY_KEY =
      "minimumHealthyPercent: 50, maximumPercent: 200,"
          + " circuitBreaker: { enable: true, rollback: true, resetOnHealthyTask: true,"
          + " thresholdConfiguration: { type: COUNT, value: 5 } },"
          + " alarms: { names: [website-5xx], enable: true, rollback: true },"
          + " earlySuccessCriteria: { enable: true, healthyPercent: 80,"
          + " sourceServiceRevisionCleanup: DEFERRED }";

  /** What is written under the key {@code ecs}: of strategies other than rolling. */
  private static final List<String> WITHOUT_A_KEY =
      List.of(
          "strategy",
          "bakeTimeInMinutes",
          "lifecycleHooks",
          "linearConfiguration",
          "canaryConfiguration");

  private static JsonNode ecs(String section) {
    return Configuration.parse("f.yaml", Examples.deployment(section))
        .environments()
        .getFirst()
        .deployment();
  }

  private static List<String> names(SdkPojo shape) {
    return shape.sdkFields().stream().map(SdkField::locationName).toList();
  }

  @Test
  void every_field_has_a_key_or_goes_under_ecs() {
    JsonNode keys = ecs(EVERY_KEY);

    assertThat(names(DeploymentConfiguration.builder().build()))
        .filteredOn(name -> !keys.has(name))
        .containsExactlyInAnyOrderElementsOf(WITHOUT_A_KEY);
  }

  static Map<String, SdkPojo> objects() {
    return Map.of(
        "/deploymentCircuitBreaker", DeploymentCircuitBreaker.builder().build(),
        "/deploymentCircuitBreaker/thresholdConfiguration",
            ThresholdConfiguration.builder().build(),
        "/alarms", DeploymentAlarms.builder().build(),
        "/earlySuccessCriteria", DeploymentEarlySuccessCriteria.builder().build());
  }

  @Test
  void objects_that_have_a_key_have_keys_for_all_their_fields() {
    JsonNode keys = ecs(EVERY_KEY);

    assertThat(objects())
        .allSatisfy((path, shape) ->
            assertThat(keys.at(path).fieldNames())
                .toIterable()
                .as(path)
                .containsExactlyInAnyOrderElementsOf(names(shape)));
  }

  static List<String> thresholdTypes() {
    return ThresholdType.knownValues().stream().map(ThresholdType::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("thresholdTypes")
  void every_type_of_threshold_can_be_said(String type) {
    JsonNode ecs =
        ecs("circuitBreaker: { thresholdConfiguration: { type: %s, value: 5 } }".formatted(type));

    assertThat(ecs.at("/deploymentCircuitBreaker/thresholdConfiguration/type").asText())
        .isEqualTo(type);
  }

  static List<String> cleanups() {
    return ServiceRevisionCleanup.knownValues().stream()
        .map(ServiceRevisionCleanup::toString)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cleanups")
  void every_cleanup_can_be_said(String cleanup) {
    JsonNode ecs =
        ecs("earlySuccessCriteria: { sourceServiceRevisionCleanup: %s }".formatted(cleanup));

    assertThat(ecs.at("/earlySuccessCriteria/sourceServiceRevisionCleanup").asText())
        .isEqualTo(cleanup);
  }
}
