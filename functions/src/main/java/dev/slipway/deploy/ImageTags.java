package dev.slipway.deploy;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.Optional;

/** Gives images of Amazon ECR tags, which is a push as far as ECR's events are concerned. */
public interface ImageTags {
  /**
   * Has a tag point at an image; nothing is pulled or built. That it does already is no error.
   *
   * @return empty if it does now; otherwise why not, in ECR's words: the image is gone, or the tag
   *     is immutable
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html">Retagging an
   *     image</a>
   */
  Optional<String> put(Repository repository, ImageTag tag, ImageDigest digest);
}
