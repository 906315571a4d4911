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
   * <p>A tag that somebody else moved since it was looked at is left as it is. ECR has no
   * conditional PutImage, so the tag is read right before it is put: a push that arrives between
   * those two calls, some tens of milliseconds, is overwritten all the same. ECR keeps its image,
   * without the tag.
   *
   * @param replaces what the tag pointed at when that was decided; empty if there was no such tag
   * @return empty if it points at the image now; otherwise why not, in ECR's words or in ours: the
   *     image is gone, the tag is immutable, or it was moved
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html">Retagging an
   *     image</a>
   */
  Optional<String> put(
      Repository repository, ImageTag tag, ImageDigest digest, Optional<ImageDigest> replaces);
}
