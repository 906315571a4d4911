package dev.slipway.operate;

import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.rollout.ContainerLog;
import dev.slipway.text.OutsideText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a service's containers have logged: of the newest tasks, those that failed first. At most
 * ten logs are read; secrets are masked.
 */
public final class Logs {
  /** So many tasks are looked at. */
  static final int MAX_TASKS = 5;

  /** So many logs are read: a call for each. */
  static final int MAX_STREAMS = 10;

  private static final int MAX_LINE = 1_000;

  private final Ecs ecs;
  private final TaskLogs logs;

  /** Reads from these. */
  public Logs(Ecs ecs, TaskLogs logs) {
    this.ecs = ecs;
    this.logs = logs;
  }

  /**
   * The log of one container of one task.
   *
   * @param lines oldest first, safe to show
   * @param warning why there are none; empty where it was read
   */
  public record Log(
      ServiceTask task, String container, List<TaskLogs.Line> lines, Optional<String> warning) {
    /** Copies the list. */
    public Log {
      lines = List.copyOf(lines);
    }
  }

  /**
   * What was found.
   *
   * @param warnings sentences for people: what there is besides, and was not read
   */
  public record Found(List<Log> logs, List<String> warnings) {
    /** Copies the lists. */
    public Found {
      logs = List.copyOf(logs);
      warnings = List.copyOf(warnings);
    }
  }

  /** A container of a task, or a task of which nothing more is known. */
  private record Wanted(ServiceTask task, Optional<TaskDefinition> definition, Log unread) {
    static Wanted of(ServiceTask task, TaskDefinition definition, String container) {
      return new Wanted(
          task, Optional.of(definition), new Log(task, container, List.of(), Optional.empty()));
    }

    static Wanted unknown(ServiceTask task, String container, String warning) {
      return new Wanted(
          task, Optional.empty(), new Log(task, container, List.of(), Optional.of(warning)));
    }
  }

  /**
   * The logs of a service.
   *
   * @param container the name of the only one that is wanted
   * @param since no line that is older
   * @param limit of the newest lines of each log
   * @throws RejectedRequest if no task has such a container
   */
  public Found of(Service service, Optional<String> container, Instant since, int limit) {
    List<Wanted> found = new ArrayList<>();
    List<String> names = new ArrayList<>();
    TaskLogs.Tasks tasks = logs.tasks(service.arn());
    for (ServiceTask task : newest(tasks.tasks())) {
      TaskDefinition definition;
      try {
        definition = ecs.taskDefinition(task.revision());
      } catch (EcsClientError e) {
        found.add(
            Wanted.unknown(
                task,
                container.orElse("?"),
                "%s cannot be read, so its containers are not known: %s"
                    .formatted(task.revision().shortName(), e.getMessage())));
        continue;
      }
      for (TaskDefinition.Container each : definition.containers()) {
        names.add(each.name());
        if (container.filter(wanted -> !wanted.equals(each.name())).isEmpty()) {
          found.add(Wanted.of(task, definition, each.name()));
        }
      }
    }
    if (found.isEmpty() && !names.isEmpty()) {
      throw new RejectedRequest(
          "container: no task of %s has one of that name; they have %s"
              .formatted(service, String.join(", ", names.stream().distinct().toList())));
    }
    List<String> warnings = new ArrayList<>();
    if (!tasks.isComplete()) {
      warnings.add(
          "%s has more tasks than were looked at (%d): these may not be the newest ones"
              .formatted(service, tasks.tasks().size()));
    }
    List<Wanted> chosen = chosen(found);
    if (chosen.size() < found.size()) {
      warnings.add(
          "%d more logs of these tasks are not read: choose one container"
              .formatted(found.size() - chosen.size()));
    }
    return new Found(
        chosen.stream()
            .map(wanted ->
                wanted
                    .definition()
                    .map(definition ->
                        log(wanted.task(), definition, wanted.unread().container(), since, limit))
                    .orElse(wanted.unread()))
            .toList(),
        warnings);
  }

  /** As many as are read, in their order; up to half of them are kept for a task that runs. */
  private static List<Wanted> chosen(List<Wanted> found) {
    List<Wanted> running =
        found.stream()
            .filter(wanted -> wanted.task().isRunning())
            .findFirst()
            .map(first ->
                found.stream()
                    .filter(wanted -> wanted.task().equals(first.task()))
                    .limit(MAX_STREAMS / 2)
                    .toList())
            .orElse(List.of());
    Set<Wanted> chosen = new HashSet<>(running);
    found.stream()
        .filter(wanted -> !chosen.contains(wanted))
        .limit(MAX_STREAMS - running.size())
        .toList()
        .forEach(chosen::add);
    return found.stream().filter(chosen::contains).toList();
  }

  /** Those that failed first, each kind newest first; one that runs is always among them. */
  static List<ServiceTask> newest(List<ServiceTask> tasks) {
    List<ServiceTask> sorted =
        tasks.stream()
            .sorted(
                Comparator.comparing(ServiceTask::state)
                    .thenComparing(Comparator.comparing(ServiceTask::at).reversed()))
            .toList();
    List<ServiceTask> newest = new ArrayList<>(sorted.stream().limit(MAX_TASKS).toList());
    if (newest.stream().noneMatch(ServiceTask::isRunning)) {
      sorted.stream()
          .filter(ServiceTask::isRunning)
          .findFirst()
          .ifPresent(running -> newest.set(newest.size() - 1, running));
    }
    return newest;
  }

  private Log log(
      ServiceTask task, TaskDefinition definition, String container, Instant since, int limit) {
    return switch (ContainerLog.of(definition, container, task.id())) {
      case ContainerLog.Elsewhere(String warning) ->
          new Log(task, container, List.of(), Optional.of(warning));
      case ContainerLog.At at -> {
        try {
          yield new Log(
              task,
              container,
              shown(logs.lines(at.stream(), since, limit), limit),
              Optional.empty());
        } catch (RuntimeException e) {
          // the others are shown anyway
          yield new Log(
              task,
              container,
              List.of(),
              Optional.of(
                  "the log of container %s (%s in %s) could not be read: %s"
                      .formatted(
                          container, at.stream().name(), at.stream().group(), e.getMessage())));
        }
      }
    };
  }

  /**
   * Masked as one text, since a secret may go over several lines. An event may have many lines: the
   * newest of all are kept.
   */
  private static List<TaskLogs.Line> shown(List<TaskLogs.Line> lines, int limit) {
    if (lines.isEmpty()) {
      return List.of();
    }
    List<Instant> times = new ArrayList<>();
    for (TaskLogs.Line line : lines) {
      for (String _ : line.text().split("\r?\n", -1)) {
        times.add(line.at());
      }
    }
    List<String> texts =
        OutsideText.lines(lines.stream().map(TaskLogs.Line::text).toList(), MAX_LINE);
    List<TaskLogs.Line> shown = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      // a secret that went over several lines is one now: the times after it are the newest ones
      Instant at = times.get(Math.min(i + times.size() - texts.size(), times.size() - 1));
      shown.add(new TaskLogs.Line(texts.size() == times.size() ? times.get(i) : at, texts.get(i)));
    }
    return shown.subList(Math.max(0, shown.size() - limit), shown.size());
  }
}
