package dev.slipway.announce;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.List;
import java.util.Optional;

/**
 * One image that has another tag now.
 *
 * @param replaces what had the tag before
 * @param from name of the environment that proved the image
 * @param to name of the environment that follows the tag
 * @param services that follow it
 */
public record PromotedImage(
    Repository repository,
    ImageDigest digest,
    ImageTag tag,
    Optional<ImageDigest> replaces,
    String from,
    String to,
    List<ServiceArn> services) {
  /** Copies the list. */
  public PromotedImage {
    services = List.copyOf(services);
  }

  /** One sentence for the log. */
  public String sentence() {
    return "image %s of %s is promoted from %s to %s"
        .formatted(digest.abbreviated(), repository.name(), from, to);
  }
}
