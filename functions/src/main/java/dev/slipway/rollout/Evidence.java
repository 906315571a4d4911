package dev.slipway.rollout;

import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.text.OutsideText;
import java.time.Instant;
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
 * @param logTails of containers that failed
 * @param warnings a sentence for each kind of evidence that could not be read
 */
public record Evidence(
    ServiceDeployment deployment,
    TaskDefinition taskDefinition,
    List<StoppedTask> stopped,
    List<String> messages,
    List<LogTail> logTails,
    List<String> warnings) {
  /** Copies the lists. */
  public Evidence {
    stopped = List.copyOf(stopped);
    messages = List.copyOf(messages);
    logTails = List.copyOf(logTails);
    warnings = warnings.stream().map(Fault::quoted).toList();
  }

  /**
   * A task that has stopped or is about to.
   *
   * @param id the last part of its ARN
   * @param stopCode such as {@code EssentialContainerExited}; empty where ECS gives none
   * @param reason why it stopped, in ECS's words; empty where it gives none
   * @param stoppedAt when it began to stop; empty where ECS does not say
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html">What
   *     ECS says of stopped tasks</a>
   */
  public record StoppedTask(
      String id,
      String stopCode,
      String reason,
      Optional<Instant> stoppedAt,
      List<Container> containers) {
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
   * @param lines the last ones, oldest first, safe to show, secrets masked; empty where there is a
   *     warning instead
   * @param warning why there are none
   */
  public record LogTail(
      String container, String task, List<String> lines, Optional<String> warning) {
    private static final int MAX_LINES = 20;
    private static final int MAX_LINE = 300;

    /** Takes the last lines, each cut and made visible. */
    public LogTail {
      List<String> shown = OutsideText.lines(lines, MAX_LINE);
      lines =
          lines.isEmpty()
              ? List.of()
              : List.copyOf(shown.subList(Math.max(0, shown.size() - MAX_LINES), shown.size()));
      warning = warning.map(Fault::quoted);
    }
  }
}
