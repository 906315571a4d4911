package dev.slipway.rollout;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LastWords;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Gathers the evidence of a deployment that failed. */
final class Evidences {
  /** Of more containers the log is not read: what most tasks have in common is enough. */
  private static final int MOST_LOGS = 3;

  private final EvidenceSource source;

  Evidences(EvidenceSource source) {
    this.source = source;
  }

  Evidence of(Service service, ServiceDeployment deployment, TaskDefinition definition) {
    List<StoppedTask> stopped = source.stoppedTasks(service.arn(), deployment.id());
    return new Evidence(
        deployment,
        definition,
        stopped,
        service.messagesSince(deployment.createdAt()),
        lastWords(stopped, definition));
  }

  /** Of each container the log of one task: the newest, where it ran and ended by itself. */
  private List<LastWords> lastWords(List<StoppedTask> stopped, TaskDefinition definition) {
    List<LastWords> words = new ArrayList<>();
    Set<String> heard = new HashSet<>();
    for (StoppedTask task : stopped) {
      for (Container container : task.containers()) {
        if (words.size() < MOST_LOGS && hasFailed(task, container) && heard.add(container.name())) {
          words.add(lastWords(task, container, definition));
        }
      }
    }
    return words;
  }

  private static boolean hasFailed(StoppedTask task, Container container) {
    return container.unhealthy()
        || task.reason().contains("health checks")
        || (task.stopCode().equals("EssentialContainerExited")
            && container.exitCode().isPresent()
            && container.exitCode().getAsInt() != 143);
  }

  private LastWords lastWords(StoppedTask task, Container container, TaskDefinition definition) {
    JsonNode log =
        StreamSupport.stream(
                definition.definition().path("containerDefinitions").spliterator(), false)
            .filter(c -> c.path("name").asText().equals(container.name()))
            .findFirst()
            .map(c -> c.path("logConfiguration"))
            // one that ECS has put beside them, such as Service Connect's
            .orElseGet(MissingNode::getInstance);
    String driver = log.path("logDriver").asText();
    if (!driver.equals("awslogs")) {
      return remark(
          task,
          container,
          driver.isEmpty()
              ? "container %s has no log configuration in the task definition"
                  .formatted(container.name())
              : "container %s logs with %s: look there".formatted(container.name(), driver));
    }
    JsonNode options = log.path("options");
    String prefix = options.path("awslogs-stream-prefix").asText();
    if (prefix.isEmpty()) {
      // then the stream has the id of the container in Docker, which ECS does not tell
      return remark(
          task,
          container,
          "container %s logs to %s without an awslogs-stream-prefix: look there"
              .formatted(container.name(), options.path("awslogs-group").asText()));
    }
    return source.lastWords(
        new LogStream(
            options.path("awslogs-group").asText(),
            options.path("awslogs-region").asText(),
            prefix + "/" + container.name() + "/" + task.id(),
            container.name(),
            task.id()));
  }

  private static LastWords remark(StoppedTask task, Container container, String remark) {
    return new LastWords(container.name(), task.id(), List.of(), Optional.of(remark));
  }
}
