package dev.slipway.operate;

import dev.slipway.ecs.Service;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be done, or was.
 *
 * @param promoted without those that have the tag already
 * @param followers services of the environment that is promoted to, which follow one of the images
 * @param warnings sentences for people: what has the tag already, what runs nothing
 */
public record PromotionPlan(
    List<Promoted> promoted, List<Follower> followers, List<String> warnings) {
  /** Copies the lists. */
  public PromotionPlan {
    promoted = List.copyOf(promoted);
    followers = List.copyOf(followers);
    warnings = List.copyOf(warnings);
  }

  /** What people say yes to: see {@link Plan#facts}. */
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    if (promoted.isEmpty()) {
      return facts;
    }
    promoted.forEach(image ->
        facts.add(
            "%s of %s gets tag %s%s"
                .formatted(
                    image.digest(),
                    image.repository().name(),
                    image.tag(),
                    image.replaces().map(" instead of %s"::formatted).orElse(""))));
    followers.forEach(follower -> facts.add("%s follows".formatted(follower.service())));
    return facts;
  }

  /** The same, with more warnings. */
  PromotionPlan warning(List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new PromotionPlan(promoted, followers, all);
  }

  /**
   * One image that gets the tag.
   *
   * @param replaces what the tag pointed at before; empty if there was no such tag
   */
  public record Promoted(
      Repository repository, ImageDigest digest, ImageTag tag, Optional<ImageDigest> replaces) {}

  /**
   * A service that follows promoted images.
   *
   * @param repositories that it follows
   */
  public record Follower(Service service, Set<Repository> repositories) {
    /** Copies the set. */
    public Follower {
      repositories = Set.copyOf(repositories);
    }
  }
}
