package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events have the members that AWS documents, in AWS's spelling, and that accounts have shown. */
class EventShapesTest {
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aRollout() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    aws.push("web", "v1", Map.of());
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'], 'executionRoleArn': 'arn:aws:iam::123456789012:role/e',
         'containerDefinitions': [{'name': 'app', 'image': '%sweb:v1'}]}
        """
            .formatted(EcsOfTests.REGISTRY));
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web', 'desiredCount': 1,
         'launchType': 'FARGATE',
         'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}}}
        """);
    aws.untilRollout("COMPLETED");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void of_deployments() {
    EcsOfTests.Event event = last("ECS Deployment State Change");
    String id = aws.deployment(0).path("id").asText();
    assertThat(event.resources()).containsExactly(aws.web().path("serviceArn").asText());
    ObjectNode detail = event.detail();
    assertThat(names(detail))
        .containsExactlyInAnyOrderElementsOf(
            names(captured("deployment-in-progress-2026-09").detail()));
    assertThat(detail.path("clusterArn").asText()).isEqualTo(aws.web().path("clusterArn").asText());
    assertThat(detail.path("eventType").asText()).isEqualTo("INFO");
    assertThat(detail.path("eventName").asText()).isEqualTo("SERVICE_DEPLOYMENT_COMPLETED");
    assertThat(detail.path("deploymentId").asText()).isEqualTo(id);
    assertThat(detail.path("reason").asText()).isEqualTo("ECS deployment " + id + " completed.");
    assertThat(detail.path("updatedAt").asText()).matches("2026-11-21T10:01:\\d\\dZ");
  }

  @Test
  void of_deployments_that_are_complete_tell_when_the_new_tasks_were_healthy() {
    EcsOfTests.Event captured = captured("deployment-completed-2022-07");
    assertThat(lag(captured)).hasSeconds(74);

    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'forceNewDeployment': true}");
    aws.untilRollout("COMPLETED");
    assertThat(lag(last("ECS Deployment State Change"))).isGreaterThan(Duration.ofSeconds(20));
  }

  private static Duration lag(EcsOfTests.Event event) {
    Instant updated = Instant.parse(event.detail().path("updatedAt").asText());
    return Duration.between(updated, event.time());
  }

  @Test
  void of_services() {
    EcsOfTests.Event event = last("ECS Service Action");
    assertThat(event.resources()).containsExactly(aws.web().path("serviceArn").asText());
    assertThat(names(event.detail()))
        .containsExactlyInAnyOrderElementsOf(names(captured("service-steady-2026-09").detail()));
    assertThat(event.detail().path("eventName").asText()).isEqualTo("SERVICE_STEADY_STATE");
  }

  @Test
  void of_tasks() {
    EcsOfTests.Event event = last("ECS Task State Change");
    ObjectNode detail = event.detail();
    assertThat(event.resources()).containsExactly(detail.path("taskArn").asText());
    assertThat(names(detail))
        .contains(
            "attachments",
            "availabilityZone",
            "clusterArn",
            "containers",
            "createdAt",
            "launchType",
            "cpu",
            "memory",
            "desiredStatus",
            "group",
            "lastStatus",
            "overrides",
            "connectivity",
            "connectivityAt",
            "pullStartedAt",
            "startedAt",
            "pullStoppedAt",
            "updatedAt",
            "taskArn",
            "taskDefinitionArn",
            "version",
            "platformVersion",
            "startedBy");
    assertThat(detail.path("group").asText()).isEqualTo("service:web");
    assertThat(detail.path("version").asInt()).isEqualTo(4);
    assertThat(detail.path("startedAt").asText()).startsWith("2026-11-21T10:00:");
    assertThat(detail.path("attachments").path(0).path("type").asText()).isEqualTo("eni");
    JsonNode container = detail.path("containers").path(0);
    assertThat(names((ObjectNode) container))
        .contains(
            "containerArn",
            "lastStatus",
            "name",
            "image",
            "imageDigest",
            "runtimeId",
            "taskArn",
            "networkInterfaces",
            "cpu");
    assertThat(container.path("imageDigest").asText()).startsWith("sha256:");
  }

  @Test
  void of_stopped_tasks_are_as_captured() {
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'desiredCount': 0}");
    aws.until(() -> last("ECS Task State Change").detail().has("stoppedAt"));
    ObjectNode detail = last("ECS Task State Change").detail();
    ObjectNode captured = captured("task-stopped-2022-08").detail();

    assertThat(names(detail)).containsAll(names(captured)).doesNotContain("healthStatus");
    ObjectNode container = (ObjectNode) detail.path("containers").path(0);
    assertThat(names(container))
        .containsExactlyInAnyOrderElementsOf(
            names((ObjectNode) captured.path("containers").path(0)));
    for (String same :
        List.of(
            "attributes", "ephemeralStorage", "stopCode", "group", "lastStatus", "launchType")) {
      assertThat(detail.path(same)).as(same).isEqualTo(captured.path(same));
    }
    captured
        .properties()
        .forEach(member ->
            assertThat(detail.path(member.getKey()).getNodeType())
                .as(member.getKey())
                .isEqualTo(member.getValue().getNodeType()));
    assertThat(detail.path("attachments").path(0).path("status").asText()).isEqualTo("DELETED");
  }

  @Test
  void of_tasks_with_a_health_check_tell_their_health() {
    aws.register("checked", EcsOfTests.REGISTRY + "web:v1", ", 'healthCheck': {'command': ['x']}");
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': 'checked', 'taskDefinition': 'checked',"
            + " 'desiredCount': 1}");
    aws.until(() ->
        last("ECS Task State Change").detail().path("healthStatus").asText().equals("HEALTHY"));
    assertThat(
            last("ECS Task State Change").detail().path("containers").path(0).path("healthStatus"))
        .hasToString("\"HEALTHY\"");
  }

  /** Such as {@code deployment-completed-2022-07} of events/captured/. */
  private static EcsOfTests.Event captured(String name) {
    try {
      ObjectNode event =
          (ObjectNode)
              new ObjectMapper().readTree(Path.of("../events/captured", name + ".json").toFile());
      return new EcsOfTests.Event(
          Instant.parse(event.path("time").asText()),
          event.path("detail-type").asText(),
          List.of(event.path("resources").path(0).asText()),
          (ObjectNode) event.path("detail"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(ObjectNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  private EcsOfTests.Event last(String type) {
    return aws.events.reversed().stream()
        .filter(it -> it.detailType().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
