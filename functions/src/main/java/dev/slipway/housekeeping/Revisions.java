package dev.slipway.housekeeping;

import dev.slipway.ecs.TaskDefinitionArn;

/** Deregisters revisions of task definitions. */
public interface Revisions {
  /** ECS still shows it, as INACTIVE, and starts nothing with it any more. Failures pass. */
  void deregister(TaskDefinitionArn revision);
}
