package dev.slipway.image;

import java.util.List;

/** A policy that chooses by what the registry has. */
public sealed interface RegistryPolicy extends WholePolicy
    permits DigestPolicy, NewestPolicy, SemverPolicy, TagPolicy {
  /**
   * Which image of a repository it is.
   *
   * @param images all that have a tag, in any order; none for a policy that does not compare them
   */
  Choice choose(List<TaggedImage> images);
}
