package dev.slipway.image;

import java.util.Optional;

/**
 * What a policy chose in a repository: an image by its tag, by its digest, or by a tag that is
 * known to point at this digest.
 *
 * @param tag that it came from; empty where it was chosen by its digest alone
 * @param digest empty where only the registry knows what the tag points at
 */
public record Choice(Optional<ImageTag> tag, Optional<ImageDigest> digest) {
  /** Whatever this tag points at. */
  static Choice of(ImageTag tag) {
    return new Choice(Optional.of(tag), Optional.empty());
  }

  /** Just this image. */
  static Choice of(ImageDigest digest) {
    return new Choice(Optional.empty(), Optional.of(digest));
  }
}
