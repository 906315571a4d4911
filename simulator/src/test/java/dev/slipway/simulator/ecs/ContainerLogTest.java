package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What containers print goes where their log driver sends it. */
class ContainerLogTest {
  private static final String TRACE =
      "Exception in thread \"main\" java.lang.IllegalStateException: no DATABASE_URL\n"
          + "\tat com.example.Main.main(Main.java:7)";

  private final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aCluster() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  private void service(Map<String, String> annotations, String options) {
    String digest = aws.push("web", "v1", annotations);
    aws.register(
        "web",
        EcsOfTests.REGISTRY + "web@" + digest,
        ", 'logConfiguration': {'logDriver': 'awslogs', 'options': {" + options + "}}");
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web:1', 'desiredCount': 1}");
  }

  private JsonNode stoppedTask() {
    aws.until(() -> !list("STOPPED").isEmpty());
    return describe(list("STOPPED").path(0).asText());
  }

  private JsonNode list(String desiredStatus) {
    return aws.ecs(
            "ListTasks",
            "{'cluster': 'main', 'serviceName': 'web', 'desiredStatus': '" + desiredStatus + "'}")
        .path("taskArns");
  }

  private JsonNode describe(String arn) {
    return aws.ecs("DescribeTasks", "{'cluster': 'main', 'tasks': ['" + arn + "']}")
        .path("tasks")
        .path(0);
  }

  private static String stream(JsonNode task, String prefix) {
    return prefix + "/app/" + Arns.lastPart(task.path("taskArn").asText());
  }

  @Test
  void what_it_printed_before_it_crashed_is_in_its_stream() {
    aws.logs.create("/ecs/web", null);
    service(
        Map.of(
            "slipway.simulator/exit-code",
            "1",
            "slipway.simulator/exit-after",
            "3",
            "slipway.simulator/log",
            TRACE),
        "'awslogs-group': '/ecs/web', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix':"
            + " 'web'");

    JsonNode task = stoppedTask();

    assertThat(aws.logs.lines("/ecs/web", stream(task, "web")))
        .containsExactlyElementsOf(TRACE.lines().toList());
  }

  @Test
  void what_runs_prints_when_it_has_started() {
    aws.logs.create("/ecs/web", null);
    service(
        Map.of("slipway.simulator/log", "listening on 8080"),
        "'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web'");
    assertThat(aws.untilRollout("COMPLETED")).isTrue();

    JsonNode task = describe(list("RUNNING").path(0).asText());

    assertThat(aws.logs.lines("/ecs/web", stream(task, "web")))
        .containsExactly("listening on 8080");
  }

  @Test
  void ecs_says_of_a_container_why_it_was_killed() {
    aws.logs.create("/ecs/web", null);
    service(
        Map.of(
            "slipway.simulator/exit-code",
            "137",
            "slipway.simulator/exit-reason",
            "OutOfMemoryError: Container killed due to memory usage"),
        "'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web'");

    JsonNode container = stoppedTask().at("/containers/0");

    assertThat(container.path("exitCode").asInt()).isEqualTo(137);
    assertThat(container.path("reason").asText())
        .isEqualTo("OutOfMemoryError: Container killed due to memory usage");
  }

  @Test
  void without_a_prefix_a_stream_is_named_after_the_container() {
    aws.logs.create("/ecs/web", null);
    service(Map.of("slipway.simulator/log", "hello"), "'awslogs-group': '/ecs/web'");
    assertThat(aws.untilRollout("COMPLETED")).isTrue();

    String id = describe(list("RUNNING").path(0).asText()).at("/containers/0/runtimeId").asText();

    assertThat(aws.logs.lines("/ecs/web", id)).containsExactly("hello");
  }

  @Test
  void without_its_log_group_it_does_not_start() {
    service(Map.of(), "'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web'");

    JsonNode task = stoppedTask();

    assertThat(task.path("stopCode").asText()).isEqualTo("TaskFailedToStart");
    assertThat(task.at("/containers/0/reason").asText())
        .startsWith("CannotStartContainerError: ")
        .contains("The specified log group does not exist.");
  }

  @Test
  void its_log_group_is_created_if_it_says_so() {
    service(
        Map.of("slipway.simulator/log", "hello"),
        "'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web', 'awslogs-create-group':"
            + " 'true'");

    assertThat(aws.untilRollout("COMPLETED")).isTrue();
    assertThat(aws.logs.has("/ecs/web")).isTrue();
  }
}
