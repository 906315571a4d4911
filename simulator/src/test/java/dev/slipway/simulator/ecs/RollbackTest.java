package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollbackTest {
  static final String WITH_ROLLBACK =
      "'deploymentConfiguration': {'deploymentCircuitBreaker': {'enable': true, 'rollback': true}}";
  static final String WITHOUT_ROLLBACK =
      "'deploymentConfiguration': {'deploymentCircuitBreaker': {'enable': true, 'rollback':"
          + " false}}";

  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void anImageThatWorksAndOneThatDoesNot() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    aws.push("web", "good", Map.of());
    aws.push("web", "bad", Map.of("slipway.simulator/exit-code", "1"));
    aws.register("web", EcsOfTests.REGISTRY + "web:good");
    aws.register("web", EcsOfTests.REGISTRY + "web:bad");
    aws.register("web", EcsOfTests.REGISTRY + "web:good", ", 'stopTimeout': 3");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  void created(String taskDefinition, String more) {
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': 'web', 'desiredCount': 2, 'taskDefinition': '%s', %s}"
            .formatted(taskDefinition, more));
  }

  void update(String taskDefinition) {
    aws.ecs(
        "UpdateService",
        "{'cluster': 'main', 'service': 'web', 'taskDefinition': '" + taskDefinition + "'}");
  }

  void createdOnFargate() {
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'desiredCount': 1, 'taskDefinition': '%s',
         'launchType': 'FARGATE',
         'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}}, %s}
        """
            .formatted(fargate("good"), WITH_ROLLBACK));
  }

  String fargate(String tag) {
    return Arns.lastPart(
        aws.ecs(
                "RegisterTaskDefinition",
                """
                {'family': 'fargate', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
                 'requiresCompatibilities': ['FARGATE'],
                 'executionRoleArn': 'arn:aws:iam::123456789012:role/e',
                 'containerDefinitions': [{'name': 'app', 'image': '%sweb:%s'}]}
                """
                    .formatted(EcsOfTests.REGISTRY, tag))
            .path("taskDefinition")
            .path("taskDefinitionArn")
            .asText());
  }

  List<String> rolloutEvents() {
    return aws.details("ECS Deployment State Change").stream()
        .map(it ->
            it.path("eventName").asText().substring("SERVICE_DEPLOYMENT_".length())
                + " "
                + it.path("deploymentId").asText())
        .toList();
  }

  @Nested
  class The_circuit_breaker {
    @Test
    void rolls_back_to_the_last_completed_deployment_and_reuses_its_id() {
      created("web:1", WITH_ROLLBACK);
      aws.untilRollout("COMPLETED");
      String good = aws.deployment(0).path("id").asText();
      aws.events.clear();
      update("web:2");
      String bad = aws.deployment(0).path("id").asText();
      assertThat(aws.until(() -> aws.deployment(0).path("id").asText().equals(good))).isTrue();

      ObjectNode service = aws.web();
      assertThat(service.path("taskDefinition").asText()).endsWith("web:1");
      JsonNode primary = service.path("deployments").path(0);
      assertThat(primary.path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
      assertThat(primary.path("rolloutStateReason").asText())
          .isEqualTo("ECS deployment circuit breaker: rolling back to deploymentId " + good);
      JsonNode failed = service.path("deployments").path(1);
      assertThat(failed.path("id").asText()).isEqualTo(bad);
      assertThat(failed.path("status").asText()).isEqualTo("ACTIVE");
      assertThat(failed.path("rolloutState").asText()).isEqualTo("FAILED");
      assertThat(failed.path("rolloutStateReason").asText())
          .isEqualTo("ECS deployment circuit breaker: tasks failed to start.");
      assertThat(failed.path("failedTasks").asInt()).isGreaterThanOrEqualTo(3);
      assertThat(aws.serviceDeployment(0).path("status").asText())
          .isEqualTo("ROLLBACK_IN_PROGRESS");

      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.web().path("deployments")).hasSize(1);
      assertThat(rolloutEvents())
          .containsExactly(
              "IN_PROGRESS " + bad, "FAILED " + bad, "IN_PROGRESS " + good, "COMPLETED " + good);
      JsonNode record = aws.serviceDeployment(0);
      assertThat(record.path("status").asText()).isEqualTo("ROLLBACK_SUCCESSFUL");
      assertThat(record.path("statusReason").asText())
          .isEqualTo(
              "Service deployment rolled back because the circuit breaker threshold was exceeded.");
      assertThat(record.path("targetServiceRevision").path("arn").asText())
          .endsWith(bad.substring("ecs-svc/".length()));
      assertThat(record.path("rollback").path("serviceRevisionArn").asText())
          .endsWith(good.substring("ecs-svc/".length()));
      assertThat(record.path("deploymentCircuitBreaker"))
          .isEqualTo(json("{'status': 'TRIGGERED', 'failureCount': 3, 'threshold': 3}"));
      assertThat(
              aws.ecs("ListServiceDeployments", "{'cluster': 'main', 'service': 'web'}")
                  .path("serviceDeployments"))
          .as("a rollback is no service deployment of its own")
          .hasSize(2);
      assertThat(aws.messages())
          .containsSubsequence(
              "(service web) (deployment " + bad + ") deployment failed: tasks failed to start.",
              "(service web) rolling back to deployment " + good + ".",
              "(service web) (deployment " + good + ") deployment completed.",
              "(service web) has reached a steady state.");
    }

    @Test
    void restores_the_capacity_that_the_failed_rollout_took() {
      created(
          "web:1",
          """
          'deploymentConfiguration': {'minimumHealthyPercent': 50, 'maximumPercent': 100,
            'deploymentCircuitBreaker': {'enable': true, 'rollback': true}}
          """);
      aws.untilRollout("COMPLETED");
      update("web:2");
      aws.pass(10);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.view().tasks())
          .hasSize(2)
          .allMatch(it -> it.taskDefinition().equals("web:1") && it.healthy());
    }

    @Test
    void without_rollback_leaves_the_failed_deployment_and_the_old_tasks() {
      created("web:1", WITHOUT_ROLLBACK);
      aws.untilRollout("COMPLETED");
      update("web:2");
      assertThat(aws.untilRollout("FAILED")).isTrue();
      aws.pass(600);
      assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("FAILED");
      assertThat(aws.view().tasks())
          .hasSize(2)
          .allMatch(it -> it.taskDefinition().equals("web:1") && it.healthy());
      assertThat(aws.serviceDeployment(0).path("status").asText()).isEqualTo("STOPPED");

      update("web:3");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.view().tasks()).hasSize(2).allMatch(it -> it.taskDefinition().equals("web:3"));
    }

    @Test
    void has_nothing_to_roll_back_to_for_a_first_deployment() {
      created("web:2", WITH_ROLLBACK);
      assertThat(aws.untilRollout("FAILED")).isTrue();
      int events = aws.events.size();
      aws.pass(600);
      assertThat(aws.deployment(0).path("status").asText()).isEqualTo("PRIMARY");
      assertThat(aws.view().tasks()).isEmpty();
      JsonNode record = aws.serviceDeployment(0);
      assertThat(record.path("status").asText()).isEqualTo("ROLLBACK_FAILED");
      assertThat(record.path("statusReason").asText())
          .isEqualTo("No rollback candidate was found to run the rollback.");
      assertThat(record.path("rollback").path("reason").asText())
          .isEqualTo(
              "Service deployment rolled back because the circuit breaker threshold was exceeded.");
      assertThat(record.path("rollback").has("serviceRevisionArn")).isFalse();
      assertThat(aws.events.size() - events).as("starts nothing any more").isLessThan(10);
    }

    @Test
    void can_roll_back_to_a_revision_that_was_deregistered() {
      created("web:1", WITH_ROLLBACK);
      aws.untilRollout("COMPLETED");
      update("web:2");
      aws.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:1'}");
      aws.pass(10);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:1");
    }

    @Test
    void fails_the_rollback_if_the_old_image_fails_too() {
      created(
          "web:1",
          """
          'deploymentConfiguration': {'minimumHealthyPercent': 0, 'maximumPercent': 100,
            'deploymentCircuitBreaker': {'enable': true, 'rollback': true}}
          """);
      aws.untilRollout("COMPLETED");
      String good = aws.deployment(0).path("id").asText();
      aws.ecr("BatchDeleteImage", "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'good'}]}");
      update("web:2");
      assertThat(
              aws.until(
                  () -> aws.serviceDeployment(0).path("status").asText().equals("ROLLBACK_FAILED")))
          .isTrue();
      assertThat(aws.deployment(0).path("id").asText()).isEqualTo(good);
      assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("FAILED");
      assertThat(aws.serviceDeployment(0).path("statusReason").asText())
          .isEqualTo("No rollback candidate was found to run the rollback.");
    }

    @Test
    void may_show_the_failed_deployment_as_in_progress_for_a_while() {
      aws.ecs.hideFailures(Duration.ofSeconds(8));
      createdOnFargate();
      aws.untilRollout("COMPLETED");
      String good = aws.deployment(0).path("id").asText();
      update(fargate("bad"));
      String bad = aws.deployment(0).path("id").asText();
      aws.until(() -> aws.deployment(0).path("id").asText().equals(good));
      JsonNode failed = aws.deployment(1);
      assertThat(failed.path("id").asText()).isEqualTo(bad);
      assertThat(failed.path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
      assertThat(failed.path("rolloutStateReason").asText())
          .isEqualTo("ECS deployment " + bad + " in progress.");
      assertThat(rolloutEvents()).contains("FAILED " + bad);
      assertThat(aws.serviceDeployment(0).path("status").asText())
          .isEqualTo("ROLLBACK_IN_PROGRESS");
      aws.pass(9);
      assertThat(aws.deployment(1).path("rolloutState").asText()).isEqualTo("FAILED");
    }

    /** As in the run of 2026-09-24 (aws-ecs-bedrock-devsecops): desired 1, exits at once. */
    @Test
    void trips_five_seconds_after_the_fourth_start_when_tasks_crash_at_once() {
      createdOnFargate();
      aws.untilRollout("COMPLETED");
      aws.events.clear();
      update(fargate("bad"));
      aws.until(() -> !aws.serviceDeployment(0).path("rollback").isMissingNode());

      List<Instant> starts =
          aws.events.stream()
              .filter(it -> it.detail().path("lastStatus").asText().equals("PROVISIONING"))
              .map(EcsOfTests.Event::time)
              .toList();
      assertThat(starts).hasSize(4);
      for (int i = 1; i < 4; i++) {
        assertThat(Duration.between(starts.get(i - 1), starts.get(i))).hasSeconds(50);
      }
      assertThat(Duration.between(starts.get(3), aws.world.now())).hasSeconds(5);
    }

    @Test
    void has_no_target_for_a_deployment_that_began_during_a_rollback() {
      created(
          "web:1",
          WITH_ROLLBACK.replace(
              "'deploymentCircuitBreaker'",
              "'minimumHealthyPercent': 0, 'maximumPercent': 100, 'deploymentCircuitBreaker'"));
      aws.untilRollout("COMPLETED");
      update("web:2");
      aws.until(
          () -> aws.serviceDeployment(0).path("status").asText().equals("ROLLBACK_IN_PROGRESS"));
      String again = aws.register("web", EcsOfTests.REGISTRY + "web:bad");
      update(again);
      assertThat(aws.serviceDeployment(1).path("status").asText()).isEqualTo("ROLLBACK_FAILED");
      assertThat(aws.untilRollout("FAILED")).isTrue();
      assertThat(aws.web().path("taskDefinition").asText()).endsWith(again);
    }

    @Test
    void is_not_tripped_by_tasks_that_die_after_they_were_healthy() {
      aws.push("web", "late", Map.of("slipway.simulator/exit-after", "60"));
      String late = aws.register("web", EcsOfTests.REGISTRY + "web:late");
      created("web:1", WITH_ROLLBACK);
      aws.untilRollout("COMPLETED");
      update(late);
      aws.pass(3600);
      assertThat(rolloutEvents()).noneMatch(it -> it.startsWith("FAILED"));
    }

    @Test
    void counts_images_that_cannot_be_pulled_though_slowly() {
      created("web:1", WITH_ROLLBACK);
      aws.untilRollout("COMPLETED");
      long begun = aws.world.now().getEpochSecond();
      update(aws.register("web", EcsOfTests.REGISTRY + "web:missing"));
      aws.pass(1);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:1");
      assertThat(aws.world.now().getEpochSecond() - begun).isBetween(120L, 900L);
    }

    @ParameterizedTest(name = "resetOnHealthyTask {0}")
    @ValueSource(booleans = {true, false})
    void counts_on_or_anew_when_a_task_becomes_healthy(boolean reset) {
      created(
          "web:1",
          """
          'deploymentConfiguration': {'deploymentCircuitBreaker': {'enable': true,
            'resetOnHealthyTask': %s, 'thresholdConfiguration': {'type': 'COUNT', 'value': 9}}}
          """
              .formatted(reset));
      aws.untilRollout("COMPLETED");
      String floating =
          aws.register(
              "web", EcsOfTests.REGISTRY + "web:bad", ", 'versionConsistency': 'disabled'");
      update(floating);
      aws.until(() -> aws.deployment(0).path("failedTasks").asInt() >= 2);
      // the tag works from now on
      aws.push("web", "bad", Map.of());
      aws.until(() -> aws.view().deployments().getFirst().healthy() > 0);
      assertThat(aws.deployment(0).path("failedTasks").asInt()).isZero();
      int failures =
          aws.serviceDeployment(0).path("deploymentCircuitBreaker").path("failureCount").asInt();
      assertThat(failures > 0).isEqualTo(!reset);
    }
  }

  @Nested
  class On_request {
    @Test
    void rolls_back_without_a_circuit_breaker() {
      created("web:1", "'launchType': 'EC2'");
      aws.untilRollout("COMPLETED");
      String good = aws.deployment(0).path("id").asText();
      update("web:2");
      aws.pass(20);
      String arn = aws.web().path("currentServiceDeployment").asText();
      ObjectNode answer =
          aws.ecs(
              "StopServiceDeployment",
              "{'serviceDeploymentArn': '" + arn + "', 'stopType': 'ROLLBACK'}");
      assertThat(answer).isEqualTo(json("{'serviceDeploymentArn': '" + arn + "'}"));
      assertThat(aws.deployment(0).path("id").asText()).isEqualTo(good);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.serviceDeployment(0).path("status").asText()).isEqualTo("ROLLBACK_SUCCESSFUL");
      assertThat(rolloutEvents()).noneMatch(it -> it.startsWith("FAILED"));
      assertThatThrownBy(
              () -> aws.ecs("StopServiceDeployment", "{'serviceDeploymentArn': '" + arn + "'}"))
          .isInstanceOfSatisfying(
              AwsError.class, it -> assertThat(it.code()).isEqualTo("ConflictException"));
    }

    @Test
    void needs_a_service_deployment_that_exists() {
      created("web:1", "'launchType': 'EC2'");
      assertThatThrownBy(() ->
              aws.ecs(
                  "StopServiceDeployment",
                  "{'serviceDeploymentArn':"
                      + " 'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/x'}"))
          .isInstanceOfSatisfying(
              AwsError.class,
              it -> assertThat(it.code()).isEqualTo("ServiceDeploymentNotFoundException"));
    }
  }

  @Nested
  class On_an_alarm {
    static final String WITH_ALARM =
        "'deploymentConfiguration': {'alarms': {'alarmNames': ['5xx'], 'enable': true,"
            + " 'rollback': true}}";

    @Test
    void rolls_back() {
      created("web:1", WITH_ALARM);
      aws.untilRollout("COMPLETED");
      update("web:3");
      aws.pass(30);
      aws.ecs.alarm("5xx", true);
      assertThat(aws.web().path("taskDefinition").asText()).as("not noticed yet").endsWith("web:3");
      aws.pass(21);
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:1");
      assertThat(aws.messages())
          .anyMatch(it -> it.endsWith(") deployment failed: alarm detected."));
      aws.untilRollout("COMPLETED");
      JsonNode record = aws.serviceDeployment(0);
      assertThat(record.path("status").asText()).isEqualTo("ROLLBACK_SUCCESSFUL");
      assertThat(record.path("alarms"))
          .isEqualTo(
              json(
                  "{'status': 'TRIGGERED', 'alarmNames': ['5xx'], 'triggeredAlarmNames':"
                      + " ['5xx']}"));
      assertThat(rolloutEvents()).anyMatch(it -> it.startsWith("FAILED"));
    }

    @Test
    void that_is_over_before_ecs_asks_changes_nothing() {
      created("web:1", WITH_ALARM);
      aws.untilRollout("COMPLETED");
      update("web:3");
      aws.ecs.alarm("5xx", true);
      aws.pass(5);
      aws.ecs.alarm("5xx", false);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:3");
    }

    @Test
    void is_absent_from_a_service_deployment_without_alarms() {
      created("web:1", "'launchType': 'EC2'");
      assertThat(aws.serviceDeployment(0).path("alarms")).isEqualTo(json("{'status': 'DISABLED'}"));
    }

    @Test
    void that_was_in_alarm_before_is_ignored() {
      created("web:1", WITH_ALARM);
      aws.untilRollout("COMPLETED");
      aws.ecs.alarm("5xx", true);
      update("web:3");
      aws.pass(30);
      aws.ecs.alarm("5xx", true);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:3");
    }

    @Test
    void is_watched_for_a_while_after_the_old_tasks_are_gone() {
      created("web:1", WITH_ALARM);
      aws.untilRollout("COMPLETED");
      update("web:3");
      aws.until(
          () -> aws.view().tasks().stream().allMatch(it -> it.taskDefinition().equals("web:3")));
      aws.pass(60);
      assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
    }
  }

  @Nested
  class For_another_reason {
    static final String HOOK =
        "Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. Lifecycle"
            + " hook target arn:aws:lambda:us-east-1:123456789012:function:hook returned FAILED"
            + " status.";

    @Test
    void a_lifecycle_hook_that_refuses() {
      created("web:1", "'launchType': 'EC2'");
      aws.untilRollout("COMPLETED");
      update("web:3");
      aws.pass(5);
      aws.ecs.failDeployment(
          "main",
          "web",
          DeploymentFailure.lifecycleHook(
              "PRE_SCALE_UP",
              "Lifecycle hook target arn:aws:lambda:us-east-1:123456789012:function:hook returned"
                  + " FAILED status."));
      assertThat(aws.messages()).anyMatch(it -> it.endsWith("deployment failed: " + HOOK));
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:1");
      JsonNode record = aws.serviceDeployment(0);
      assertThat(record.path("status").asText()).isEqualTo("ROLLBACK_SUCCESSFUL");
      assertThat(record.path("statusReason").asText()).isEqualTo(HOOK);
    }

    @Test
    void a_networking_configuration_that_does_not_fit() {
      created("web:1", "'launchType': 'EC2'");
      aws.pass(5);
      aws.ecs.failDeployment(
          "main", "web", DeploymentFailure.networking("One or more rules not found"));
      JsonNode record = aws.serviceDeployment(0);
      assertThat(record.path("status").asText()).isEqualTo("ROLLBACK_FAILED");
      assertThat(record.path("rollback").path("reason").asText())
          .isEqualTo(
              "Service deployment rolled back because of invalid networking configuration. One or"
                  + " more rules not found");
    }
  }
}
