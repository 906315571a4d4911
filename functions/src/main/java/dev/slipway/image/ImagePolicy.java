package dev.slipway.image;

import java.util.List;

/**
 * Selects the image of a repository that an environment's services run. A policy is a value: it
 * says what it chooses, and reads nothing itself.
 */
public sealed interface ImagePolicy permits DigestPolicy, NewestPolicy, TagPolicy {
  /** Whether a push of this tag may change what the policy selects. */
  boolean isConcernedBy(ImageTag pushed);

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
