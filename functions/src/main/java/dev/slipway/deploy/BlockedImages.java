package dev.slipway.deploy;

import dev.slipway.image.ImageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The images that must not be deployed to a service again, by its tag {@code slipway:blocked}.
 *
 * @param digests that the tag names
 * @param strays words of the tag that are no digest
 */
record BlockedImages(Set<ImageDigest> digests, List<String> strays) {
  static BlockedImages of(Service service) {
    Set<ImageDigest> digests = new HashSet<>();
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
    return new BlockedImages(digests, strays);
  }

  boolean contain(ImageDigest digest) {
    return digests.contains(digest);
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
