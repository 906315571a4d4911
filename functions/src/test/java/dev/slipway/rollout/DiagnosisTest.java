package dev.slipway.rollout;

import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LastWords;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts of ECS are those of its developer guide and of real accounts. */
class DiagnosisTest {
  private static final String IMAGE =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:" + "c".repeat(64);
  private static final String GROUP =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-blue/0f0f0f0f0f0f0f0f";

  private final List<StoppedTask> stopped = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final List<LastWords> lastWords = new ArrayList<>();
  private boolean breaker = true;
  private List<String> alarms = List.of();
  private Optional<String> reason = Optional.empty();

  private Diagnosis diagnosis() throws Exception {
    TaskDefinition definition =
        TaskDefinition.parse(
            new ObjectMapper()
                .readTree(
                    """
                    {"taskDefinition": {
                      "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
                      "containerDefinitions": [
                        {"name": "web", "image": "%s", "healthCheck":
                          {"command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]}},
                        {"name": "proxy", "image": "nginx"}]}}
                    """
                        .formatted(IMAGE)));
    ServiceDeployment deployment =
        new ServiceDeployment(
            "arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/abc",
            "arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/3",
            Status.ROLLBACK_IN_PROGRESS,
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            List.of(),
            0,
            Optional.of(
                new Rollback(reason, Instant.EPOCH, Optional.of("service-revision/main/web/2"))),
            breaker,
            alarms);
    return Diagnosis.of(new Evidence(deployment, definition, stopped, messages, lastWords));
  }

  private static Container container(String name, int exitCode, String reason) {
    return new Container(
        name, exitCode < 0 ? OptionalInt.empty() : OptionalInt.of(exitCode), reason, false);
  }

  private void stops(int tasks, String code, String why, Container... containers) {
    for (int i = 0; i < tasks; i++) {
      stopped.add(new StoppedTask("task" + stopped.size(), code, why, List.of(containers)));
    }
  }

  private void exits(int tasks, Container... containers) {
    stops(tasks, "EssentialContainerExited", "Essential container in task exited", containers);
  }

  private void logs(String container, String... lines) {
    lastWords.add(new LastWords(container, "task0", List.of(lines), Optional.empty()));
  }

  @Nested
  class A_container_that_exits {
    @Test
    void is_told_with_its_code_how_often_and_its_last_words() throws Exception {
      exits(3, container("web", 1, ""), container("proxy", 143, ""));
      logs("web", "starting", "Error: DATABASE_URL is not set", "    at main (index.js:3)", "");

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "container web exited with 1 three times; its last words: Error: DATABASE_URL is not"
                  + " set");
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            1   | ''                                                | container web exited with 1
            0   | ''                                                | container web ended by itself with exit code 0: a service's container has to keep running
            127 | ''                                                | container web exited with 127, its command was not found in the image
            139 | ''                                                | container web exited with 139, a segmentation fault
            137 | ''                                                | container web exited with 137, killed: out of memory, or by somebody
            137 | OutOfMemoryError: Container killed due to memory usage | container web ran out of memory (exit code 137): give it more in the task definition, or make it need less
            """)
    void is_told_by_its_code(int code, String reason, String sentence) throws Exception {
      exits(1, container("web", code, reason));

      assertThat(diagnosis().sentence()).isEqualTo(sentence);
    }

    @Test
    void is_the_one_that_ended_by_itself_and_not_one_that_ecs_then_ended() throws Exception {
      exits(2, container("proxy", 137, ""), container("web", 2, ""));

      assertThat(diagnosis().sentence()).isEqualTo("container web exited with 2 twice");
    }

    @Test
    void of_another_architecture_is_told_from_its_log() throws Exception {
      exits(3, container("web", 1, ""));
      logs("web", "exec /app/server: exec format error");

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "container web is built for another processor architecture (exec format error): build"
                  + " the image for the one in the task definition's runtimePlatform, or change"
                  + " that");
    }

    @Test
    void says_its_last_line_where_none_tells_of_trouble() throws Exception {
      exits(1, container("web", 3, ""));
      logs("web", "one", "two", "  ");

      assertThat(diagnosis().sentence()).endsWith("; its last words: two");
    }
  }

  @Nested
  class A_task_that_does_not_start {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:cc: 123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:cc: not found | the image cannot be pulled: | check that it is still in the repository
            CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1: pulling from host failed with status code [manifests 1]: 403 Forbidden | the image cannot be pulled: | give the task execution role ecr:GetAuthorizationToken
            CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to do request: Head https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/web/manifests/1: dial tcp 10.0.0.1:443: i/o timeout | the image cannot be pulled: | NAT gateway
            CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64' | the image cannot be pulled: | build the image for the platform
            CannotPullContainerError: toomanyrequests: You have reached your pull rate limit. | the image cannot be pulled: | pull through cache
            CannotPullContainerError: failed to extract layer: write /var/lib/containerd: no space left on device | the image cannot be pulled: | ephemeral storage
            ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:123456789012:secret:db from secrets manager: AccessDeniedException: User is not authorized to perform secretsmanager:GetSecretValue | the tasks cannot read their secrets: | allow it to the task execution role
            ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret. | the tasks cannot read their secrets: | check the ARNs
            ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post https://api.ecr.us-east-1.amazonaws.com/: dial tcp 10.0.0.1:443: i/o timeout. Please check your task network configuration. | the tasks cannot log in to ECR: | NAT gateway
            ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1 | the tasks cannot write their log: | create the log group
            ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out | the tasks cannot mount their EFS volume: | mount targets
            CannotStartContainerError: Error response from daemon: failed to create shim task: exec: "/app/start": stat /app/start: no such file or directory: unknown | the container cannot be started: | entry point
            Capacity is unavailable at this time. Please try again later or in a different availability zone | no capacity for the tasks: | Availability Zones
            You've reached the limit on the number of vCPUs you can run concurrently | no capacity for the tasks: | quota
            Timeout waiting for network interface provisioning to complete. | the tasks get no network interface: | free addresses
            """)
    void is_told_with_the_remedy(String why, String begins, String remedy) throws Exception {
      stops(2, "TaskFailedToStart", why, container("web", -1, ""));

      assertThat(diagnosis().sentence()).startsWith(begins).contains(remedy);
    }

    @Test
    void is_told_by_its_containers_reason_where_its_own_says_nothing() throws Exception {
      stops(
          3,
          "TaskFailedToStart",
          "Task failed to start",
          container("web", -1, "CannotPullContainerError: manifest unknown"));

      assertThat(diagnosis().sentence()).startsWith("the image cannot be pulled: ");
    }

    @Test
    void for_want_of_spot_capacity_is_told() throws Exception {
      stops(1, "SpotInterruption", "Your Spot Task was interrupted.");

      assertThat(diagnosis().sentence()).startsWith("Spot capacity was taken back");
    }
  }

  @Nested
  class A_failed_health_check {
    @Test
    void of_a_container_is_told_with_its_command() throws Exception {
      stops(
          3,
          "ServiceSchedulerInitiated",
          "Task failed container health checks",
          new Container("web", OptionalInt.of(143), "", true),
          container("proxy", 143, ""));

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "container web fails its health check `curl -f http://localhost/ || exit 1` (3"
                  + " tasks): it is not healthy in time, or the check itself is wrong");
    }

    @Test
    void of_the_load_balancer_is_told_with_codes_and_target_group() throws Exception {
      stops(
          2,
          "ServiceSchedulerInitiated",
          "Task failed ELB health checks in (target-group " + GROUP + ")",
          container("web", 143, ""));
      messages.add(
          "(service web) (task 0a1b) (port 8080) is unhealthy in (target-group "
              + GROUP
              + ") due to (reason Health checks failed with these codes: [503]).");

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "the load balancer finds the tasks unhealthy (Health checks failed with these codes:"
                  + " [503]) in target group web-blue (2 tasks): check the health check's path,"
                  + " port and grace period, and the security groups");
    }
  }

  @Nested
  class Without_a_task_that_tells {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            (service web) (task 0a1b) failed container health checks. | container web fails its health check
            (service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0a1b) has insufficient memory available. | no capacity for the tasks
            (service web) was unable to place a task. Reason: CannotPullContainerError: manifest unknown. | the image cannot be pulled
            (service web) was unable to place a task. Reason: something new. | ECS could not place the tasks
            """)
    void the_services_messages_are_believed(String message, String begins) throws Exception {
      messages.add("(service web) has started 2 tasks: (task 0a1b) (task 1a2b).");
      messages.add(message);
      stops(1, "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/3)");

      assertThat(diagnosis().sentence()).startsWith(begins);
    }

    @Test
    void ecs_own_reason_is_quoted() throws Exception {
      reason = Optional.of("Something that nobody foresaw.");

      assertThat(diagnosis().sentence())
          .isEqualTo("ECS says no more than: Something that nobody foresaw");
    }

    @Test
    void nothing_is_made_up() throws Exception {
      assertThat(diagnosis().sentence()).startsWith("ECS does not say why");
    }

    @Test
    void a_rollback_that_nothing_triggered_was_asked_for() throws Exception {
      breaker = false;

      assertThat(diagnosis().sentence())
          .isEqualTo("somebody asked ECS to roll the deployment back");
    }
  }

  @Test
  void an_alarm_is_the_reason_whatever_tasks_did() throws Exception {
    alarms = List.of("website-5xx");
    exits(1, container("web", 1, ""));

    assertThat(diagnosis().sentence())
        .isEqualTo(
            "CloudWatch found the deployment bad: alarm website-5xx went off; look at its metric");
  }

  @Test
  void what_most_tasks_have_in_common_is_what_is_wrong() throws Exception {
    stops(1, "TaskFailedToStart", "Capacity is unavailable at this time.");
    exits(2, container("web", 1, ""));

    assertThat(diagnosis().sentence()).isEqualTo("container web exited with 1 twice");
  }

  @Test
  void the_details_are_what_it_rests_on() throws Exception {
    exits(1, container("web", 1, ""), container("proxy", 143, ""));
    stops(1, "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/3)");
    messages.add("(service web) has started 2 tasks: (task 0a1b) (task 1a2b).");
    messages.add("(service web) (deployment ecs-svc/3) deployment failed: tasks failed to start.");
    logs("web", "first", "Error: no");
    lastWords.add(
        new LastWords("proxy", "task0", List.of(), Optional.of("the log cannot be read: denied")));

    assertThat(diagnosis().details())
        .containsExactly(
            "task task0: Essential container in task exited; web exited with 1; proxy exited with"
                + " 143",
            "ECS: (service web) (deployment ecs-svc/3) deployment failed: tasks failed to start",
            "log of web: first",
            "log of web: Error: no",
            "the log cannot be read: denied");
  }

  @Test
  void long_texts_are_cut() throws Exception {
    stops(1, "TaskFailedToStart", "CannotPullContainerError: " + "x".repeat(5_000));

    assertThat(diagnosis().sentence()).hasSizeLessThan(500);
  }
}
