package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwsEvidenceTest {
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");
  private static final LogStream STREAM =
      new LogStream("/ecs/web", "us-east-1", "web/app/t1", "app", "t1");

  private final LoopbackAws aws = new LoopbackAws();
  private final AwsEvidence evidence = new AwsEvidence(aws.clients().ecs(), aws.clients().logs());

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void stopped_tasks_are_those_of_the_deployment_newest_first() {
    aws.answers("ListTasks", "{\"taskArns\": [\"t1\", \"t2\", \"t3\"]}")
        .answers(
            "DescribeTasks",
            """
            {"tasks": [
              {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/t1", "startedBy": "ecs-svc/2",
               "stoppingAt": 1795255200, "stopCode": "EssentialContainerExited",
               "stoppedReason": "Essential container in task exited", "containers": [
                 {"name": "app", "exitCode": 137, "reason": "OutOfMemoryError: killed"},
                 {"name": "proxy", "healthStatus": "UNHEALTHY"}]},
              {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/t2", "startedBy": "ecs-svc/1",
               "containers": []},
              {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/t3", "startedBy": "ecs-svc/2",
               "stoppingAt": 1795255300, "containers": []}],
             "failures": [{"arn": "t4", "reason": "MISSING"}]}
            """);

    var stopped = evidence.stoppedTasks(WEB, new EcsDeploymentId("2"));

    assertThat(stopped).extracting("id").containsExactly("t3", "t1");
    var oldest = stopped.getLast();
    assertThat(oldest.stopCode()).isEqualTo("EssentialContainerExited");
    assertThat(oldest.stoppedAt()).contains(Instant.ofEpochSecond(1_795_255_200));
    assertThat(oldest.containers().getFirst().exitCode()).isEqualTo(OptionalInt.of(137));
    assertThat(oldest.containers().getFirst().reason()).startsWith("OutOfMemoryError");
    assertThat(oldest.containers().getLast().exitCode()).isEmpty();
    assertThat(oldest.containers().getLast().unhealthy()).isTrue();
    assertThat(aws.received("ListTasks").getFirst().json().path("desiredStatus").asText())
        .isEqualTo("STOPPED");
  }

  @Test
  void the_last_lines_of_a_log_are_read() {
    aws.answers(
        "GetLogEvents",
        "{\"events\": [{\"message\": \"starting\"}, {\"message\": \"Error: no\"}]}");

    LogTail tail = evidence.logTail(STREAM);

    assertThat(tail.lines()).containsExactly("starting", "Error: no");
    assertThat(tail.warning()).isEmpty();
    assertThat(aws.received("GetLogEvents").getFirst().json().path("logStreamName").asText())
        .isEqualTo("web/app/t1");
  }

  @Test
  void a_log_that_may_not_be_read_names_the_permission() {
    aws.fails("GetLogEvents", 400, "AccessDeniedException", "not authorized");

    assertThatThrownBy(() -> evidence.logTail(STREAM))
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("logs:GetLogEvents");
  }

  @Test
  void a_log_that_is_not_there_is_an_error_for_the_collector() {
    aws.fails("GetLogEvents", 400, "ResourceNotFoundException", "The log stream does not exist.");

    assertThatThrownBy(() -> evidence.logTail(STREAM))
        .hasMessageContaining("The log stream does not exist.");
  }

  @Test
  void a_log_in_another_region_is_a_warning() {
    LogStream far = new LogStream("/ecs/web", "eu-west-1", "web/app/t1", "app", "t1");

    assertThat(evidence.logTail(far).warning().orElseThrow()).contains("it is in eu-west-1");
    assertThat(aws.received("GetLogEvents")).isEmpty();
  }
}
