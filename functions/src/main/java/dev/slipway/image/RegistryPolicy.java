package dev.slipway.image;

import java.util.List;

/** A policy that chooses by what the registry has. */
public sealed interface RegistryPolicy extends ImagePolicy
    permits DigestPolicy, NewestPolicy, TagPolicy {
  /** Whether it chooses among all tagged images of a repository; otherwise none need be read. */
  boolean comparesImages();

  /**
   * Which image of a repository it is.
   *
   * @param images all that have a tag, in any order; none for a policy that does not compare them
   */
  Choice choose(List<TaggedImage> images);
}
