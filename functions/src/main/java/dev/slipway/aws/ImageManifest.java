package dev.slipway.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Platform;
import dev.slipway.text.OutsideText;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests: tells images from what else registries hold. Anything can be pushed and tagged;
 * cosign's signatures, for example, are manifests with an image's own config media type.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI
 *     manifest</a>
 */
final class ImageManifest {
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  private static final String DOCKER_SCHEMA_1 =
      "application/vnd.docker.distribution.manifest.v1+json";
  private static final String DOCKER_SCHEMA_1_SIGNED =
      "application/vnd.docker.distribution.manifest.v1+prettyjws";

  /** What ECR is asked for; it fails or converts what is not. */
  static final List<String> MEDIA_TYPES =
      List.of(
          OCI_INDEX,
          OCI_MANIFEST,
          DOCKER_LIST,
          DOCKER_MANIFEST,
          DOCKER_SCHEMA_1,
          DOCKER_SCHEMA_1_SIGNED);

  private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);
  private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
  private static final Set<String> IMAGE_CONFIGS =
      Set.of(
          "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json");

  // the longest operating system and architecture of the specification have 9 characters
  private static final int MAX_PLATFORM_PART = 64;
  private static final int MAX_PLATFORMS = 100;
  private static final int MAX_MEDIA_TYPE = 200;

  private ImageManifest() {}

  /**
   * What the manifest is.
   *
   * @param mediaType as ECR gave it; the manifest's own word goes before
   */
  static Candidate candidate(ImageDigest digest, @Nullable String mediaType, String manifest) {
    JsonNode document;
    try {
      document = Json.read(manifest);
    } catch (JsonProcessingException e) {
      return new Candidate.NotAnImage(digest, "a manifest that is not JSON");
    }
    String type = mediaType(document, mediaType);
    if (INDEXES.contains(type)) {
      return index(digest, type, document);
    }
    if (MANIFESTS.contains(type)) {
      return single(digest, type, document);
    }
    if (type.equals(DOCKER_SCHEMA_1) || type.equals(DOCKER_SCHEMA_1_SIGNED)) {
      return new Candidate.NotAnImage(
          digest, "an image of Docker's schema 1, which container runtimes no longer take");
    }
    return new Candidate.NotAnImage(digest, "of the media type " + shown(type));
  }

  /**
   * Whether ECR's {@code artifactMediaType} says that something is no image: a signature, a chart.
   *
   * @param artifactMediaType null for an image index, and for what ECR knows nothing of
   */
  static boolean isOtherArtifact(@Nullable String artifactMediaType) {
    return artifactMediaType != null && !IMAGE_CONFIGS.contains(artifactMediaType);
  }

  private static String mediaType(JsonNode document, @Nullable String fallback) {
    String own = document.path("mediaType").asText("");
    if (!own.isEmpty()) {
      return own;
    }
    if (fallback != null && !fallback.isEmpty()) {
      return fallback;
    }
    // OCI's specification lets both leave their media type out
    return document.has("manifests") ? OCI_INDEX : OCI_MANIFEST;
  }

  private static Candidate index(ImageDigest digest, String type, JsonNode index) {
    String artifact = index.path("artifactType").asText("");
    if (!artifact.isEmpty()) {
      return new Candidate.NotAnImage(digest, called(artifact));
    }
    Set<Platform> platforms = new LinkedHashSet<>();
    Map<ImageDigest, Optional<Platform>> manifests = new LinkedHashMap<>();
    boolean unsaid = false;
    int images = 0;
    for (JsonNode child : index.path("manifests")) {
      if (!isImage(child)) {
        continue;
      }
      images++;
      Optional<Platform> platform = platform(child.path("platform"));
      ImageDigest.find(child.path("digest").asText(""))
          .ifPresent(manifest -> manifests.put(manifest, platform));
      platform.ifPresent(platforms::add);
      unsaid |= platform.isEmpty();
    }
    if (images == 0) {
      return new Candidate.NotAnImage(
          digest,
          index.path("manifests").isEmpty()
              ? "an image index without images"
              : "an image index of attestations and the like, without an image");
    }
    // one image that does not say what it runs on may run on anything; and no build makes so many
    boolean any = unsaid || platforms.size() > MAX_PLATFORMS;
    return new Candidate.Image(digest, type, any ? Set.of() : platforms, manifests);
  }

  private static Optional<Platform> platform(JsonNode platform) {
    String os = platform.path("os").asText("");
    String architecture = platform.path("architecture").asText("");
    return os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Platform(
                OutsideText.line(os, MAX_PLATFORM_PART),
                OutsideText.line(architecture, MAX_PLATFORM_PART)));
  }

  private static boolean isImage(JsonNode child) {
    JsonNode platform = child.path("platform");
    boolean attestation =
        child
            .path("annotations")
            .path("vnd.docker.reference.type")
            .asText("")
            .equals("attestation-manifest");
    boolean unknown =
        platform.path("os").asText("").equals("unknown")
            && platform.path("architecture").asText("").equals("unknown");
    String artifact = child.path("artifactType").asText("");
    return !attestation && !unknown && (artifact.isEmpty() || IMAGE_CONFIGS.contains(artifact));
  }

  private static Candidate single(ImageDigest digest, String type, JsonNode manifest) {
    String artifact = manifest.path("artifactType").asText("");
    String config = manifest.path("config").path("mediaType").asText("");
    if (!artifact.isEmpty() && !IMAGE_CONFIGS.contains(artifact)) {
      return new Candidate.NotAnImage(digest, called(artifact));
    }
    if (!config.isEmpty() && !IMAGE_CONFIGS.contains(config)) {
      return new Candidate.NotAnImage(digest, called(config));
    }
    JsonNode layers = manifest.path("layers");
    String foreign = "";
    for (JsonNode layer : layers) {
      String layerType = layer.path("mediaType").asText("");
      if (isImageLayer(layerType)) {
        return new Candidate.Image(digest, type, Set.of(), Map.of());
      }
      foreign = layerType;
    }
    return foreign.isEmpty()
        ? new Candidate.Image(digest, type, Set.of(), Map.of())
        : new Candidate.NotAnImage(digest, called(foreign));
  }

  private static boolean isImageLayer(String mediaType) {
    return mediaType.startsWith("application/vnd.oci.image.layer.")
        || mediaType.startsWith("application/vnd.docker.image.rootfs.");
  }

  private static String called(String mediaType) {
    String what =
        mediaType.contains("cosign.simplesigning")
                || mediaType.contains("notary.signature")
                || mediaType.contains("dev.sigstore.bundle")
            ? "a signature"
            : mediaType.contains("in-toto") || mediaType.contains("dsse.envelope")
                ? "an attestation"
                : mediaType.contains("spdx")
                        || mediaType.contains("cyclonedx")
                        || mediaType.contains("syft")
                    ? "an SBOM"
                    : mediaType.contains("helm") ? "a Helm chart" : "an artifact";
    return what + " (" + shown(mediaType) + ")";
  }

  private static String shown(String mediaType) {
    return OutsideText.line(mediaType, MAX_MEDIA_TYPE);
  }
}
