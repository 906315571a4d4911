package dev.slipway.doctor;

import dev.slipway.image.ImageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An image as Amazon ECR keeps it.
 *
 * @param tags as ECR writes them
 * @param pushedAt when it was pushed first
 * @param pulledAt when it was pulled last, to the day; empty where ECR recorded no pull
 * @param active whether it can be pulled: not if it is archived, or on its way back from there
 * @param index whether it is an image index, which names an image for each platform
 */
public record StoredImage(
    ImageDigest digest,
    Set<String> tags,
    Instant pushedAt,
    Optional<Instant> pulledAt,
    boolean active,
    boolean index) {
  /** Copies the set. */
  public StoredImage {
    tags = Set.copyOf(tags);
  }

  /** The same image once a tag has moved to another. */
  StoredImage without(String tag) {
    Set<String> left = new HashSet<>(tags);
    left.remove(tag);
    return new StoredImage(digest, left, pushedAt, pulledAt, active, index);
  }
}
