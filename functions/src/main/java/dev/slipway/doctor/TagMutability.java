package dev.slipway.doctor;

import dev.slipway.image.ImageTag;
import dev.slipway.image.WildcardPattern;
import java.util.List;

/**
 * Whether the tags of a repository may move from one image to another.
 *
 * @param setting {@code MUTABLE} or {@code IMMUTABLE}, each also with {@code _WITH_EXCLUSION}
 * @param exclusions the tags for which the contrary holds
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html">Image
 *     tag mutability</a>
 */
public record TagMutability(String setting, List<WildcardPattern> exclusions) {
  /** Copies the list. */
  public TagMutability {
    exclusions = List.copyOf(exclusions);
  }

  /** Whether this tag may move. */
  boolean letsMove(ImageTag tag) {
    boolean excluded = exclusions.stream().anyMatch(pattern -> pattern.matches(tag.value()));
    return setting.startsWith("IMMUTABLE") == excluded;
  }
}
