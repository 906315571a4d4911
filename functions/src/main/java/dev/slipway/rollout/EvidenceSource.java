package dev.slipway.rollout;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import java.util.List;

/** Where evidence of a failure is found. {@link EvidenceCollector} bears what cannot be read. */
public interface EvidenceSource {
  /**
   * The tasks of a deployment that have stopped or are about to, newest first. Throws as {@link
   * dev.slipway.deploy.Ecs} does.
   */
  List<StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment);

  /** The end of a container's log. Throws where it cannot be read, as the other methods do. */
  LogTail logTail(LogStream stream);

  /**
   * Where a container writes its log.
   *
   * @param group name of the log group
   * @param region that the log group is in
   * @param name of the log stream
   * @param task the id of the container's task
   */
  record LogStream(String group, String region, String name, String container, String task) {}
}
