package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.SingleQuotes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Fargate does to tasks, and what tasks show of their images. */
class FaultyFargateTest {
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aClusterAndAnImage() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    aws.push("web", "v1", Map.of());
  }

  @AfterEach
  void end() {
    aws.close();
  }

  void create(String image, String more) {
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'], 'executionRoleArn': 'arn:aws:iam::123456789012:role/e',
         'containerDefinitions': [{'name': 'app', 'image': '%s'}]}
        """
            .formatted(image));
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web', 'desiredCount': 1,
         'launchType': 'FARGATE',
         'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}} %s}
        """
            .formatted(more));
  }

  JsonNode task() {
    JsonNode arns = aws.ecs("ListTasks", "{'cluster': 'main'}").path("taskArns");
    return aws.ecs(
            "DescribeTasks", "{'cluster': 'main', 'tasks': ['" + arns.path(0).asText() + "']}")
        .path("tasks")
        .path(0);
  }

  @Test
  void without_capacity_no_task_is_made_and_the_circuit_breaker_counts() {
    aws.ecs.capacity(false);
    create(
        EcsOfTests.REGISTRY + "web:v1",
        ", 'deploymentConfiguration': {'deploymentCircuitBreaker': {'enable': true, 'rollback':"
            + " true}}");
    assertThat(aws.untilRollout("FAILED")).isTrue();
    assertThat(aws.view().tasks()).isEmpty();
    assertThat(aws.messages())
        .contains(
            "(service web) was unable to place a task. The reason for failure is Capacity is"
                + " unavailable at this time. Please try again later or in a different"
                + " availability zone.");
    ObjectNode action = aws.details("ECS Service Action").getFirst();
    assertThat(action.path("eventName").asText()).isEqualTo("SERVICE_TASK_PLACEMENT_FAILURE");
    assertThat(action.path("eventType").asText()).isEqualTo("ERROR");
    assertThat(action.path("reason").asText()).isEqualTo("RESOURCE:FARGATE");
  }

  @Test
  void with_capacity_again_the_service_goes_on() {
    aws.ecs.capacity(false);
    create(EcsOfTests.REGISTRY + "web:v1", "");
    aws.pass(300);
    aws.ecs.capacity(true);
    assertThat(aws.untilRollout("COMPLETED")).isTrue();
  }

  @Test
  void without_a_role_that_can_be_assumed_no_task_is_made_and_the_circuit_breaker_counts() {
    aws.ecs.rolesAssumable(false);
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'], 'taskRoleArn': 'arn:aws:iam::123456789012:role/web',
         'executionRoleArn': 'arn:aws:iam::123456789012:role/e',
         'containerDefinitions': [{'name': 'app', 'image': '%s'}]}
        """
            .formatted(EcsOfTests.REGISTRY + "web:v1"));
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web', 'desiredCount': 1,
         'launchType': 'FARGATE',
         'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}},
         'deploymentConfiguration': {'deploymentCircuitBreaker': {'enable': true, 'rollback': true}}}
        """);

    assertThat(aws.untilRollout("FAILED")).isTrue();
    assertThat(aws.view().tasks()).isEmpty();
    assertThat(aws.messages())
        .anyMatch(message ->
            message.startsWith(
                "(service web) failed to launch a task with (error ECS was unable to assume the"
                    + " role 'arn:aws:iam::123456789012:role/web'"));
  }

  @Test
  void an_interruption_of_spot_shows_the_task_running_first_and_replaces_it() {
    create(EcsOfTests.REGISTRY + "web:v1", "");
    aws.untilRollout("COMPLETED");
    aws.events.clear();
    aws.ecs.interruptSpot("main", "web");
    List<ObjectNode> seen = aws.details("ECS Task State Change");
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().path("desiredStatus").asText()).isEqualTo("STOPPED");
    assertThat(seen.getFirst().path("lastStatus").asText()).isEqualTo("RUNNING");
    assertThat(seen.getFirst().path("stopCode").asText()).isEqualTo("SpotInterruption");
    String old = seen.getFirst().path("taskArn").asText();

    aws.pass(300);
    assertThat(aws.view().tasks()).hasSize(1).allMatch(it -> it.healthy());
    ObjectNode last =
        aws.details("ECS Task State Change").stream()
            .filter(it -> it.path("taskArn").asText().equals(old))
            .reduce((_, b) -> b)
            .orElseThrow();
    assertThat(last.path("lastStatus").asText()).isEqualTo("STOPPED");
    assertThat(last.path("stoppedReason").asText()).isEqualTo("Your Spot Task was interrupted.");
    assertThat(last.path("containers").path(0).path("exitCode").asInt()).isEqualTo(137);
  }

  @Test
  void tasks_show_tag_and_digest_once_the_tag_is_resolved() {
    create(EcsOfTests.REGISTRY + "web:v1", "");
    aws.until(() -> aws.view().tasks().size() == 1);
    assertThat(task().path("containers").path(0).path("image").asText())
        .isEqualTo(EcsOfTests.REGISTRY + "web:v1");
    aws.untilRollout("COMPLETED");
    JsonNode container = task().path("containers").path(0);
    assertThat(container.path("image").asText())
        .isEqualTo(EcsOfTests.REGISTRY + "web:v1@" + container.path("imageDigest").asText());
  }

  @Test
  void pull_errors_name_tag_and_digest() {
    create(EcsOfTests.REGISTRY + "web:v1", "");
    aws.untilRollout("COMPLETED");
    String digest = task().path("containers").path(0).path("imageDigest").asText();
    aws.ecr("BatchDeleteImage", "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'v1'}]}");
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'desiredCount': 2}");
    aws.pass(120);
    assertThat(aws.messages())
        .contains(
            "(service web) was unable to place a task. Reason: CannotPullContainerError: pull image"
                + " manifest has been retried 7 time(s): failed to resolve ref "
                + EcsOfTests.REGISTRY
                + "web:v1@"
                + digest
                + ": not found.");
  }

  @Test
  void of_an_index_the_digest_is_its_own_or_the_platforms() {
    String child = aws.push("web", "child", Map.of("platform", "linux"));
    String index = index(child);
    create(EcsOfTests.REGISTRY + "web:index", "");
    aws.untilRollout("COMPLETED");
    assertThat(task().path("containers").path(0).path("imageDigest").asText()).isEqualTo(index);

    aws.ecs.showPlatformDigests(true);
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'forceNewDeployment': true}");
    aws.untilRollout("COMPLETED");
    JsonNode container = task().path("containers").path(0);
    assertThat(container.path("imageDigest").asText()).isEqualTo(child);
    assertThat(container.path("image").asText())
        .isEqualTo(EcsOfTests.REGISTRY + "web:index@" + index);
    String revision = aws.serviceDeployment(0).path("targetServiceRevision").path("arn").asText();
    JsonNode images =
        aws.ecs("DescribeServiceRevisions", "{'serviceRevisionArns': ['" + revision + "']}")
            .path("serviceRevisions")
            .path(0)
            .path("containerImages");
    assertThat(images.path(0).path("imageDigest").asText()).isEqualTo(child);
  }

  private String index(String child) {
    ObjectNode manifest =
        SingleQuotes.json(
            """
            {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
             'manifests': [{'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 7,
               'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'amd64'}}]}
            """
                .formatted(child));
    ObjectNode input =
        SingleQuotes.json("{'repositoryName': 'web', 'imageTag': 'index'}")
            .put("imageManifest", manifest.toString());
    return aws.ecr("PutImage", input.toString())
        .path("image")
        .path("imageId")
        .path("imageDigest")
        .asText();
  }

  @Test
  void protected_tasks_are_not_stopped_by_a_deployment_until_protection_ends() {
    create(EcsOfTests.REGISTRY + "web:v1", "");
    aws.untilRollout("COMPLETED");
    String arn = task().path("taskArn").asText();
    JsonNode answer =
        aws.ecs(
            "UpdateTaskProtection",
            "{'cluster': 'main', 'tasks': ['%s'], 'protectionEnabled': true, 'expiresInMinutes': 30}"
                .formatted(arn));
    assertThat(answer.path("protectedTasks").path(0).path("protectionEnabled").asBoolean())
        .isTrue();
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'forceNewDeployment': true}");
    aws.pass(20 * 60);
    assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
    assertThat(aws.view().tasks()).hasSize(2);
    assertThat(aws.untilRollout("COMPLETED")).isTrue();
    assertThat(aws.view().tasks()).hasSize(1).noneMatch(it -> arn.endsWith(it.id()));
  }
}
