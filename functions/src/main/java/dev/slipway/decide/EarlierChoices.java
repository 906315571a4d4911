package dev.slipway.decide;

import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an image policy is not to go below: the images that a service runs, and those that a pin
 * passes over. The policy chooses among these and what the registry lists. So an image that is
 * deleted, archived or loses its tag does not bring an older one back.
 *
 * @param digests of these images
 * @param images that the record knows a tag of; as the time of their push counts when they were
 *     deployed first, since the record has no other, and what is pushed later is newer
 */
public record EarlierChoices(Set<ImageDigest> digests, Map<Repository, List<TaggedImage>> images) {
  /** None: the policy chooses among what is listed. */
  public static final EarlierChoices NONE = new EarlierChoices(Set.of(), Map.of());

  /** Copies the collections. */
  public EarlierChoices {
    digests = Set.copyOf(digests);
    images = Map.copyOf(images);
  }

  /**
   * Those of a service.
   *
   * @param now the task definition that it has
   * @param resolved the digests that ECS recorded for images that name a tag
   */
  public static EarlierChoices of(
      TaskDefinition now, Collection<ImageDigest> resolved, RecordedService recorded) {
    Set<ImageDigest> digests = new HashSet<>(resolved);
    now.containers().forEach(c -> c.image().digest().ifPresent(digests::add));
    recorded.service().pin().map(Pin::insteadOf).ifPresent(digests::addAll);
    Map<Repository, List<TaggedImage>> images = new LinkedHashMap<>();
    for (DeploymentRecord deployment : recorded.deployments().reversed()) {
      deployment
          .changes()
          .forEach(change ->
              change
                  .tag()
                  .ifPresent(tag -> {
                    ImageReference to = change.to();
                    Optional<ImageDigest> digest = to.digest().filter(digests::contains);
                    if (digest.isPresent() && to.repository().isPresent()) {
                      images
                          .computeIfAbsent(to.repository().get(), _ -> new ArrayList<>())
                          .add(new TaggedImage(tag, digest.get(), deployment.decidedAt(), false));
                    }
                  }));
    }
    return new EarlierChoices(digests, images);
  }

  /** Whether an image is among them. */
  public boolean has(ImageDigest digest) {
    return digests.contains(digest);
  }

  /**
   * What a policy chooses among.
   *
   * @param listed the images that a repository has now
   */
  public List<TaggedImage> beside(Repository repository, List<TaggedImage> listed) {
    List<TaggedImage> all = new ArrayList<>();
    // one that was archived is one that the policy has chosen all the same
    listed.forEach(image -> all.add(has(image.digest()) ? image.withArchived(false) : image));
    for (TaggedImage earlier : images.getOrDefault(repository, List.of())) {
      if (all.stream().noneMatch(earlier::isSameTag)) {
        all.add(
            listed.stream()
                .filter(image -> image.digest().equals(earlier.digest()))
                .findFirst()
                .map(image -> earlier.withPushedAt(image.pushedAt()))
                .orElse(earlier));
      }
    }
    return all;
  }
}
