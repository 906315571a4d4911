package dev.slipway.image;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a tag of a repository points at now. */
public sealed interface Candidate {
  /**
   * An image that containers can be made from.
   *
   * @param digest of the image index where there is one, otherwise of the manifest
   * @param mediaType of the manifest that the digest names
   * @param platforms that an image index offers; empty where the manifest does not say
   * @param manifests that an image index lists, each with its platform, or without where the index
   *     does not say; none of a single manifest
   */
  record Image(
      ImageDigest digest,
      String mediaType,
      Set<Platform> platforms,
      Map<ImageDigest, Optional<Platform>> manifests)
      implements Candidate {
    /** Copies the collections. */
    public Image {
      platforms = Set.copyOf(platforms);
      manifests = Map.copyOf(manifests);
    }

    /** One whose manifests do not say their platforms. */
    public Image(
        ImageDigest digest, String mediaType, Set<Platform> platforms, Set<ImageDigest> manifests) {
      this(
          digest,
          mediaType,
          platforms,
          manifests.stream()
              .collect(Collectors.toMap(Function.identity(), _ -> Optional.<Platform>empty())));
    }

    /** Whether a container with this digest runs the image: by its own, or by a platform's. */
    public boolean isRunAs(ImageDigest running) {
      return digest.equals(running) || manifests.containsKey(running);
    }
  }

  /**
   * Something in a registry that no container can be made from: a signature, an attestation, an
   * SBOM, a chart.
   *
   * @param digest of its manifest
   * @param what it is, in words for people
   */
  record NotAnImage(ImageDigest digest, String what) implements Candidate {}

  /**
   * What the policy chose before, and would choose again if it could be had: all that is left is
   * older. A service that runs it keeps it.
   *
   * @param digest that the repository has no more, or does not give out
   */
  record Gone(ImageDigest digest) implements Candidate {}

  /** The repository has no image with the tag, or there is no such repository. */
  record Missing() implements Candidate {}
}
