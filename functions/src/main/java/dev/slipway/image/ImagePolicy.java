package dev.slipway.image;

import java.util.List;
import java.util.Optional;

/**
 * Selects the image of a repository that an environment's services run. A policy is a value: it
 * says what it chooses, and reads nothing itself.
 */
public sealed interface ImagePolicy
    permits DigestPolicy, LimitedPolicy, NewestPolicy, SemverPolicy, TagPolicy {
  /** Whether a push of this tag may change what the policy selects. */
  boolean isConcernedBy(ImageTag pushed);

  /** Whether it selects anything in a repository; all do in all but {@link LimitedPolicy}. */
  default boolean selectsIn(Repository repository) {
    return true;
  }

  /** The one tag that it follows wherever that points; empty for a policy that chooses. */
  default Optional<ImageTag> followedTag() {
    return Optional.empty();
  }

  /** Whether it chooses among all tagged images of a repository; otherwise none need be read. */
  boolean comparesImages();

  /**
   * Which image of a repository it is.
   *
   * @param images all that have a tag, in any order; none for a policy that does not compare them
   */
  Choice choose(List<TaggedImage> images);

  /** As people read it in a sentence, such as {@code tag staging}. */
  @Override
  String toString();
}
