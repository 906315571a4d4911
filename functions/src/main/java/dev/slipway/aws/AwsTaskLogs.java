package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.operate.ServiceTask;
import dev.slipway.operate.TaskLogs;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;

/** Tasks in Amazon ECS, and the logs of their containers in Amazon CloudWatch. */
public final class AwsTaskLogs implements TaskLogs {
  /** So many times a hundred tasks of each kind are looked at. */
  private static final int MAX_PAGES = 5;

  private final EcsClient ecs;
  private final CloudWatchLogsClient logs;

  /**
   * @param ecs from {@link Clients}
   * @param logs from {@link Clients}
   */
  public AwsTaskLogs(EcsClient ecs, CloudWatchLogsClient logs) {
    this.ecs = ecs;
    this.logs = logs;
  }

  /**
   * Five hundred of each kind, a hundred with each ListTasks and each DescribeTasks: at most twenty
   * calls. ListTasks does not say in which order it lists, and task ids tell no time: which tasks
   * are the newest is known only of those that were described.
   */
  @Override
  public Tasks tasks(ServiceArn service) {
    List<String> arns = new ArrayList<>();
    boolean complete = true;
    for (DesiredStatus status : List.of(DesiredStatus.RUNNING, DesiredStatus.STOPPED)) {
      String token = null;
      int pages = 0;
      do {
        ListTasksResponse page = page(service, status, token);
        arns.addAll(page.taskArns());
        token = page.nextToken();
        pages++;
      } while (token != null && !token.isEmpty() && pages < MAX_PAGES);
      complete &= token == null || token.isEmpty();
    }
    return new Tasks(
        DescribeTasks.of(ecs, service, arns).stream().map(AwsTaskLogs::task).toList(), complete);
  }

  private ListTasksResponse page(ServiceArn service, DesiredStatus status, @Nullable String token) {
    return AwsErrors.sorted(
        "ecs:ListTasks",
        service.value(),
        () ->
            ecs.listTasks(r ->
                r.cluster(service.cluster())
                    .serviceName(service.name())
                    .desiredStatus(status)
                    .nextToken(token)
                    .maxResults(DescribeTasks.TASKS_A_CALL)));
  }

  private static ServiceTask task(JsonNode task) {
    String arn = task.path("taskArn").asText();
    double stopping = DescribeTasks.stoppingAt(task);
    return new ServiceTask(
        arn.substring(arn.lastIndexOf('/') + 1),
        new TaskDefinitionArn(task.path("taskDefinitionArn").asText()),
        stopping == 0 ? ServiceTask.State.RUNNING : ended(task),
        Instant.ofEpochMilli(
            Math.round(1_000 * (stopping == 0 ? task.path("createdAt").asDouble() : stopping))));
  }

  /** The scheduler stops tasks to make room, and such as fail their health checks. */
  private static ServiceTask.State ended(JsonNode task) {
    return switch (task.path("stopCode").asText()) {
      case "UserInitiated" -> ServiceTask.State.STOPPED;
      case "ServiceSchedulerInitiated" ->
          task.path("stoppedReason").asText().contains("health checks")
              ? ServiceTask.State.FAILED
              : ServiceTask.State.STOPPED;
      default -> ServiceTask.State.FAILED;
    };
  }

  @Override
  public List<Line> lines(LogStream stream, Instant since, int limit) {
    LogEvents.elsewhere(logs, stream)
        .ifPresent(why -> {
          throw new IllegalStateException(why);
        });
    try {
      return LogEvents.newest(logs, stream, since, limit).stream()
          .map(event -> new Line(Instant.ofEpochMilli(event.timestamp()), event.message()))
          .toList();
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(absent(stream, e), e);
    }
  }

  /** Whether the group or the stream is missing, CloudWatch says in words alone. */
  private static String absent(LogStream stream, ResourceNotFoundException e) {
    return String.valueOf(e.getMessage()).contains("log group")
        ? "there is no log group %s: its containers cannot start until it is there, `aws logs create-log-group --log-group-name %s`"
            .formatted(stream.group(), stream.group())
        : "there is no such log; it comes with the container's first line";
  }
}
