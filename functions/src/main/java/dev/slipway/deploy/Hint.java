package dev.slipway.deploy;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;

/**
 * Says that something may have changed, and which services to look at. It is never believed: what
 * is to be done is read from ECR and ECS.
 */
public sealed interface Hint {
  /** Where the hint comes from. */
  Trigger cause();

  /** An image was pushed: look at every service that follows the cause's repository and tag. */
  record ImagePushed(Trigger.Push cause) implements Hint {}

  /**
   * Look at this one service: a push that concerns many is divided into these, and who wants a
   * service to be looked at for another reason says so with one.
   */
  record ServiceNamed(ServiceArn service, Trigger cause) implements Hint {}
}
