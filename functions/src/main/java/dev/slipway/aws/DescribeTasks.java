package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ecs.EcsClient;

/** Amazon ECS's description of a service's tasks. */
final class DescribeTasks {
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
  static final int TASKS_A_CALL = 100;

  private DescribeTasks() {}

  /** The tasks; what ECS has forgotten since it was listed is left out. */
  static List<JsonNode> of(EcsClient client, ServiceArn service, List<String> arns) {
    List<JsonNode> tasks = new ArrayList<>();
    for (List<String> some : Pages.divided(arns, TASKS_A_CALL)) {
      ObjectNode response =
          AwsErrors.sorted(
              "ecs:DescribeTasks",
              service.value(),
              () ->
                  RawJson.call(override ->
                      client.describeTasks(r ->
                          r.cluster(service.cluster())
                              .tasks(some)
                              .overrideConfiguration(override))));
      response.path("tasks").forEach(tasks::add);
    }
    return tasks;
  }

  /** When a task began to stop, in seconds since 1970; 0 for one that runs. */
  static double stoppingAt(JsonNode task) {
    return task.path("stoppingAt").asDouble(task.path("stoppedAt").asDouble());
  }
}
