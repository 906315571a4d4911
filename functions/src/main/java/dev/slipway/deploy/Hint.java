package dev.slipway.deploy;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import java.util.Optional;

/**
 * Says that something may have changed, and which services to evaluate. It is never believed: what
 * is to be done is read from ECR, ECS and the record.
 */
public sealed interface Hint {
  /** Where the hint comes from. */
  Trigger trigger();

  /** An image was pushed: evaluate every service that follows the repository and the tag. */
  record ImagePushed(Trigger.Push trigger) implements Hint {}

  /**
   * A scan of an image has ended: evaluate the services that may wait for it.
   *
   * @param repository of the image
   */
  record ImageScanned(Repository repository, Trigger trigger) implements Hint {}

  /**
   * Evaluate this one service: a push that concerns many is fanned out into these, and whoever
   * wants a service to be evaluated for another reason sends one.
   */
  record CheckService(ServiceArn service, Trigger trigger) implements Hint {}

  /**
   * Search the next part of the account's services for those that a push concerns. There are too
   * many of them for one look.
   *
   * @param position where the part begins, {@link ServicePage#next}; empty at the first services
   * @param part its number, 1 for the first
   * @param found whether an earlier part had services that the push concerns, or may concern
   */
  record SearchServices(Trigger.Push trigger, Optional<String> position, int part, boolean found)
      implements Hint {}
}
