package dev.slipway.image;

/**
 * Selects the image of a repository that an environment's services run. A policy is a value, and
 * reads nothing itself.
 */
public sealed interface ImagePolicy permits FromPolicy, RegistryPolicy {
  /** Whether a push of this tag may change what the policy selects. */
  boolean isConcernedBy(ImageTag pushed);

  /** As people read it in a sentence, such as {@code tag staging}. */
  @Override
  String toString();
}
