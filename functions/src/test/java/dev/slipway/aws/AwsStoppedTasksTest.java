package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwsStoppedTasksTest {
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");

  private final LoopbackAws aws = new LoopbackAws();
  private final AwsStoppedTasks tasks = new AwsStoppedTasks(aws.clients().ecs());

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void the_newest_says_why_it_and_its_containers_stopped() {
    aws.answers("ListTasks", "{\"taskArns\": [\"t1\", \"t2\"]}")
        .answers(
            "DescribeTasks",
            """
            {"tasks": [
              {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/t1",
               "stoppedAt": 1795255200, "stoppedReason": "Scaling activity initiated"},
              {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/t2",
               "stoppingAt": 1795255300, "stoppedReason": "Essential container in task exited",
               "containers": [{"name": "app", "exitCode": 1},
                 {"name": "proxy", "exitCode": 0},
                 {"name": "jobs", "exitCode": 137, "reason": "OutOfMemoryError: killed"}]}],
             "failures": []}
            """);

    assertThat(tasks.newestReason(WEB))
        .contains(
            "task t2 stopped: Essential container in task exited (app: exit code 1, jobs:"
                + " OutOfMemoryError: killed)");
    assertThat(aws.received("ListTasks").getFirst().json().path("desiredStatus").asText())
        .isEqualTo("STOPPED");
  }

  @Test
  void there_may_be_none() {
    aws.answers("ListTasks", "{\"taskArns\": []}");

    assertThat(tasks.newestReason(WEB)).isEmpty();
  }
}
