package dev.slipway.image;

import java.util.List;
import java.util.Optional;

/**
 * What a policy chose in a repository: an image by its tag, by its digest, or by a tag that is
 * known to point at this digest.
 *
 * @param tag that it came from; empty where it was chosen by its digest alone, or nothing was
 * @param digest empty where only the registry knows what the tag points at, or nothing was chosen
 * @param passedOver what was not chosen, what people may have expected first; no more than {@link
 *     #MAX_PASSED_OVER}
 * @param warnings what looks like a mistake in the policy, each a sentence
 */
public record Choice(
    Optional<ImageTag> tag,
    Optional<ImageDigest> digest,
    List<PassedOver> passedOver,
    List<String> warnings) {
  /** So many are enough to see why. */
  public static final int MAX_PASSED_OVER = 5;

  /** Keeps the first of what was passed over. */
  public Choice {
    passedOver = passedOver.stream().limit(MAX_PASSED_OVER).toList();
    warnings = List.copyOf(warnings);
  }

  /** Whatever this tag points at. */
  static Choice of(ImageTag tag) {
    return new Choice(Optional.of(tag), Optional.empty(), List.of(), List.of());
  }

  /** Just this image. */
  static Choice of(ImageDigest digest) {
    return new Choice(Optional.empty(), Optional.of(digest), List.of(), List.of());
  }

  /** One of those that are there, or nothing. */
  static Choice among(
      Optional<TaggedImage> image, List<PassedOver> passedOver, List<String> warnings) {
    return new Choice(
        image.map(TaggedImage::tag), image.map(TaggedImage::digest), passedOver, warnings);
  }
}
