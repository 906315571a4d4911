package dev.slipway.operate;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.time.Instant;
import java.util.List;

/** The tasks of a service and what their containers have logged. Throws as the adapters do. */
public interface TaskLogs {
  /** The tasks that run, and those that ECS still knows to have stopped. */
  Tasks tasks(ServiceArn service);

  /**
   * Tasks of a service.
   *
   * @param tasks in any order
   * @param isComplete whether there are no others: of very many, ECS says only which there are, not
   *     which are the newest
   */
  record Tasks(List<ServiceTask> tasks, boolean isComplete) {
    /** Copies the list. */
    public Tasks {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * The newest lines of a log, oldest first.
   *
   * @param since none that is older
   * @param limit at most so many
   */
  List<Line> lines(LogStream stream, Instant since, int limit);

  /** What was logged at a moment, as the container wrote it. */
  record Line(Instant at, String text) {}
}
