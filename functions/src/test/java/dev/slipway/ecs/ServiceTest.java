package dev.slipway.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceTest {
  private static final String ARN = "arn:aws:ecs:us-east-1:123456789012:service/main/web";

  private static Service service(String fields) {
    try {
      return Service.parse(
          new ObjectMapper().readTree("{\"serviceArn\":\"%s\",%s}".formatted(ARN, fields)));
    } catch (JsonProcessingException e) {
      throw new AssertionError(fields, e);
    }
  }

  @Test
  void is_read_from_ecs_own_document() {
    Service service =
        service(
            """
            "status": "ACTIVE", "schedulingStrategy": "REPLICA", "desiredCount": 3,
            "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
            "deploymentConfiguration": {"maximumPercent": 200},
            "deployments": [
              {"id": "ecs-svc/2", "status": "PRIMARY"}, {"id": "ecs-svc/1", "status": "ACTIVE"}],
            "tags": [{"key": "slipway:environment", "value": "staging"}]
            """);

    assertThat(service.arn()).isEqualTo(new ServiceArn(ARN));
    assertThat(service).hasToString("main/web");
    assertThat(service.status()).isEqualTo("ACTIVE");
    assertThat(service.isDaemon()).isFalse();
    assertThat(service.desiredCount()).isEqualTo(3);
    assertThat(service.environment()).contains("staging");
    assertThat(service.taskDefinition().orElseThrow())
        .hasToString("arn:aws:ecs:us-east-1:123456789012:task-definition/web:7");
    assertThat(service.deploymentConfiguration()).hasToString("{\"maximumPercent\":200}");
    assertThat(service.primaryDeployment()).map(EcsDeployment::id).contains("ecs-svc/2");
    assertThat(service.controller()).isEqualTo(DeploymentController.ECS);
  }

  @Test
  void has_the_cluster_in_its_arn_even_if_ecs_uses_the_short_form() {
    Service service =
        Service.parse(
            JsonNodeFactory.instance
                .objectNode()
                .put("serviceArn", "arn:aws:ecs:us-east-1:123456789012:service/web")
                .put("clusterArn", "arn:aws:ecs:us-east-1:123456789012:cluster/main"));

    assertThat(service.arn()).isEqualTo(new ServiceArn(ARN));
  }

  @Test
  void of_an_external_controller_has_the_task_definition_of_its_primary_task_set() {
    Service service =
        service(
            """
            "deploymentController": {"type": "EXTERNAL"}, "taskSets": [
              {"status": "ACTIVE",
               "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"},
              {"status": "PRIMARY",
               "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:2"}]
            """);

    assertThat(service.controller()).isEqualTo(DeploymentController.EXTERNAL);
    assertThat(service.taskDefinition().orElseThrow().shortName()).isEqualTo("web:2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "launchType": "FARGATE"                                                 | true
          "launchType": "EC2"                                                     | false
          "launchType": "EXTERNAL"                                                | false
          "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]      | true
          "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "base": 1}]| true
          "capacityProviderStrategy": [{"capacityProvider": "my-instances"}]      | false
          "desiredCount": 1                                                       | false
          """)
  void runs_on_fargate_by_launch_type_or_capacity_provider(String fields, boolean fargate) {
    assertThat(service(fields).runsOnFargate()).isEqualTo(fargate);
  }

  @ParameterizedTest
  @CsvSource({"CODE_DEPLOY,CODE_DEPLOY", "EXTERNAL,EXTERNAL", "ECS,ECS", "SOMETHING_NEWER,UNKNOWN"})
  void has_a_deployment_controller(String type, DeploymentController controller) {
    assertThat(service("\"deploymentController\": {\"type\": \"%s\"}".formatted(type)).controller())
        .isEqualTo(controller);
  }

  /** From a captured answer; the second deployment still has tasks. */
  @Test
  void lists_its_deployments_with_their_counts() {
    Service service =
        service(
            """
            "createdAt": 1756800000.5, "runningCount": 3, "pendingCount": 1, "deployments": [
              {"id": "ecs-svc/2", "status": "PRIMARY", "desiredCount": 3, "runningCount": 1,
               "pendingCount": 1, "failedTasks": 2, "createdAt": 1757005201.714,
               "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:2",
               "rolloutState": "IN_PROGRESS", "rolloutStateReason": "ECS deployment in progress."},
              {"id": "ecs-svc/1", "status": "ACTIVE", "runningCount": 2}]
            """);

    assertThat(service.deployments())
        .containsExactly(
            new EcsDeployment(
                "ecs-svc/2",
                "PRIMARY",
                "web:2",
                3,
                1,
                1,
                2,
                Optional.of("IN_PROGRESS"),
                Optional.of("ECS deployment in progress."),
                Optional.of(Instant.ofEpochMilli(1757005201714L))),
            new EcsDeployment(
                "ecs-svc/1",
                "ACTIVE",
                "",
                0,
                2,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(service.createdAt()).contains(Instant.ofEpochMilli(1756800000500L));
    assertThat(service.runningCount()).isEqualTo(3);
    assertThat(service.pendingCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          {"status": "PRIMARY", "rolloutState": "COMPLETED"}                      | -
          {"status": "PRIMARY"}                                                   | -
          {"status": "PRIMARY", "rolloutState": "IN_PROGRESS", "taskDefinition": "a/web:2"} | its deployment of web:2 is IN PROGRESS
          {"status": "PRIMARY", "rolloutState": "FAILED", "taskDefinition": "web:2"} | its deployment of web:2 is FAILED
          {"status": "PRIMARY"}, {"status": "ACTIVE"}                             | tasks of 2 deployments are running
          """)
  void is_unsettled_while_a_deployment_is_under_way_or_has_failed(String deployments, String why) {
    assertThat(service("\"deployments\": [" + deployments + "]").unsettled())
        .isEqualTo(Optional.ofNullable(why));
  }

  @Test
  void tells_what_ecs_has_said_since_a_moment() {
    Service service =
        service(
            """
            "events": [{"createdAt": 30.5, "message": "new"}, {"createdAt": 20, "message": "then"},
              {"createdAt": 19.999, "message": "old"}]
            """);

    assertThat(service.messagesSince(Instant.ofEpochSecond(20))).containsExactly("new", "then");
  }

  @Test
  void is_nothing_else() {
    assertThatThrownBy(() -> Service.parse(JsonNodeFactory.instance.textNode("web")))
        .hasMessage("an ECS service is a JSON object, but this is STRING");
    assertThatThrownBy(() -> Service.parse(JsonNodeFactory.instance.objectNode()))
        .hasMessageStartingWith("not the ARN of an ECS service");
  }
}
