package dev.slipway.rollout;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gathers the evidence of a deployment that failed. What cannot be read is a warning, never an
 * exception: a failure is reported with what there is.
 */
public final class EvidenceCollector {
  /** Of more containers the log is not read: what most tasks have in common is enough. */
  private static final int MAX_LOGS = 3;

  private final EvidenceSource source;

  /** Reads from this. */
  public EvidenceCollector(EvidenceSource source) {
    this.source = source;
  }

  /** The evidence of a deployment, whose definition is the one that it was to bring. */
  public Evidence of(Service service, ServiceDeployment deployment, TaskDefinition definition) {
    List<StoppedTask> stopped;
    try {
      stopped = source.stoppedTasks(service.arn(), deployment.id());
    } catch (RuntimeException e) {
      return evidence(
          service,
          deployment,
          definition,
          List.of(),
          List.of("the stopped tasks could not be read: " + e.getMessage()));
    }
    return evidence(service, deployment, definition, stopped, List.of());
  }

  /** The same, of a deployment whose stopped tasks are known already. */
  public Evidence of(
      Service service,
      ServiceDeployment deployment,
      TaskDefinition definition,
      List<StoppedTask> stopped) {
    return evidence(service, deployment, definition, stopped, List.of());
  }

  private Evidence evidence(
      Service service,
      ServiceDeployment deployment,
      TaskDefinition definition,
      List<StoppedTask> stopped,
      List<String> warnings) {
    return new Evidence(
        deployment,
        definition,
        stopped,
        service.messagesSince(deployment.createdAt()),
        logTails(stopped, definition),
        warnings);
  }

  /** Of each container the log of one task: the newest, where it ran and ended by itself. */
  private List<LogTail> logTails(List<StoppedTask> stopped, TaskDefinition definition) {
    List<LogTail> tails = new ArrayList<>();
    Set<String> read = new HashSet<>();
    for (StoppedTask task : stopped) {
      for (Container container : task.containers()) {
        if (tails.size() < MAX_LOGS && hasFailed(task, container) && read.add(container.name())) {
          tails.add(logTail(task, container, definition));
        }
      }
    }
    return tails;
  }

  private static boolean hasFailed(StoppedTask task, Container container) {
    return container.unhealthy()
        || task.reason().contains("health checks")
        || (task.stopCode().equals("EssentialContainerExited")
            && container.exitCode().isPresent()
            && container.exitCode().getAsInt() != 143);
  }

  private LogTail logTail(StoppedTask task, Container container, TaskDefinition definition) {
    return switch (ContainerLog.of(definition, container.name(), task.id())) {
      case ContainerLog.Elsewhere(String warning) -> warning(task, container, warning);
      case ContainerLog.At(LogStream stream) -> {
        try {
          yield source.logTail(stream);
        } catch (RuntimeException e) {
          yield warning(
              task,
              container,
              "the log of container %s (%s in %s) could not be read: %s"
                  .formatted(container.name(), stream.name(), stream.group(), e.getMessage()));
        }
      }
    };
  }

  private static LogTail warning(StoppedTask task, Container container, String warning) {
    return new LogTail(container.name(), task.id(), List.of(), Optional.of(warning));
  }
}
