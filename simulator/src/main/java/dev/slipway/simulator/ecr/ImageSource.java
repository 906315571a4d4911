package dev.slipway.simulator.ecr;

import java.util.Map;

/** Where tasks get their images from when they start. */
public interface ImageSource {
  /** What became of a pull. */
  sealed interface Pull {
    /**
     * The image is there.
     *
     * @param digest what the reference names; for an image index the index's own digest
     * @param platformDigest of the image that runs: for an index, of the platform's child
     * @param annotations those of the image that runs
     */
    record Pulled(String digest, String platformDigest, Map<String, String> annotations)
        implements Pull {}

    /** The image is not in this account's registry, so nothing is known of it; it runs. */
    record Elsewhere() implements Pull {}

    /**
     * The image cannot be pulled.
     *
     * @param reason in the words of the container runtime
     */
    record Refused(String reason) implements Pull {}
  }

  /**
   * Pulls an image now.
   *
   * @param reference {@code repository-uri:tag} or {@code repository-uri@digest}
   * @param os such as {@code linux}
   * @param architecture such as {@code amd64}
   */
  Pull pull(String reference, String os, String architecture);
}
