package dev.slipway.deploy;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A registry that is asked everything once, whether it answers or not: for a look at many services
 * at one moment. What is deployed is decided by a look without it. For one thread.
 */
public final class CachingImageRegistry implements ImageRegistry {
  private record Tagged(Repository repository, ImageTag tag) {}

  private record Digested(Repository repository, ImageDigest digest) {}

  private record Signed(Digested image, Set<String> profiles) {}

  private final ImageRegistry registry;
  private final Once<Tagged, Candidate> candidates = new Once<>();
  private final Once<Digested, Candidate> images = new Once<>();
  private final Once<Digested, Optional<Instant>> pushed = new Once<>();
  private final Once<Repository, List<TaggedImage>> tagged = new Once<>();
  private final Once<Digested, ImageScan> scans = new Once<>();
  private final Once<Signed, ImageSigning> signings = new Once<>();

  /**
   * @param registry that answers
   */
  public CachingImageRegistry(ImageRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Candidate candidate(Repository repository, ImageTag tag) {
    return candidates.of(new Tagged(repository, tag), _ -> registry.candidate(repository, tag));
  }

  @Override
  public List<TaggedImage> taggedImages(Repository repository) {
    return tagged.of(repository, registry::taggedImages);
  }

  @Override
  public Candidate image(Repository repository, ImageDigest digest) {
    return images.of(new Digested(repository, digest), _ -> registry.image(repository, digest));
  }

  @Override
  public Optional<Instant> pushedAt(Repository repository, ImageDigest digest) {
    return pushed.of(new Digested(repository, digest), _ -> registry.pushedAt(repository, digest));
  }

  @Override
  public boolean isArchived(Repository repository, ImageDigest digest) {
    return registry.isArchived(repository, digest);
  }

  /** What is known may not be enough for the gate of another environment. */
  @Override
  public ImageScan scan(Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
    return scans.of(
        new Digested(repository, manifest),
        scan -> scan.complete() || enough.test(scan),
        _ -> registry.scan(repository, manifest, enough));
  }

  @Override
  public ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles) {
    return signings.of(
        new Signed(new Digested(repository, image), Set.copyOf(profiles)),
        _ -> registry.signing(repository, image, profiles));
  }
}
