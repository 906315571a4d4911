package dev.slipway.operate;

import dev.slipway.image.ImageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * Which of two images of a repository is older: the one that an environment had first. Where the
 * record of that environment does not have both, it is the one that was pushed first.
 *
 * @param environment its name
 * @param had when it had images first, as far as its record goes
 * @param pushed when images were pushed to Amazon ECR first, of those that this was asked of
 */
record ImageOrder(
    String environment, Map<ImageDigest, Instant> had, Map<ImageDigest, Instant> pushed) {
  /** Copies the maps. */
  ImageOrder {
    had = Map.copyOf(had);
    pushed = Map.copyOf(pushed);
  }

  /** Whether it is known which of the two is older. */
  boolean knows(ImageDigest one, ImageDigest other) {
    return hasBoth(had, one, other) || hasBoth(pushed, one, other);
  }

  /** Why one image is older than another; empty where it is not, or nobody knows. */
  Optional<String> whyOlder(ImageDigest one, ImageDigest other) {
    return hasBoth(had, one, other)
        ? whyOlder(had, one, other, environment + " had it first at %s, and the other at %s")
        : whyOlder(pushed, one, other, "it was pushed at %s, and the other at %s");
  }

  private static Optional<String> whyOlder(
      Map<ImageDigest, Instant> times, ImageDigest one, ImageDigest other, String words) {
    Instant first = times.get(one);
    Instant second = times.get(other);
    return first != null && second != null && first.isBefore(second)
        ? Optional.of(words.formatted(inSeconds(first), inSeconds(second)))
        : Optional.empty();
  }

  private static boolean hasBoth(
      Map<ImageDigest, Instant> times, ImageDigest one, ImageDigest other) {
    return times.containsKey(one) && times.containsKey(other);
  }

  private static Instant inSeconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }
}
