package dev.slipway.image;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.util.Comparator;

/**
 * A tag of a repository, and the image that it points at.
 *
 * @param pushedAt when the image was pushed first: Amazon ECR does not change that when the image
 *     gets another tag
 * @param archived whether Amazon ECR keeps it where nobody can pull it
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html">ImageDetail</a>
 */
public record TaggedImage(ImageTag tag, ImageDigest digest, Instant pushedAt, boolean archived) {
  /** The one that was pushed later is greater; then by digest and tag, so that no two are equal. */
  static final Comparator<TaggedImage> BY_PUSH =
      comparing(TaggedImage::pushedAt)
          .thenComparing(image -> image.digest().value())
          .thenComparing(image -> image.tag().value());

  /** The same, archived or not. */
  public TaggedImage withArchived(boolean is) {
    return new TaggedImage(tag, digest, pushedAt, is);
  }

  /** The same, pushed at another time. */
  public TaggedImage withPushedAt(Instant at) {
    return new TaggedImage(tag, digest, at, archived);
  }

  /** Whether the other is the same tag of the same image. */
  public boolean isSameTag(TaggedImage other) {
    return tag.equals(other.tag) && digest.equals(other.digest);
  }
}
