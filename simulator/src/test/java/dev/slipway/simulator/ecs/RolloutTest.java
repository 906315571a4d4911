package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RolloutTest {
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void anImageAndItsTaskDefinition() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    aws.push("web", "v1", Map.of());
    aws.push("web", "v2", Map.of());
    aws.register("web", EcsOfTests.REGISTRY + "web:v1");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  void create(String more) {
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web:1' " + more + "}");
  }

  void created(String more) {
    create(more);
    assertThat(aws.untilRollout("COMPLETED")).isTrue();
    aws.events.clear();
    aws.journal.clear();
  }

  ObjectNode update(String members) {
    return aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', " + members + "}");
  }

  String v2() {
    return aws.register("web", EcsOfTests.REGISTRY + "web:v2");
  }

  /** The largest and the smallest number of tasks alive, and of healthy ones, seen so far. */
  final class Watch {
    int mostAlive;
    int fewestHealthy = Integer.MAX_VALUE;
    final TreeSet<String> states = new TreeSet<>();

    Watch() {
      aws.onEvent =
          () -> {
            List<ServiceView.TaskView> tasks = aws.view().tasks();
            int alive = (int) tasks.stream().filter(ServiceView.TaskView::desiredToRun).count();
            int healthy = (int) tasks.stream().filter(ServiceView.TaskView::healthy).count();
            mostAlive = Math.max(mostAlive, alive);
            fewestHealthy = Math.min(fewestHealthy, healthy);
          };
    }
  }

  @Nested
  class A_new_service {
    @Test
    void is_answered_before_anything_happens() {
      ObjectNode service =
          (ObjectNode)
              aws.ecs(
                      "CreateService",
                      "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web',"
                          + " 'desiredCount': 2}")
                  .path("service");
      assertThat(service.path("desiredCount").asInt()).isEqualTo(2);
      assertThat(service.path("status").asText()).isEqualTo("ACTIVE");
      assertThat(service.path("events")).isEmpty();
      assertThat(service.has("currentServiceDeployment")).isFalse();
      JsonNode deployment = service.path("deployments").path(0);
      assertThat(deployment.path("id").asText()).matches("ecs-svc/\\d{19}");
      assertThat(deployment.path("status").asText()).isEqualTo("PRIMARY");
      assertThat(deployment.path("desiredCount").asInt()).isZero();
      assertThat(deployment.path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
      assertThat(deployment.path("rolloutStateReason").asText())
          .isEqualTo("ECS deployment " + deployment.path("id").asText() + " in progress.");
      assertThat(service.path("currentServiceRevisions").path(0).path("arn").asText())
          .endsWith(deployment.path("id").asText().substring("ecs-svc/".length()));
    }

    @Test
    void completes_when_its_tasks_count_as_healthy() {
      create(", 'desiredCount': 2");
      aws.until(() -> aws.web().path("runningCount").asInt() == 2);
      long running = aws.world.now().getEpochSecond();
      assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.world.now().getEpochSecond() - running).isBetween(45L, 47L);
      String id = aws.deployment(0).path("id").asText();
      assertThat(aws.deployment(0).path("rolloutStateReason").asText())
          .isEqualTo("ECS deployment " + id + " completed.");
      assertThat(aws.messages()).last().isEqualTo("(service web) has reached a steady state.");
      assertThat(aws.messages())
          .contains("(service web) (deployment " + id + ") deployment completed.");
    }

    @Test
    void with_desired_count_zero_completes_without_tasks() {
      create(", 'desiredCount': 0");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.details("ECS Task State Change")).isEmpty();
    }

    @Test
    void that_can_never_become_healthy_stays_in_progress_without_a_circuit_breaker() {
      aws.push("web", "bad", Map.of("slipway.simulator/exit-code", "1"));
      aws.register("bad", EcsOfTests.REGISTRY + "web:bad");
      aws.ecs(
          "CreateService",
          "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'bad', 'desiredCount': 1}");
      aws.pass(3600);
      assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("IN_PROGRESS");
      assertThat(aws.deployment(0).path("failedTasks").asInt()).isGreaterThan(20);
    }
  }

  @Nested
  class An_update {
    @Test
    void moves_the_service_and_is_complete_when_the_old_tasks_are_gone() {
      created(", 'desiredCount': 2");
      update("'taskDefinition': '" + v2() + "'");
      assertThat(aws.deployment(0).path("status").asText()).isEqualTo("PRIMARY");
      assertThat(aws.deployment(1).path("status").asText()).isEqualTo("ACTIVE");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.view().tasks())
          .hasSize(2)
          .allMatch(it -> it.taskDefinition().equals("web:2") && it.healthy());
      assertThat(aws.web().path("deployments")).hasSize(1);
      assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:2");
      assertThat(aws.journal)
          .contains("web: rollout of web:2 has begun", "web: starts 2 tasks of web:2")
          .anyMatch(it -> it.matches("web: rollout of web:2 completed in \\d+ s"))
          .anyMatch(it -> it.matches("web: task [0-9a-f]{6}… of web:2 is RUNNING"));
    }

    @Test
    void keeps_all_healthy_and_doubles_at_most_by_default() {
      created(", 'desiredCount': 4");
      Watch watch = new Watch();
      update("'taskDefinition': '" + v2() + "'");
      aws.untilRollout("COMPLETED");
      assertThat(watch.mostAlive).isEqualTo(8);
      assertThat(watch.fewestHealthy).isEqualTo(4);
    }

    @Test
    void with50_and100_stops_half_first() {
      created(
          ", 'desiredCount': 4, 'deploymentConfiguration': {'minimumHealthyPercent': 50,"
              + " 'maximumPercent': 100}");
      Watch watch = new Watch();
      update("'taskDefinition': '" + v2() + "'");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(watch.mostAlive).isEqualTo(4);
      assertThat(watch.fewestHealthy).isEqualTo(2);
    }

    @Test
    void with100_and100_stalls_and_says_so() {
      created(
          ", 'desiredCount': 2, 'deploymentConfiguration': {'minimumHealthyPercent': 100,"
              + " 'maximumPercent': 100}");
      update("'taskDefinition': '" + v2() + "'");
      assertThat(aws.untilRollout("COMPLETED")).isFalse();
      assertThat(aws.messages())
          .last()
          .asString()
          .contains("minimumHealthyPercent or maximumPercent");
      update("'deploymentConfiguration': {'maximumPercent': 200}");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
    }

    @Test
    void to_the_same_task_definition_starts_no_deployment() {
      created(", 'desiredCount': 1");
      update("'taskDefinition': 'web:1'");
      aws.pass(600);
      assertThat(aws.details("ECS Deployment State Change")).isEmpty();
      assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("COMPLETED");
    }

    @Test
    void that_is_forced_starts_one() {
      created(", 'desiredCount': 1");
      String before = aws.deployment(0).path("id").asText();
      update("'forceNewDeployment': true");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.deployment(0).path("id").asText()).isNotEqualTo(before);
    }

    @Test
    void of_the_deployment_configuration_alone_starts_none() {
      created(", 'desiredCount': 1");
      update(
          "'deploymentConfiguration': {'maximumPercent': 150, 'newerThanTheSimulator': {'x': 1}}");
      JsonNode configuration = aws.web().path("deploymentConfiguration");
      assertThat(configuration.path("maximumPercent").asInt()).isEqualTo(150);
      assertThat(configuration.path("minimumHealthyPercent").asInt()).isEqualTo(100);
      assertThat(configuration.path("newerThanTheSimulator").path("x").asInt()).isEqualTo(1);
      assertThat(aws.web().path("deployments")).hasSize(1);
    }

    @Test
    void of_the_desired_count_scales_without_a_deployment() {
      created(", 'desiredCount': 1");
      update("'desiredCount': 3");
      assertThat(aws.until(() -> aws.view().tasks().stream().filter(t -> t.healthy()).count() == 3))
          .isTrue();
      update("'desiredCount': 1");
      assertThat(aws.until(() -> aws.view().tasks().size() == 1)).isTrue();
      assertThat(aws.details("ECS Deployment State Change")).isEmpty();
    }

    @Test
    void while_another_is_under_way_replaces_it() {
      created(", 'desiredCount': 2");
      update("'taskDefinition': '" + v2() + "'");
      aws.pass(10);
      String third = v2();
      update("'taskDefinition': '" + third + "'");
      assertThat(aws.web().path("deployments")).hasSize(3);
      assertThat(aws.serviceDeployment(1).path("status").asText()).isEqualTo("STOPPED");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.view().tasks()).hasSize(2).allMatch(it -> it.taskDefinition().equals(third));
      assertThat(aws.details("ECS Deployment State Change"))
          .extracting(it -> it.path("eventName").asText())
          .containsExactly(
              "SERVICE_DEPLOYMENT_IN_PROGRESS",
              "SERVICE_DEPLOYMENT_IN_PROGRESS",
              "SERVICE_DEPLOYMENT_COMPLETED");
    }

    @Test
    void replaces_an_old_task_that_dies_by_one_of_its_own_revision() {
      created(", 'desiredCount': 2");
      String dying = aws.view().tasks().getFirst().id();
      update("'taskDefinition': '" + v2() + "'");
      aws.pass(5);
      aws.ecs("StopTask", "{'cluster': 'main', 'task': '" + dying + "'}");
      aws.pass(5);
      assertThat(aws.view().tasks())
          .filteredOn(it -> it.taskDefinition().equals("web:1") && it.desiredToRun())
          .hasSize(2);
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.view().tasks()).allMatch(it -> it.taskDefinition().equals("web:2"));
    }
  }

  @Nested
  class Health_checks {
    static final String CHECK =
        ", 'healthCheck': {'command': ['CMD', 'x'], 'interval': 10, 'retries': 3}";

    @Test
    void of_a_container_decide_when_a_task_counts() {
      aws.push("web", "slow", Map.of("slipway.simulator/healthy-after", "17"));
      aws.register("slow", EcsOfTests.REGISTRY + "web:slow", CHECK);
      aws.ecs(
          "CreateService",
          "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'slow', 'desiredCount': 1}");
      aws.until(() -> aws.web().path("runningCount").asInt() == 1);
      long running = aws.world.now().getEpochSecond();
      aws.untilRollout("COMPLETED");
      assertThat(aws.world.now().getEpochSecond() - running).isBetween(22L, 24L);
      assertThat(task().path("healthStatus").asText()).isEqualTo("HEALTHY");
    }

    @Test
    void that_fail_replace_the_task() {
      created(", 'desiredCount': 1");
      aws.push("web", "sick", Map.of("slipway.simulator/health", "unhealthy"));
      String sick = aws.register("web", EcsOfTests.REGISTRY + "web:sick", CHECK);
      update("'taskDefinition': '" + sick + "'");
      assertThat(aws.until(() -> aws.deployment(0).path("failedTasks").asInt() == 1)).isTrue();
      assertThat(aws.messages())
          .anyMatch(it -> it.endsWith("failed container health checks."))
          .anyMatch(it -> it.endsWith("replaced 1 tasks due to an unhealthy status."));
      JsonNode stopped =
          aws.details("ECS Task State Change").stream()
              .filter(it -> it.has("stoppedReason"))
              .findFirst()
              .orElseThrow();
      assertThat(stopped.path("stoppedReason").asText())
          .isEqualTo("Task failed container health checks");
      assertThat(stopped.path("stopCode").asText()).isEqualTo("ServiceSchedulerInitiated");
    }

    @Test
    void that_fail_are_ignored_during_the_grace_period() {
      aws.push("web", "sick", Map.of("slipway.simulator/health", "unhealthy"));
      aws.register("sick", EcsOfTests.REGISTRY + "web:sick", CHECK);
      aws.ecs(
          "CreateService",
          "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'sick', 'desiredCount': 1,"
              + " 'healthCheckGracePeriodSeconds': 600}");
      aws.pass(500);
      assertThat(aws.view().tasks()).singleElement().matches(it -> !it.unhealthy());
      aws.pass(200);
      assertThat(aws.messages()).anyMatch(it -> it.endsWith("failed container health checks."));
    }

    @Test
    void of_a_load_balancer_decide_too() {
      String port = ", 'portMappings': [{'containerPort': 80}]";
      aws.push("web", "sick", Map.of("slipway.simulator/health", "unhealthy"));
      String well = aws.register("behind", EcsOfTests.REGISTRY + "web:v1", port);
      String sick = aws.register("behind", EcsOfTests.REGISTRY + "web:sick", port);
      aws.ecs(
          "CreateService",
          """
          {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': '%s', 'desiredCount': 1,
           'loadBalancers': [{'targetGroupArn': 'arn:tg', 'containerName': 'app', 'containerPort': 80}]}
          """
              .formatted(well));
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
      assertThat(aws.messages())
          .contains("(service web) registered 1 targets in (target-group arn:tg)");
      update("'taskDefinition': '" + sick + "'");
      assertThat(
              aws.until(() ->
                  aws.messages().stream()
                      .anyMatch(it ->
                          it.endsWith(
                              ") (port 80) is unhealthy in (target-group arn:tg) due to (reason"
                                  + " Health checks failed with these codes: [503])."))))
          .isTrue();
    }

    private JsonNode task() {
      String arn =
          aws.ecs("ListTasks", "{'cluster': 'main', 'serviceName': 'web'}")
              .path("taskArns")
              .path(0)
              .asText();
      return aws.ecs("DescribeTasks", "{'cluster': 'main', 'tasks': ['" + arn + "']}")
          .path("tasks")
          .path(0);
    }
  }

  @Nested
  class Images {
    @Test
    void of_a_tag_that_moves_stay_what_they_were_for_that_revision() {
      create(", 'desiredCount': 1");
      aws.untilRollout("COMPLETED");
      String first = digest(0);
      aws.push("web", "v1", Map.of("is", "another image now"));
      update("'desiredCount': 2");
      aws.until(() -> aws.view().tasks().stream().filter(it -> it.healthy()).count() == 2);
      assertThat(digest(1)).isEqualTo(first);
      JsonNode revision =
          aws.ecs(
                  "DescribeServiceRevisions",
                  "{'serviceRevisionArns': ['%s']}"
                      .formatted(
                          aws.web().path("currentServiceRevisions").path(0).path("arn").asText()))
              .path("serviceRevisions")
              .path(0);
      assertThat(revision.path("containerImages").path(0).path("imageDigest").asText())
          .isEqualTo(first);
      update("'forceNewDeployment': true");
      aws.untilRollout("COMPLETED");
      assertThat(digest(0)).isNotEqualTo(first);
    }

    @Test
    void that_cannot_be_pulled_keep_tasks_from_starting() {
      created(", 'desiredCount': 1");
      String missing = aws.register("web", EcsOfTests.REGISTRY + "web:nowhere");
      update("'taskDefinition': '" + missing + "'");
      aws.pass(3600);
      List<ObjectNode> stopped =
          aws.details("ECS Task State Change").stream()
              .filter(it -> it.path("lastStatus").asText().equals("STOPPED"))
              .toList();
      assertThat(stopped)
          .allMatch(it -> it.path("stopCode").asText().equals("TaskFailedToStart"))
          .allMatch(it -> it.path("stoppedReason").asText().startsWith("CannotPullContainerError"));
      assertThat(stopped.size()).as("throttled: tries in an hour").isBetween(4, 12);
      assertThat(aws.messages())
          .contains("(service web) is unable to consistently start tasks successfully.");
      assertThat(aws.view().tasks())
          .filteredOn(ServiceView.TaskView::healthy)
          .as("the old task serves on")
          .hasSize(1);
    }

    @Test
    void from_elsewhere_run() {
      String elsewhere = aws.register("web", "public.ecr.aws/nginx/nginx:1.27");
      aws.ecs(
          "CreateService",
          "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': '"
              + elsewhere
              + "', 'desiredCount': 1}");
      assertThat(aws.untilRollout("COMPLETED")).isTrue();
    }

    private String digest(int task) {
      return String.valueOf(aws.view().tasks().get(task).containers().getFirst().digest());
    }
  }

  @Test
  void a_daemon_service_runs_one_task_on_each_instance_and_stops_before_it_starts() {
    created(", 'schedulingStrategy': 'DAEMON'");
    assertThat(aws.web().path("desiredCount").asInt()).isEqualTo(2);
    Watch watch = new Watch();
    update("'taskDefinition': '" + v2() + "'");
    assertThat(aws.untilRollout("COMPLETED")).isTrue();
    assertThat(watch.mostAlive).isEqualTo(2);
    List<ObjectNode> tasks = new java.util.ArrayList<>();
    aws.ecs("ListTasks", "{'cluster': 'main'}")
        .path("taskArns")
        .forEach(arn ->
            tasks.add(
                (ObjectNode)
                    aws.ecs(
                            "DescribeTasks",
                            "{'cluster': 'main', 'tasks': ['" + arn.asText() + "']}")
                        .path("tasks")
                        .path(0)));
    assertThat(tasks)
        .extracting(it -> it.path("containerInstanceArn").asText())
        .doesNotHaveDuplicates();
  }

  @Test
  void a_fargate_task_goes_through_all_its_states() {
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'fargate', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'], 'executionRoleArn': 'arn:aws:iam::123456789012:role/e',
         'containerDefinitions': [{'name': 'app', 'image': '%sweb:v1'}]}
        """
            .formatted(EcsOfTests.REGISTRY));
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'fargate', 'desiredCount': 1,
         'launchType': 'FARGATE',
         'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}}}
        """);
    assertThat(aws.untilRollout("COMPLETED")).isTrue();
    assertThat(aws.deployment(0).path("platformVersion").asText()).isEqualTo("1.4.0");
    assertThat(aws.web().path("platformVersion").asText()).isEqualTo("LATEST");
    update("'desiredCount': 0");
    aws.until(() -> aws.view().tasks().isEmpty());
    List<ObjectNode> details = aws.details("ECS Task State Change");
    assertThat(details)
        .extracting(it -> it.path("lastStatus").asText())
        .containsExactly(
            "PROVISIONING",
            "PENDING",
            "ACTIVATING",
            "RUNNING",
            "STOPPING",
            "DEPROVISIONING",
            "STOPPED");
    assertThat(details)
        .extracting(it -> it.path("version").asInt())
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(details.getLast().path("stoppedReason").asText())
        .isEqualTo(
            "Scaling activity initiated by (deployment "
                + aws.deployment(0).path("id").asText()
                + ")");
  }

  @Test
  void early_success_completes_before_all_tasks_are_healthy() {
    created(", 'desiredCount': 4");
    aws.push("web", "half", Map.of("slipway.simulator/healthy-after", "30"));
    String half = aws.register("web", EcsOfTests.REGISTRY + "web:half", Health_checks.CHECK);
    update(
        """
        'taskDefinition': '%s', 'deploymentConfiguration': {'minimumHealthyPercent': 25,
          'maximumPercent': 125,
          'earlySuccessCriteria': {'enable': true, 'healthyPercent': 50,
                                   'sourceServiceRevisionCleanup': 'DEFERRED'}}
        """
            .formatted(half));
    assertThat(aws.untilRollout("COMPLETED")).isTrue();
    assertThat(aws.view().deployments().getFirst().running()).isLessThanOrEqualTo(4);
    assertThat(
            aws.until(() ->
                aws.view().tasks().size() == 4
                    && aws.view().deployments().getFirst().healthy() == 4))
        .isTrue();
    assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void a_task_that_dies_is_replaced_and_the_service_is_steady_again() {
    created(", 'desiredCount': 1");
    int before = aws.messages().size();
    String id = aws.view().tasks().getFirst().id();
    aws.ecs("StopTask", "{'cluster': 'main', 'task': '" + id + "', 'reason': 'to see'}");
    assertThat(
            aws.until(() ->
                aws.messages().size() > before
                    && aws.messages().getLast().endsWith("has reached a steady state.")))
        .isTrue();
    assertThat(aws.view().tasks()).singleElement().matches(it -> !it.id().equals(id));
    JsonNode stopped =
        aws.ecs("DescribeTasks", "{'cluster': 'main', 'tasks': ['" + id + "']}")
            .path("tasks")
            .path(0);
    assertThat(stopped.path("stopCode").asText()).isEqualTo("UserInitiated");
    assertThat(stopped.path("stoppedReason").asText()).isEqualTo("to see");
    aws.pass(3700);
    assertThat(
            aws.ecs("DescribeTasks", "{'cluster': 'main', 'tasks': ['" + id + "']}")
                .path("failures"))
        .as("forgotten after an hour")
        .hasSize(1);
  }
}
