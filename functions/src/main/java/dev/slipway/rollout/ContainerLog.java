package dev.slipway.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.util.stream.StreamSupport;

/** Where a container of a task writes its log, as its task definition says. */
public sealed interface ContainerLog {
  /** A stream of Amazon CloudWatch Logs. */
  record At(LogStream stream) implements ContainerLog {}

  /**
   * Somewhere that is not read here.
   *
   * @param warning where, one sentence
   */
  record Elsewhere(String warning) implements ContainerLog {}

  /**
   * The log of a container.
   *
   * @param task the last part of the task's ARN
   */
  static ContainerLog of(TaskDefinition definition, String container, String task) {
    JsonNode log =
        StreamSupport.stream(
                definition.definition().path("containerDefinitions").spliterator(), false)
            .filter(c -> c.path("name").asText().equals(container))
            .findFirst()
            .map(c -> c.path("logConfiguration"))
            // one that ECS has put beside them, such as Service Connect's
            .orElseGet(MissingNode::getInstance);
    String driver = log.path("logDriver").asText();
    if (driver.isEmpty()) {
      return new Elsewhere(
          "container %s has no log configuration in the task definition".formatted(container));
    }
    if (!driver.equals("awslogs")) {
      return new Elsewhere("container %s logs with %s: look there".formatted(container, driver));
    }
    JsonNode options = log.path("options");
    String group = options.path("awslogs-group").asText();
    String prefix = options.path("awslogs-stream-prefix").asText();
    if (prefix.isEmpty()) {
      // then the stream has the id of the container in Docker, which ECS does not tell
      return new Elsewhere(
          "container %s logs to %s without an awslogs-stream-prefix: look there"
              .formatted(container, group));
    }
    return new At(
        new LogStream(
            group,
            options.path("awslogs-region").asText(),
            prefix + "/" + container + "/" + task,
            container,
            task));
  }
}
