package dev.slipway.doctor;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A repository that a service's images come from, as far as it could be read.
 *
 * @param mutability empty where it is not known
 * @param images empty where they are not known
 * @param policy empty where there is none, or it is not known
 */
record StoredRepository(
    Repository repository,
    Optional<TagMutability> mutability,
    Optional<List<StoredImage>> images,
    Optional<LifecyclePolicy> policy) {
  /** So far ahead people are warned of what a lifecycle policy does by itself. */
  static final Duration AHEAD = Duration.ofDays(7);

  /** What stands for the image that is pushed next. */
  private static final ImageDigest NEXT = new ImageDigest("sha256:" + "0".repeat(64));

  StoredRepository {
    images = images.map(List::copyOf);
  }

  /** Why a container cannot be started from an image; empty where it can, or nobody knows. */
  Optional<String> lost(ImageDigest digest) {
    return images.flatMap(all ->
        all.stream()
            .filter(image -> image.digest().equals(digest))
            .findFirst()
            .map(image ->
                image.active()
                    ? Optional.<String>empty()
                    : Optional.of("is archived in Amazon ECR"))
            .orElse(Optional.of("is no longer in Amazon ECR")));
  }

  /** Why the lifecycle policy takes an image now; empty where it does not. */
  Optional<String> expiring(ImageDigest digest, Instant now) {
    return taken(digest, UnaryOperator.identity(), now);
  }

  /** Why the lifecycle policy takes an image before long; empty where it does not. */
  Optional<String> expiringSoon(ImageDigest digest, Instant now) {
    return taken(digest, UnaryOperator.identity(), now.plus(AHEAD));
  }

  /**
   * Why the lifecycle policy takes an image once another is pushed; empty where it does not.
   *
   * @param tag that the other one gets
   * @param moves whether the image that has the tag now loses it
   */
  Optional<String> expiringAtNextPush(ImageDigest digest, String tag, boolean moves, Instant now) {
    return taken(
        digest,
        all -> {
          List<StoredImage> then = new ArrayList<>();
          all.forEach(image -> then.add(moves ? image.without(tag) : image));
          then.add(new StoredImage(NEXT, Set.of(tag), now, Optional.empty(), true, false));
          return then;
        },
        now);
  }

  private Optional<String> taken(
      ImageDigest digest, UnaryOperator<List<StoredImage>> then, Instant now) {
    return images.flatMap(all ->
        policy.flatMap(rules ->
            Optional.ofNullable(rules.taken(then.apply(all), now).get(digest))
                .map(LifecyclePolicy.Rule::toString)));
  }
}
