package dev.slipway.deploy;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.TagValue;
import dev.slipway.image.ImageDigest;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The images that must not be deployed to a service again, by its tag {@code slipway:blocked}.
 *
 * @param digests that the tag names, without repetitions; those that were added last come last
 * @param strays words of the tag that are no digest
 */
public record BlockedImages(List<ImageDigest> digests, List<String> strays) {
  /** How many digests a tag's value has room for. */
  public static final int MOST = 3;

  /** Copies the lists. */
  public BlockedImages {
    digests = List.copyOf(digests);
    strays = List.copyOf(strays);
  }

  /** Those of a service. */
  public static BlockedImages of(Service service) {
    Set<ImageDigest> digests = new LinkedHashSet<>();
    List<String> strays = new ArrayList<>();
    for (String word : service.tag(Service.BLOCKED_TAG).orElse("").split("\\s+", -1)) {
      ImageDigest.find(word)
          .ifPresentOrElse(
              digests::add,
              () -> {
                if (!word.isEmpty()) {
                  strays.add(word);
                }
              });
    }
    return new BlockedImages(List.copyOf(digests), strays);
  }

  /** Whether the image must not be deployed. */
  public boolean contain(ImageDigest digest) {
    return digests.contains(digest);
  }

  /**
   * These and some more, which come last. The oldest drop out where a tag's value has no room for
   * all: an image that failed long ago is the one that is least likely to come back.
   */
  public BlockedImages with(Collection<ImageDigest> more) {
    List<ImageDigest> all = new ArrayList<>(digests);
    all.removeAll(more);
    more.stream().distinct().forEach(all::add);
    int room = MOST;
    while (room > 1
        && new BlockedImages(last(all, room), strays).tagValue().length() > TagValue.LONGEST) {
      room--;
    }
    return new BlockedImages(last(all, room), strays);
  }

  /** These without some. */
  public BlockedImages without(Collection<ImageDigest> unblocked) {
    return new BlockedImages(
        digests.stream().filter(digest -> !unblocked.contains(digest)).toList(), strays);
  }

  private static List<ImageDigest> last(List<ImageDigest> all, int count) {
    return all.subList(Math.max(0, all.size() - count), all.size());
  }

  /** The tag's value for these; empty where nothing is blocked. */
  public String tagValue() {
    return Stream.concat(strays.stream(), digests.stream().map(ImageDigest::value))
        .collect(joining(" "));
  }

  /** Somebody meant to block something: until it is known what, nothing is deployed. */
  Optional<String> unreadable() {
    return strays.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the service's tag %s holds \"%s\", which is no image digest (sha256: and 64 hex"
                    .formatted(Service.BLOCKED_TAG, String.join(" ", strays))
                + " digits): correct or remove it");
  }

  @Override
  public String toString() {
    return "it is blocked by the service's tag " + Service.BLOCKED_TAG;
  }
}
