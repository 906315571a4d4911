package dev.slipway.housekeeping;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.Collection;
import java.util.Map;

/** Tags of images in Amazon ECR, as far as keeping images needs them. Failures pass. */
public interface KeptImages {
  /**
   * What a repository has.
   *
   * @param tags those that are there, with the images that they point at
   * @param manifests of those images that are there, and can be pulled
   */
  record Stored(Map<ImageTag, ImageDigest> tags, Map<ImageDigest, Manifest> manifests) {
    /** Copies the maps. */
    public Stored {
      tags = Map.copyOf(tags);
      manifests = Map.copyOf(manifests);
    }
  }

  /** A manifest as it was pushed: its digest is that of this text. */
  record Manifest(String text, String mediaType) {}

  /** Looks for tags and for images, at most 100 together, in one call. */
  Stored stored(Repository repository, Collection<ImageTag> tags, Collection<ImageDigest> images);

  /** Has a tag point at an image, wherever it pointed before: ECR has a tag but once. */
  void move(Repository repository, ImageTag tag, ImageDigest digest, Manifest manifest);
}
