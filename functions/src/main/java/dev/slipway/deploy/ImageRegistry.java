package dev.slipway.deploy;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;

/** What the core asks Amazon ECR. */
public interface ImageRegistry {
  /** What {@code tag} points at in {@code repository} at this moment; never from a cache. */
  Candidate candidate(Repository repository, ImageTag tag);

  /** What {@code digest} names in {@code repository}, if it is still there. */
  Candidate image(Repository repository, ImageDigest digest);
}
