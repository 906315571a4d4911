package dev.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts of ECS are those of its developer guide and of real accounts. */
class DiagnosisTest {
  private static final String IMAGE =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:" + "c".repeat(64);
  private static final String GROUP =
      "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-blue/0f0f0f0f0f0f0f0f";

  private final List<StoppedTask> stopped = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final List<LogTail> logTails = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private int memory;
  private int taskMemory;
  private boolean breaker = true;
  private List<String> alarms = List.of();
  private Optional<String> reason = Optional.empty();

  private Diagnosis diagnosis() throws Exception {
    return Diagnosis.of(evidence());
  }

  private Evidence evidence() throws Exception {
    TaskDefinition definition =
        TaskDefinition.parse(
            new ObjectMapper()
                .readTree(
                    """
                    {"taskDefinition": {
                      "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
                      "memory": "%d",
                      "containerDefinitions": [
                        {"name": "web", "image": "%s", "memory": %d, "healthCheck":
                          {"command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]}},
                        {"name": "proxy", "image": "nginx"}]}}
                    """
                        .formatted(taskMemory, IMAGE, memory)));
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
                new Rollback(
                    reason,
                    Optional.of(Instant.EPOCH),
                    Optional.of("service-revision/main/web/2"))),
            breaker,
            alarms);
    return new Evidence(deployment, definition, stopped, messages, logTails, warnings);
  }

  private static Container container(String name, int exitCode, String reason) {
    return new Container(
        name, exitCode < 0 ? OptionalInt.empty() : OptionalInt.of(exitCode), reason, false);
  }

  private void stops(int tasks, String code, String why, Container... containers) {
    for (int i = 0; i < tasks; i++) {
      stopped.add(
          new StoppedTask(
              "task" + stopped.size(), code, why, Optional.empty(), List.of(containers)));
    }
  }

  private void exits(int tasks, Container... containers) {
    stops(tasks, "EssentialContainerExited", "Essential container in task exited", containers);
  }

  private void logs(String container, String... lines) {
    logTails.add(new LogTail(container, "task0", List.of(lines), Optional.empty()));
  }

  @Nested
  class While_the_deployment_is_under_way {
    @Test
    void one_task_that_stopped_is_enough() throws Exception {
      exits(1, container("web", 1, ""));
      logs("web", "Error: no database");

      assertThat(Diagnosis.soFar(evidence()))
          .map(Diagnosis::sentence)
          .contains("container web exited with 1; last log lines: Error: no database");
    }

    @Test
    void a_message_is_enough_where_no_task_could_be_made() throws Exception {
      messages.add(
          "(service web) was unable to place a task. The reason for failure is Capacity is"
              + " unavailable at this time.");

      assertThat(Diagnosis.soFar(evidence()).orElseThrow().sentence())
          .startsWith("no capacity for the tasks: ");
    }

    @Test
    void nothing_is_said_where_nothing_tells_of_a_fault() throws Exception {
      stops(2, "ServiceSchedulerInitiated", "Scaling activity initiated by deployment ecs-svc/1");
      messages.add("(service web) has started 2 tasks: (task 1) (task 2).");

      assertThat(Diagnosis.soFar(evidence())).isEmpty();
    }
  }

  @Nested
  class A_container_that_exits {
    @Test
    void is_told_with_its_code_how_often_and_its_last_log_lines() throws Exception {
      exits(3, container("web", 1, ""), container("proxy", 143, ""));
      logs("web", "starting", "Error: DATABASE_URL is not set", "    at main (index.js:3)", "");

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "container web exited with 1 three times; last log lines: Error: DATABASE_URL is not"
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
            137 | ''                                                | container web exited with 137, killed: out of memory, or stopped from outside
            137 | OutOfMemoryError: container killed due to memory usage | container web ran out of memory (exit code 137): give it more in the task definition, or make it need less
            137 | OutOfMemoryError: Container killed due to memory usage | container web ran out of memory (exit code 137): give it more in the task definition, or make it need less
            """)
    void is_told_by_its_code(int code, String reason, String sentence) throws Exception {
      exits(1, container("web", code, reason));

      assertThat(diagnosis().sentence()).isEqualTo(sentence);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            256 | 512 | (exit code 137, its limit is 256 MiB)
            0   | 512 | (exit code 137, the task's limit is 512 MiB)
            0   | 0   | (exit code 137)
            """)
    void that_had_too_little_memory_is_told_with_the_limit(int own, int shared, String limit)
        throws Exception {
      memory = own;
      taskMemory = shared;
      exits(1, container("web", 137, "OutOfMemoryError: container killed due to memory usage"));

      assertThat(diagnosis().sentence()).startsWith("container web ran out of memory " + limit);
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

      assertThat(diagnosis().sentence()).endsWith("; last log lines: two");
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
            ECS was unable to assume the role 'arn:aws:iam::123456789012:role/web' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions | ECS cannot assume the tasks' role arn:aws:iam::123456789012:role/web: | ecs-tasks.amazonaws.com
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
            (service web) was unable to place a task. The reason for failure is Capacity is unavailable at this time. Please try again later or in a different availability zone. | no capacity for the tasks
            (service web) was unable to place a task because your account is currently blocked. | ECS could not place the tasks
            (task 0a1b) failed container health checks. | container web fails its health check
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
    void a_rollback_without_a_reason_is_told_as_such() throws Exception {
      breaker = false;

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "ECS rolled the deployment back without a reason, as it does when"
                  + " StopServiceDeployment asks for it");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            Service deployment rolled back because the circuit breaker threshold was exceeded. | too many tasks failed to start (deployment circuit breaker), and none of them can be seen any more
            No rollback candidate was found to run the rollback. | tasks failed to start, and the service has no earlier deployment to go back to
            Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target ARN returned FAILED status. | the lifecycle hook of PRE_SCALE_UP failed: Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target ARN returned FAILED status: look at the log of its function, or for who answered, if it is a pause hook
            Service deployment rolled back because of invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule. | the load balancer does not fit the service: Service deployment rolled back because of invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule: correct the listener rules and target groups of the service
            Service deployment rolled back because of invalid networking configuration. One or more rules not found | the load balancer does not fit the service: Service deployment rolled back because of invalid networking configuration. One or more rules not found: correct the listener rules and target groups of the service
            Something that nobody foresaw. | ECS rolled the deployment back: Something that nobody foresaw
            """)
    void the_reason_of_a_rollback_is_told_by_its_words(String why, String sentence)
        throws Exception {
      breaker = false;
      reason = Optional.of(why);

      assertThat(diagnosis().sentence()).isEqualTo(sentence);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            (service web) (deployment ecs-svc/8028) deployment failed: alarm detected. | a CloudWatch alarm fired: look at the alarms in the service's deployment configuration
            (service web) (deployment ecs-svc/3) deployment failed: Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. ECS was unable to parse the response from ARN due to: HookStatus must not be null. | the lifecycle hook of PRE_SCALE_UP failed: (service web) (deployment ecs-svc/3) deployment failed: Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. ECS was unable to parse the response from ARN due to: HookStatus must not be null: look at the log of its function, or for who answered, if it is a pause hook
            """)
    void a_message_that_names_the_cause_is_believed(String message, String sentence)
        throws Exception {
      breaker = false;
      messages.add(message);

      assertThat(diagnosis().sentence()).isEqualTo(sentence);
    }

    @Test
    void what_could_not_be_read_is_said() throws Exception {
      warnings.add("the stopped tasks could not be read: access denied");

      assertThat(diagnosis().sentence())
          .isEqualTo(
              "ECS does not say why, and none of the tasks that failed can be seen any more; the"
                  + " stopped tasks could not be read: access denied");
      assertThat(diagnosis().details())
          .containsExactly("the stopped tasks could not be read: access denied");
    }
  }

  @Test
  void an_alarm_is_the_reason_whatever_tasks_did() throws Exception {
    alarms = List.of("website-5xx");
    exits(1, container("web", 1, ""));

    assertThat(diagnosis().sentence())
        .isEqualTo("CloudWatch alarm website-5xx fired: look at its metric");
  }

  @Test
  void what_most_tasks_have_in_common_is_what_is_wrong() throws Exception {
    stops(1, "TaskFailedToStart", "Capacity is unavailable at this time.");
    exits(2, container("web", 1, ""));

    assertThat(diagnosis().sentence()).isEqualTo("container web exited with 1 twice");
  }

  @Test
  void the_details_are_the_evidence() throws Exception {
    exits(1, container("web", 1, ""), container("proxy", 143, ""));
    stops(1, "ServiceSchedulerInitiated", "Scaling activity initiated by (deployment ecs-svc/3)");
    messages.add("(service web) has started 2 tasks: (task 0a1b) (task 1a2b).");
    messages.add("(service web) (deployment ecs-svc/3) deployment failed: tasks failed to start.");
    logs("web", "first", "Error: no");
    logTails.add(
        new LogTail("proxy", "task0", List.of(), Optional.of("the log cannot be read: denied")));

    assertThat(diagnosis().details())
        .containsExactly(
            "task task0: Essential container in task exited; web exited with 1; proxy exited with"
                + " 143",
            "ECS: (service web) (deployment ecs-svc/3) deployment failed: tasks failed to start",
            "log of web: first",
            "log of web: Error: no",
            "the log cannot be read: denied");
  }

  /** Texts that real accounts showed (names made up), and what a person is advised to do. */
  @Nested
  class A_captured_text {
    private static final String SECRETS =
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource"
            + " retrieval failed: ";

    static Stream<Arguments> texts() {
      return Stream.of(
          arguments(
              "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to"
                  + " resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/web:v1: not found",
              "the image cannot be pulled: ",
              "check that it is still in the repository"),
          arguments(
              "CannotPullContainerError: pull image manifest has been retried 7 time(s): image"
                  + " Manifest does not contain descriptor matching platform 'linux/amd64'",
              "the image cannot be pulled: ",
              "build the image for the platform"),
          arguments(
              "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to"
                  + " resolve ref web: failed to do request: Head \"https://host/v2\": dial tcp"
                  + " 10.0.0.1:443: i/o timeout",
              "the image cannot be pulled: ",
              "give their subnets a NAT gateway"),
          arguments(
              "ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open:"
                  + " failed to do request: Get https://host: dial tcp 10.0.0.1:443: i/o timeout",
              "the image cannot be pulled: ",
              "give their subnets a NAT gateway"),
          arguments(
              "CannotPullImageManifestError: Error response from daemon: manifest unknown: manifest"
                  + " unknown",
              "the image cannot be pulled: ",
              "check that it is still in the repository"),
          arguments(
              "CannotPullContainerError: errors: denied: requested access to the resource is denied"
                  + " unauthorized: authentication required",
              "the image cannot be pulled: ",
              "repositoryCredentials"),
          arguments(
              "CannotPullContainerError: toomanyrequests: Request exceeded pull rate limit for IP"
                  + " 192.0.2.1",
              "the image cannot be pulled: ",
              "pull through cache"),
          arguments(
              SECRETS
                  + "unable to retrieve secret from asm: service call has been retried 1 time(s):"
                  + " failed to fetch secret"
                  + " arn:aws:secretsmanager:us-east-1:123456789012:secret:db from secrets manager:"
                  + " ResourceNotFoundException: Secrets Manager can't find the specified secret"
                  + " value for staging label: AWSCURRENT",
              "the tasks cannot read their secrets: ",
              "store a value in the secret"),
          arguments(
              SECRETS
                  + "unable to retrieve secret from asm: service call has been retried 1 time(s):"
                  + " retrieved secret from Secrets Manager did not contain json key DB_PASSWORD",
              "the tasks cannot read their secrets: ",
              "did not contain json key DB_PASSWORD: check the key at the end of valueFrom"),
          arguments(
              SECRETS
                  + "unable to retrieve secret from asm: invalid character 'p' in literal true"
                  + " (expecting 'r')",
              "the tasks cannot read their secrets: ",
              "the secret's value is not JSON"),
          arguments(
              SECRETS
                  + "unable to retrieve secret from asm: There is a connection issue between the"
                  + " task and AWS Secrets Manager. Check your task network configuration.",
              "the tasks cannot read their secrets: ",
              "a NAT gateway"),
          arguments(
              SECRETS
                  + "unable to retrieve secrets from ssm: service call has been retried 5 time(s):"
                  + " RequestCanceled: request context canceled caused by: context deadline"
                  + " exceeded. Please check your task network configuration.",
              "the tasks cannot read their secrets: ",
              "a NAT gateway"),
          arguments(
              SECRETS
                  + "unable to retrieve ecr registry auth: service call has been retried 1 time(s):"
                  + " operation error ECR: GetAuthorizationToken, https response error StatusCode:"
                  + " 400, RequestID: 1, api error AccessDeniedException: User: arn:aws:sts::1:x is"
                  + " not authorized to perform: ecr:GetAuthorizationToken",
              "the tasks cannot log in to ECR: ",
              "allow ecr:GetAuthorizationToken to the task execution role"),
          arguments(
              "ResourceInitializationError: unable to pull secrets or registry auth: The task"
                  + " cannot pull registry auth from Amazon ECR: There is a connection issue"
                  + " between the task and Amazon ECR. Check your task network configuration."
                  + " operation error ECR: GetAuthorizationToken, exceeded maximum number of"
                  + " attempts, 3, https response error StatusCode: 0, RequestID: , request send"
                  + " failed, Post \"https://api.ecr.us-east-1.amazonaws.com/\": dial tcp"
                  + " 10.0.0.1:443: i/o timeout",
              "the tasks cannot log in to ECR: ",
              "a way to ECR: a NAT gateway"),
          arguments(
              "ResourceInitializationError: failed to validate logger args: create stream has been"
                  + " retried 1 times: failed to create Cloudwatch log stream:"
                  + " ResourceNotFoundException: The specified log group does not exist.",
              "the tasks cannot write their log: ",
              "create the log group"),
          arguments(
              "ResourceInitializationError: failed to validate logger args: The task cannot find"
                  + " the Amazon CloudWatch log group defined in the task definition. There is a"
                  + " connection issue between the task and Amazon CloudWatch. Check your network"
                  + " configuration. : signal: killed",
              "the tasks cannot write their log: ",
              "a way to CloudWatch Logs: a NAT gateway"),
          arguments(
              "ResourceInitializationError: failed to validate logger args: unable to get awslogs"
                  + " driver arguments: awslogs-region is required",
              "the tasks cannot write their log: ",
              "add awslogs-region"),
          arguments(
              "ResourceInitializationError: Unable to launch instance(s) for capacity provider CP."
                  + " UnfulfillableCapacity: Unable to fulfill capacity due to your request"
                  + " configuration.",
              "no capacity for the tasks: ",
              "check the capacity provider's instance types"),
          arguments(
              "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS"
                  + " volumes: stderr: b'mount.nfs4: Connection reset by peer' : unsuccessful EFS"
                  + " utils command execution; code: 32",
              "the tasks cannot mount their EFS volume: ",
              "check its mount targets"),
          arguments(
              "Timeout waiting for network interface provisioning to complete.",
              "the tasks get no network interface: ",
              "free addresses"),
          arguments(
              "Timeout waiting for EphemeralStorage provisioning to complete.",
              "AWS did not provide the tasks' ephemeral storage in time: ",
              "deploy again later"),
          arguments("TaskFailedToStart: RESOURCE:CPU", "no capacity for the tasks: ", "instances"),
          arguments("TaskFailedToStart: RESOURCE:GPU", "no capacity for the tasks: ", "instances"),
          arguments(
              "TaskFailedToStart: EMPTY CAPACITY PROVIDER",
              "no capacity for the tasks: ",
              "capacity provider"),
          arguments("TaskFailedToStart: AGENT", "ECS could not place the tasks: ", "ECS agent"),
          arguments("TaskFailedToStart: ATTRIBUTE", "ECS could not place the tasks: ", "attribute"),
          arguments(
              "TaskFailedToStart: MemberOf placement constraint unsatisfied",
              "ECS could not place the tasks: ",
              "placement constraints"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void names_cause_and_remedy(String why, String begins, String remedy) throws Exception {
      stops(2, "TaskFailedToStart", why, container("web", -1, ""));

      assertThat(diagnosis().sentence()).startsWith(begins).contains(remedy);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            SpotInterruption          | Your Spot Task was interrupted. | Spot capacity was taken back
            TerminationNotice         | Your Spot Task was interrupted. | Spot capacity was taken back
            ServiceSchedulerInitiated | Service web: ECS is performing maintenance on the underlying infrastructure hosting the task | AWS stopped tasks for maintenance
            ServiceSchedulerInitiated | ECS is performing maintenance on the underlying infrastructure hosting the task | AWS stopped tasks for maintenance
            ServiceSchedulerInitiated | task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/ccb1c7ee670051a0) | the load balancer finds the tasks unhealthy in target group web
            UserInitiated             | Task stopped by user | its tasks were stopped by StopTask
            """)
    void blames_no_container(String code, String why, String begins) throws Exception {
      stops(1, code, why, container("web", 137, ""));

      assertThat(diagnosis().sentence()).startsWith(begins);
    }
  }

  /** Whoever writes a log, a manifest or a health check decides about its text. */
  @Nested
  class Hostile_text {
    private static final String ESCAPES = "\u001b]0;owned\u0007\u202e\u2028Evidence\u2028- fake";

    @Test
    void in_reasons_messages_and_logs_is_on_one_line_and_visible() throws Exception {
      exits(1, container("web", 1, "Error " + ESCAPES));
      stops(1, "TaskFailedToStart", "CannotPullContainerError: " + ESCAPES);
      messages.add("(service web) failed " + ESCAPES);
      logs("web", "Error: " + ESCAPES, "x".repeat(100_000));
      warnings.add("the stopped tasks could not be read: " + ESCAPES);

      Diagnosis diagnosis = diagnosis();

      assertThat(Stream.concat(Stream.of(diagnosis.sentence()), diagnosis.details().stream()))
          .allSatisfy(text ->
              assertThat(text)
                  .hasSizeLessThan(800)
                  .doesNotContain("\u001b", "\u0007", "\u202e", "\u2028", "\n"));
    }

    @Test
    void has_its_secrets_masked() throws Exception {
      exits(1, container("web", 1, "DB_PASSWORD=hunter2 was refused"));
      messages.add("(service web) failed with token: hunter2hunter2");
      logs("web", "fatal: postgres://app:hunter2@db/app", "-----BEGIN PRIVATE KEY-----", "hunter2");

      assertThat(diagnosis().toString()).doesNotContain("hunter2").contains("DB_PASSWORD=****");
    }

    @Test
    void of_a_megabyte_is_told_in_a_few_lines() throws Exception {
      stops(
          1,
          "ServiceSchedulerInitiated",
          "failed ELB health checks in " + "(target-group (reason [".repeat(5_000));
      for (int i = 0; i < 20; i++) {
        logs("web", "(reason ".repeat(5_000));
        messages.add("(service web) unhealthy in (target-group " + "(reason ".repeat(5_000));
      }

      assertThat(diagnosis().toString()).hasSizeLessThan(20_000);
    }
  }

  @Test
  void long_texts_are_cut() throws Exception {
    stops(1, "TaskFailedToStart", "CannotPullContainerError: " + "x".repeat(5_000));

    assertThat(diagnosis().sentence()).hasSizeLessThan(500);
  }
}
