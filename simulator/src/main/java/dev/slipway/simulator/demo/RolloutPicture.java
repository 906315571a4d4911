package dev.slipway.simulator.demo;

import static java.util.stream.Collectors.joining;

import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.ecs.ServiceView.TaskView;
import java.util.List;
import java.util.TreeSet;

/**
 * A service's tasks as a row of marks, revision by revision: a rolling update is seen as marks that
 * move from one column to the next.
 */
final class RolloutPicture {
  /** What the marks mean. */
  static final String LEGEND = "○ to start   ◐ starting   ● running   ◌ stopping   × failed";

  private static final int COLUMN = 14;

  private RolloutPicture() {}

  static String of(ServiceView service) {
    TreeSet<String> revisions = new TreeSet<>(RolloutPicture::compareRevisions);
    revisions.add(service.taskDefinition());
    service.tasks().forEach(task -> revisions.add(task.taskDefinition()));
    return revisions.stream()
        .map(revision -> column(revision, service.tasks()))
        .collect(joining("  "))
        .stripTrailing();
  }

  /** {@code family:9} comes before {@code family:10}. */
  private static int compareRevisions(String one, String other) {
    return one.length() == other.length()
        ? one.compareTo(other)
        : Integer.compare(one.length(), other.length());
  }

  private static String column(String revision, List<TaskView> tasks) {
    String marks =
        tasks.stream()
            .filter(task -> task.taskDefinition().equals(revision))
            .map(RolloutPicture::mark)
            .sorted()
            .collect(joining());
    return revision + " " + marks + " ".repeat(Math.max(0, COLUMN - marks.length()));
  }

  private static String mark(TaskView task) {
    if (!task.desiredToRun()) {
      return task.failed() ? "×" : "◌";
    }
    if (!task.lastStatus().equals("RUNNING")) {
      return "○";
    }
    return task.healthy() ? "●" : "◐";
  }
}
