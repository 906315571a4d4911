package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.StoppedTasks;
import dev.slipway.text.OutsideText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;

/** Stopped tasks in Amazon ECS. */
public final class AwsStoppedTasks implements StoppedTasks {
  private static final int MAX_SENTENCE = 500;

  private final EcsClient client;

  /**
   * @param client from {@link Clients}
   */
  public AwsStoppedTasks(EcsClient client) {
    this.client = client;
  }

  @Override
  public Optional<String> newestReason(ServiceArn service) {
    List<String> arns =
        AwsErrors.sorted(
            "ecs:ListTasks",
            service.value(),
            () ->
                client
                    .listTasks(r ->
                        r.cluster(service.cluster())
                            .serviceName(service.name())
                            .desiredStatus(DesiredStatus.STOPPED)
                            .maxResults(DescribeTasks.TASKS_A_CALL))
                    .taskArns());
    return DescribeTasks.of(client, service, arns).stream()
        .max(Comparator.comparingDouble(DescribeTasks::stoppingAt))
        .map(AwsStoppedTasks::sentence);
  }

  /** Such as {@code task 1f0c… stopped: Essential container in task exited (app: exit code 1)}. */
  private static String sentence(JsonNode task) {
    String arn = task.path("taskArn").asText();
    StringBuilder containers = new StringBuilder();
    for (JsonNode container : task.path("containers")) {
      String why =
          container.path("reason").asText().isEmpty()
              ? exitCode(container.path("exitCode"))
              : container.path("reason").asText();
      if (!why.isEmpty()) {
        containers
            .append(containers.isEmpty() ? " (" : ", ")
            .append(container.path("name").asText())
            .append(": ")
            .append(why);
      }
    }
    return OutsideText.line(
        "task %s stopped: %s%s"
            .formatted(
                arn.substring(arn.lastIndexOf('/') + 1),
                task.path("stoppedReason").asText("ECS gives no reason"),
                containers.isEmpty() ? "" : containers + ")"),
        MAX_SENTENCE);
  }

  private static String exitCode(JsonNode code) {
    return code.isNumber() && code.asInt() != 0 ? "exit code " + code.asInt() : "";
  }
}
