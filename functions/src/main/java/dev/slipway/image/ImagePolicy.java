package dev.slipway.image;

import java.util.Optional;

/**
 * Selects the image of a repository that an environment's services run. A policy is a value, and
 * reads nothing itself.
 */
public sealed interface ImagePolicy permits LimitedPolicy, WholePolicy {
  /** Whether a push of this tag may change what the policy selects. */
  boolean isConcernedBy(ImageTag pushed);

  /** Whether it selects anything in a repository; all do in all but {@link LimitedPolicy}. */
  default boolean selectsIn(Repository repository) {
    return true;
  }

  /** How it selects, without a limit to some repositories. */
  WholePolicy whole();

  /** The one tag that it follows wherever that points; empty for a policy that chooses. */
  default Optional<ImageTag> followedTag() {
    return Optional.empty();
  }

  /** Whether it chooses among all tagged images of a repository; otherwise none need be read. */
  default boolean comparesImages() {
    return false;
  }

  /** As people read it in a sentence, such as {@code tag staging}. */
  @Override
  String toString();
}
