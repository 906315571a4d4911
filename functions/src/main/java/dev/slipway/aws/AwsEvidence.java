package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.rollout.EvidenceSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;

/** Stopped tasks in Amazon ECS, and the logs of their containers in Amazon CloudWatch. */
public final class AwsEvidence implements EvidenceSource {
  private static final int LIST_PAGE = 100;
  private static final int LOG_LINES = 20;

  private final EcsClient ecs;
  private final CloudWatchLogsClient logs;

  /**
   * @param ecs from {@link Clients}
   * @param logs from {@link Clients}
   */
  public AwsEvidence(EcsClient ecs, CloudWatchLogsClient logs) {
    this.ecs = ecs;
    this.logs = logs;
  }

  /**
   * ListTasks takes a deployment ({@code startedBy}) as its only filter, so those are read here.
   */
  @Override
  public List<StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment) {
    List<String> arns =
        AwsErrors.sorted(
            "ecs:ListTasks",
            service.value(),
            () ->
                Pages.all(
                    "ecs:ListTasks",
                    token -> {
                      var page =
                          ecs.listTasks(r ->
                              r.cluster(service.cluster())
                                  .serviceName(service.name())
                                  .desiredStatus(DesiredStatus.STOPPED)
                                  .nextToken(token)
                                  .maxResults(LIST_PAGE));
                      return new Pages.Page<>(page.taskArns(), page.nextToken());
                    }));
    return DescribeTasks.of(ecs, service, arns).stream()
        .filter(task -> task.path("startedBy").asText().equals(deployment.toString()))
        .sorted(Comparator.comparingDouble(DescribeTasks::stoppingAt).reversed())
        .map(AwsEvidence::task)
        .toList();
  }

  private static StoppedTask task(JsonNode task) {
    String arn = task.path("taskArn").asText();
    List<Container> containers = new ArrayList<>();
    for (JsonNode container : task.path("containers")) {
      JsonNode exitCode = container.path("exitCode");
      containers.add(
          new Container(
              container.path("name").asText(),
              exitCode.isNumber() ? OptionalInt.of(exitCode.asInt()) : OptionalInt.empty(),
              container.path("reason").asText(),
              container.path("healthStatus").asText().equals("UNHEALTHY")));
    }
    return new StoppedTask(
        arn.substring(arn.lastIndexOf('/') + 1),
        task.path("stopCode").asText(),
        task.path("stoppedReason").asText(),
        Optional.of(DescribeTasks.stoppingAt(task))
            .filter(seconds -> seconds > 0)
            .map(seconds -> Instant.ofEpochMilli(Math.round(1_000 * seconds))),
        containers);
  }

  @Override
  public LogTail logTail(LogStream stream) {
    Optional<String> elsewhere = LogEvents.elsewhere(logs, stream);
    if (elsewhere.isPresent()) {
      return warning(stream, elsewhere.get());
    }
    List<String> lines =
        LogEvents.newest(logs, stream, null, LOG_LINES).stream()
            .map(OutputLogEvent::message)
            .toList();
    return lines.isEmpty()
        ? warning(stream, "it is empty")
        : new LogTail(stream.container(), stream.task(), lines, Optional.empty());
  }

  private static LogTail warning(LogStream stream, String why) {
    return new LogTail(
        stream.container(),
        stream.task(),
        List.of(),
        Optional.of(
            "the log of container %s (%s in %s) is not read: %s"
                .formatted(stream.container(), stream.name(), stream.group(), why)));
  }
}
