package dev.slipway.operate;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.EvidenceSource.LogStream;
import java.time.Instant;
import java.util.List;

/** The tasks of a service and what their containers have logged. Throws as the adapters do. */
public interface TaskLogs {
  /** The tasks that run, and those that ECS still knows to have stopped, in any order. */
  List<ServiceTask> tasks(ServiceArn service);

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
