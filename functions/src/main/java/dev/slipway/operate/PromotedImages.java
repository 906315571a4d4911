package dev.slipway.operate;

import dev.slipway.deploy.ImageRegistry;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import dev.slipway.operate.PromotionPlan.Promoted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The registry as it is once images have been promoted. It is asked what one tag points at: a
 * promotion is to an environment that follows one.
 */
final class PromotedImages implements ImageRegistry {
  private final ImageRegistry now;
  private final List<Promoted> promoted;

  /** The registry as it is now, and what changes. */
  PromotedImages(ImageRegistry now, List<Promoted> promoted) {
    this.now = now;
    this.promoted = List.copyOf(promoted);
  }

  @Override
  public Candidate candidate(Repository repository, ImageTag tag) {
    return promoted.stream()
        .filter(image -> image.repository().equals(repository) && image.tag().equals(tag))
        .findFirst()
        .map(image -> now.image(repository, image.digest()))
        .orElseGet(() -> now.candidate(repository, tag));
  }

  @Override
  public List<TaggedImage> taggedImages(Repository repository) {
    return now.taggedImages(repository);
  }

  @Override
  public Candidate image(Repository repository, ImageDigest digest) {
    return now.image(repository, digest);
  }

  @Override
  public Optional<Instant> pushedAt(Repository repository, ImageDigest digest) {
    return now.pushedAt(repository, digest);
  }

  @Override
  public boolean isArchived(Repository repository, ImageDigest digest) {
    return now.isArchived(repository, digest);
  }

  @Override
  public ImageScan scan(Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
    return now.scan(repository, manifest, enough);
  }

  @Override
  public ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles) {
    return now.signing(repository, image, profiles);
  }
}
