package dev.slipway.rollout;

import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinition;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What there is to see of a deployment that failed, shortly afterwards. ECS forgets stopped tasks
 * after about an hour.
 *
 * @param taskDefinition that it was to bring
 * @param stopped its tasks that have stopped, newest first
 * @param messages of the service since the deployment began, newest first
 * @param lastWords of containers that failed
 */
public record Evidence(
    ServiceDeployment deployment,
    TaskDefinition taskDefinition,
    List<StoppedTask> stopped,
    List<String> messages,
    List<LastWords> lastWords) {
  /** Copies the lists. */
  public Evidence {
    stopped = List.copyOf(stopped);
    messages = List.copyOf(messages);
    lastWords = List.copyOf(lastWords);
  }

  /**
   * A task that has stopped or is about to.
   *
   * @param id the last part of its ARN
   * @param stopCode such as {@code EssentialContainerExited}; empty where ECS gives none
   * @param reason why it stopped, in ECS's words; empty where it gives none
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html">What
   *     ECS says of stopped tasks</a>
   */
  public record StoppedTask(String id, String stopCode, String reason, List<Container> containers) {
    /** Copies the list. */
    public StoppedTask {
      containers = List.copyOf(containers);
    }
  }

  /**
   * A container of a stopped task.
   *
   * @param exitCode empty where it never ran
   * @param reason why it failed, in ECS's words; empty where it gives none
   * @param unhealthy whether its own health check had failed
   */
  public record Container(String name, OptionalInt exitCode, String reason, boolean unhealthy) {}

  /**
   * The end of a container's log.
   *
   * @param task the id of its task
   * @param lines the last ones, oldest first; empty where there is a remark instead
   * @param remark why there are none
   */
  public record LastWords(
      String container, String task, List<String> lines, Optional<String> remark) {
    /** Copies the list. */
    public LastWords {
      lines = List.copyOf(lines);
    }
  }
}
