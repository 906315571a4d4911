package dev.slipway.deploy;

import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the core asks Amazon ECR. */
public interface ImageRegistry {
  /** What {@code tag} points at in {@code repository} at this moment; never from a cache. */
  Candidate candidate(Repository repository, ImageTag tag);

  /**
   * All tags of {@code repository}, with the images that they point at; none if there is no such
   * repository. Archived ones are among them, and say so. What is known not to be an image, such as
   * a signature or a chart, is left out, and so are the tags by which Slipway keeps images.
   */
  List<TaggedImage> taggedImages(Repository repository);

  /** What {@code digest} names in {@code repository}, if it is still there. */
  Candidate image(Repository repository, ImageDigest digest);

  /**
   * When an image was pushed first. Another tag, or pushing it again, does not change that.
   *
   * @return empty if the repository does not have it
   */
  Optional<Instant> pushedAt(Repository repository, ImageDigest digest);

  /** The same of several images; those that the repository does not have are left out. */
  default Map<ImageDigest, Instant> pushedAt(
      Repository repository, Collection<ImageDigest> digests) {
    Map<ImageDigest, Instant> pushed = new LinkedHashMap<>();
    digests.forEach(digest -> pushedAt(repository, digest).ifPresent(at -> pushed.put(digest, at)));
    return pushed;
  }

  /** Whether an image that nobody can pull is archived: it can be restored, in some minutes. */
  boolean isArchived(Repository repository, ImageDigest digest);

  /**
   * What was found in a manifest.
   *
   * @param manifest of an image; an image index is never scanned, its manifests are
   * @param enough whether no more findings need be read; there is an end to what is read anyway
   */
  ImageScan scan(Repository repository, ImageDigest manifest, Predicate<ImageScan> enough);

  /**
   * What has become of ECR's signing of an image.
   *
   * @param profiles the ARNs of the signing profiles that are asked for
   */
  ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles);
}
