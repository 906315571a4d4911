package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PauseHookTest {
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aServiceThatRunsItsFirstRevision() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    aws.push("web", "v1", Map.of());
    aws.register("web", EcsOfTests.REGISTRY + "web:v1");
    aws.register("web", EcsOfTests.REGISTRY + "web:v1", ", 'stopTimeout': 3");
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': 'web', 'desiredCount': 2, 'taskDefinition': 'web:1'}");
    aws.untilRollout("COMPLETED");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  private void update(String hooks) {
    aws.ecs(
        "UpdateService",
        "{'cluster': 'main', 'service': 'web', 'taskDefinition': 'web:2', 'deploymentConfiguration': {'lifecycleHooks': [%s]}}"
            .formatted(hooks));
  }

  private static String hook(String stage) {
    return "{'targetType': 'PAUSE', 'lifecycleStages': ['%s']}".formatted(stage);
  }

  private void pass(Duration time) {
    aws.world.runUntil(() -> false, time);
  }

  private void rest() {
    aws.world.runUntilQuiet(Duration.ofHours(1));
  }

  private JsonNode deployment() {
    String arn =
        aws.ecs("ListServiceDeployments", "{'cluster': 'main', 'service': 'web'}")
            .at("/serviceDeployments/0/serviceDeploymentArn")
            .asText();
    return aws.ecs("DescribeServiceDeployments", "{'serviceDeploymentArns': ['%s']}".formatted(arn))
        .at("/serviceDeployments/0");
  }

  private JsonNode answer(String action) {
    JsonNode deployment = deployment();
    return aws.ecs(
        "ContinueServiceDeployment",
        "{'serviceDeploymentArn': '%s', 'hookId': '%s', 'action': '%s'}"
            .formatted(
                deployment.path("serviceDeploymentArn").asText(),
                deployment.at("/lifecycleHookDetails/0/hookId").asText(),
                action));
  }

  private List<String> hookEvents() {
    return aws.events.stream()
        .filter(event -> event.detailType().equals("ECS Hook State Change"))
        .map(event ->
            event.detail().path("lifecycleStage").asText()
                + " "
                + event.detail().path("eventName").asText())
        .toList();
  }

  @Test
  void before_the_scale_up_starts_no_task_until_it_is_continued() {
    update(hook("PRE_SCALE_UP"));
    rest();

    JsonNode waiting = deployment();
    assertThat(waiting.path("status").asText()).isEqualTo("IN_PROGRESS");
    assertThat(waiting.path("lifecycleStage").asText()).isEqualTo("PRE_SCALE_UP");
    JsonNode details = waiting.path("lifecycleHookDetails").path(0);
    assertThat(details.path("targetType").asText()).isEqualTo("PAUSE");
    assertThat(details.path("status").asText()).isEqualTo("AWAITING_ACTION");
    assertThat(details.path("timeoutAction").asText()).isEqualTo("ROLLBACK");
    assertThat(details.path("expiresAt").asDouble() - waiting.path("startedAt").asDouble())
        .as("a day, by default")
        .isBetween(86_400.0, 86_460.0);
    assertThat(aws.web().path("runningCount").asInt()).isEqualTo(2);
    assertThat(aws.deployment(0).path("runningCount").asInt()).isZero();

    answer("CONTINUE");
    rest();

    assertThat(deployment().path("status").asText()).isEqualTo("SUCCESSFUL");
    assertThat(deployment().has("lifecycleHookDetails")).isFalse();
    assertThat(hookEvents())
        .containsExactly("PRE_SCALE_UP HOOK_AWAITING_ACTION", "PRE_SCALE_UP HOOK_SUCCEEDED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST_SCALE_UP",
        "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT"
      })
  void after_the_scale_up_waits_with_all_new_tasks(String stage) {
    update(hook(stage));
    rest();

    assertThat(deployment().path("status").asText()).isEqualTo("IN_PROGRESS");
    assertThat(deployment().path("lifecycleStage").asText()).isEqualTo(stage);
    assertThat(aws.deployment(0).path("runningCount").asInt()).isEqualTo(2);
  }

  @Test
  void one_after_the_other_each_has_an_id_of_its_own() {
    update(hook("POST_PRODUCTION_TRAFFIC_SHIFT") + ", " + hook("POST_SCALE_UP"));
    rest();
    String first = deployment().at("/lifecycleHookDetails/0/hookId").asText();
    answer("CONTINUE");
    rest();

    assertThat(deployment().path("lifecycleStage").asText())
        .isEqualTo("POST_PRODUCTION_TRAFFIC_SHIFT");
    assertThat(deployment().at("/lifecycleHookDetails/0/hookId").asText())
        .startsWith("ecs-pause-")
        .isNotEqualTo(first);
    answer("CONTINUE");
    rest();
    assertThat(deployment().path("status").asText()).isEqualTo("SUCCESSFUL");
  }

  @Test
  void at_one_stage_all_have_to_be_continued() {
    update(hook("POST_SCALE_UP") + ", " + hook("POST_SCALE_UP"));
    rest();
    answer("CONTINUE");
    rest();

    assertThat(deployment().path("lifecycleHookDetails"))
        .extracting(detail -> detail.path("status").asText())
        .containsExactly("SUCCEEDED", "AWAITING_ACTION");
    assertThat(deployment().path("status").asText()).isEqualTo("IN_PROGRESS");
  }

  @Test
  void rolled_back_goes_back_without_a_pause() {
    update(hook("POST_SCALE_UP"));
    rest();
    answer("ROLLBACK");
    rest();

    assertThat(deployment().path("status").asText()).isEqualTo("ROLLBACK_SUCCESSFUL");
    assertThat(deployment().path("statusReason").asText()).contains("POST_SCALE_UP");
    assertThat(aws.web().path("taskDefinition").asText()).endsWith("/web:1");
    assertThat(hookEvents()).last().isEqualTo("POST_SCALE_UP HOOK_FAILED");
  }

  @ParameterizedTest
  @CsvSource({"ROLLBACK, ROLLBACK_SUCCESSFUL", "CONTINUE, SUCCESSFUL"})
  void that_nobody_answers_does_what_its_timeout_says(String action, String status) {
    update(
        "{'targetType': 'PAUSE', 'lifecycleStages': ['POST_SCALE_UP'], 'timeoutConfiguration': {'timeoutInMinutes': 10, 'action': '%s'}}"
            .formatted(action));
    rest();
    pass(Duration.ofMinutes(9));
    assertThat(deployment().path("status").asText()).isEqualTo("IN_PROGRESS");

    pass(Duration.ofMinutes(2));
    rest();

    assertThat(deployment().path("status").asText()).isEqualTo(status);
    assertThat(hookEvents()).last().isEqualTo("POST_SCALE_UP HOOK_TIMED_OUT");
  }

  @Test
  void of_a_deployment_that_is_replaced_is_over() {
    update(hook("POST_SCALE_UP"));
    rest();
    JsonNode replaced = deployment();
    aws.ecs(
        "UpdateService",
        "{'cluster': 'main', 'service': 'web', 'taskDefinition': 'web:1',"
            + " 'deploymentConfiguration': {'lifecycleHooks': []}}");
    rest();
    pass(Duration.ofDays(2));

    assertThat(deployment().path("status").asText()).isEqualTo("SUCCESSFUL");
    assertThat(hookEvents()).containsExactly("POST_SCALE_UP HOOK_AWAITING_ACTION");
    assertThatThrownBy(() ->
            aws.ecs(
                "ContinueServiceDeployment",
                "{'serviceDeploymentArn': '%s', 'hookId': '%s'}"
                    .formatted(
                        replaced.path("serviceDeploymentArn").asText(),
                        replaced.at("/lifecycleHookDetails/0/hookId").asText())))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("not awaiting");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'targetType': 'PAUSE', 'lifecycleStages': ['TEST_TRAFFIC_SHIFT']}",
        "{'targetType': 'PAUSE', 'lifecycleStages': ['PRODUCTION_TRAFFIC_SHIFT']}",
        "{'targetType': 'PAUSE', 'lifecycleStages': []}",
        "{'targetType': 'PAUSE', 'lifecycleStages': ['POST_SCALE_UP'], 'roleArn':"
            + " 'arn:aws:iam::123456789012:role/r'}",
        "{'targetType': 'PAUSE', 'lifecycleStages': ['POST_SCALE_UP'], 'timeoutConfiguration':"
            + " {'timeoutInMinutes': 0}}",
        "{'targetType': 'PAUSE', 'lifecycleStages': ['POST_SCALE_UP'], 'timeoutConfiguration':"
            + " {'timeoutInMinutes': 20161}}"
      })
  void that_ecs_does_not_take_is_refused(String hook) {
    assertThatThrownBy(() -> update(hook))
        .isInstanceOf(AwsError.class)
        .extracting(error -> ((AwsError) error).code())
        .isEqualTo("InvalidParameterException");
  }

  @Test
  void is_continued_with_permission_for_the_service_and_its_deployment() {
    update(hook("POST_SCALE_UP"));
    rest();
    aws.questions.clear();
    JsonNode deployment = deployment();
    aws.questions.clear();
    aws.ecs(
        "ContinueServiceDeployment",
        "{'serviceDeploymentArn': '%s', 'hookId': '%s'}"
            .formatted(
                deployment.path("serviceDeploymentArn").asText(),
                deployment.at("/lifecycleHookDetails/0/hookId").asText()));

    assertThat(aws.questions)
        .extracting(EcsOfTests.Question::action)
        .containsOnly("ecs:ContinueServiceDeployment");
    assertThat(aws.questions)
        .extracting(EcsOfTests.Question::resource)
        .containsExactly(
            aws.web().path("serviceArn").asText(),
            deployment.path("serviceDeploymentArn").asText());
  }
}
