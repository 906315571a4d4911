package dev.slipway.record;

import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator chose for a service instead of what its environment selects. It holds until a
 * candidate is selected that was not there when it was chosen, be it what was chosen; then it ends
 * for good.
 *
 * @param revision of the service's own family; a copy of it is deployed
 * @param images that the copy's containers get, by container: by digest wherever one is known
 * @param insteadOf the candidates that it passes over
 * @param by who chose it
 * @param eventId of the request
 * @param applied whether a deployment of it was started, or the service was found to have it: from
 *     then on it only passes candidates over, and deploys nothing again
 * @param passing the gates that the operator had it pass, and why, such as {@code passing approval:
 *     login is broken}; empty where it passed none
 */
public record Pin(
    TaskDefinitionArn revision,
    Map<String, ImageReference> images,
    Set<ImageDigest> insteadOf,
    String by,
    Instant at,
    String eventId,
    boolean applied,
    Optional<String> passing) {
  /** Copies the collections. */
  public Pin {
    images = new LinkedHashMap<>(images);
    insteadOf = Set.copyOf(insteadOf);
  }

  /** A copy, in the order of the containers. */
  @Override
  public Map<String, ImageReference> images() {
    return new LinkedHashMap<>(images);
  }

  /** Whether it keeps this candidate from being deployed. */
  public boolean passesOver(ImageDigest candidate) {
    return insteadOf.contains(candidate);
  }

  /** The same, applied. */
  public Pin asApplied() {
    return new Pin(revision, images, insteadOf, by, at, eventId, true, passing);
  }
}
