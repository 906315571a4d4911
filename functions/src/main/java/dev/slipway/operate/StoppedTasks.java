package dev.slipway.operate;

import dev.slipway.ecs.ServiceArn;
import java.util.Optional;

/** The tasks of a service that have stopped: ECS keeps them for an hour. */
public interface StoppedTasks {
  /**
   * Why the newest one stopped, in one sentence; empty where ECS has none any more. What keeps it
   * from being read passes as the adapter's own exception.
   */
  Optional<String> newestReason(ServiceArn service);
}
