package dev.slipway.aws;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.ServiceTask;
import dev.slipway.operate.TaskLogs;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwsTaskLogsTest {
  private static final ServiceArn WEB =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");
  private static final String NEWEST =
      """
      {"tasks": [{"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/main/newest",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
        "createdAt": 1795255300}]}
      """;

  private final LoopbackAws aws = new LoopbackAws();
  private final TaskLogs logs = new AwsTaskLogs(aws.clients().ecs(), aws.clients().logs());

  @AfterEach
  void end() {
    aws.close();
  }

  private static String page(int tasks, String next) {
    return "{\"taskArns\": [%s]%s}"
        .formatted(
            IntStream.range(0, tasks).mapToObj("\"t%d\""::formatted).collect(joining(", ")),
            next.isEmpty() ? "" : ", \"nextToken\": \"%s\"".formatted(next));
  }

  /** ListTasks lists in no order: the newest task may be on the last page. */
  @Test
  void tasks_of_later_pages_are_among_them() {
    aws.answers("ListTasks", page(100, "a"))
        .answers("ListTasks", page(20, ""))
        .answers("ListTasks", page(0, ""))
        .answers("DescribeTasks", "{\"tasks\": []}")
        .answers("DescribeTasks", NEWEST);

    TaskLogs.Tasks tasks = logs.tasks(WEB);

    assertThat(tasks.isComplete()).isTrue();
    assertThat(tasks.tasks()).extracting(ServiceTask::id).containsExactly("newest");
    assertThat(aws.received("ListTasks").get(1).json().path("nextToken").asText()).isEqualTo("a");
    assertThat(aws.received("DescribeTasks")).hasSize(2);
  }

  @Test
  void of_very_many_tasks_some_are_left_out_and_that_is_said() {
    aws.always("ListTasks", page(100, "more")).always("DescribeTasks", NEWEST);

    TaskLogs.Tasks tasks = logs.tasks(WEB);

    assertThat(tasks.isComplete()).isFalse();
    assertThat(aws.received("ListTasks")).as("five of each kind").hasSize(10);
    assertThat(aws.received("DescribeTasks")).hasSize(10);
  }
}
