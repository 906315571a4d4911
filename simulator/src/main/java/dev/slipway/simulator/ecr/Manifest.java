package dev.slipway.simulator.ecr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An image manifest or image index, as it was pushed. Its digest is that of its bytes, so the text
 * is never written anew.
 *
 * @param text the manifest as given
 * @param digest {@code sha256:} and the SHA-256 of the text's UTF-8 bytes
 * @param mediaType what the manifest says it is, or what the push said
 * @param artifactMediaType an artifact's type or an image's configuration's; null for an index
 *     without {@code artifactType}
 * @param children the manifests that an index refers to; empty for an image
 * @param annotations the manifest's own annotations
 * @param size bytes of configuration and layers; 0 for an index
 */
record Manifest(
    String text,
    String digest,
    String mediaType,
    @Nullable String artifactMediaType,
    List<Child> children,
    Map<String, String> annotations,
    long size) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Set<String> INDEX_TYPES =
      Set.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  private static final Set<String> IMAGE_TYPES =
      Set.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v1+prettyjws");

  /**
   * One entry of an index.
   *
   * @param os such as {@code linux}; empty where the index names no platform
   * @param architecture such as {@code arm64}; empty where the index names no platform
   */
  record Child(String digest, String os, String architecture) {}

  /** Whether this is an image index (or Docker's manifest list). */
  boolean isIndex() {
    return INDEX_TYPES.contains(mediaType);
  }

  /**
   * Reads a pushed manifest.
   *
   * @param givenMediaType the push's {@code imageManifestMediaType}; needed where the manifest does
   *     not name its own
   */
  static Manifest parse(String text, @Nullable String givenMediaType) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw invalid("imageManifest", "Invalid JSON syntax");
    }
    if (!(json instanceof ObjectNode manifest)) {
      throw invalid("imageManifest", "Invalid JSON syntax");
    }
    String mediaType = mediaType(manifest, givenMediaType);
    String artifactType = Members.text(manifest, "artifactType");
    String artifactMediaType =
        artifactType == null ? Members.text(manifest.path("config"), "mediaType") : artifactType;
    List<Child> children = new ArrayList<>();
    if (INDEX_TYPES.contains(mediaType)) {
      for (JsonNode child : manifest.path("manifests")) {
        JsonNode platform = child.path("platform");
        children.add(
            new Child(
                child.path("digest").asText(),
                platform.path("os").asText(),
                platform.path("architecture").asText()));
      }
    }
    Map<String, String> annotations = new LinkedHashMap<>();
    manifest
        .path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    long size = manifest.path("config").path("size").asLong();
    for (JsonNode layer : manifest.path("layers")) {
      size += layer.path("size").asLong();
    }
    return new Manifest(
        text,
        "sha256:" + Sha256.hex(text),
        mediaType,
        artifactMediaType,
        List.copyOf(children),
        annotations,
        size);
  }

  private static String mediaType(ObjectNode manifest, @Nullable String given) {
    String own = Members.text(manifest, "mediaType");
    if (own != null && given != null && !own.equals(given)) {
      throw invalid(
          "imageManifestMediaType",
          "must be the media type of the manifest, which is '" + own + "', not '" + given + "'");
    }
    String mediaType = own == null ? given : own;
    if (mediaType == null) {
      throw invalid(
          "imageManifestMediaType", "must be given where the manifest names no media type");
    }
    if (!INDEX_TYPES.contains(mediaType) && !IMAGE_TYPES.contains(mediaType)) {
      throw invalid("imageManifest", "Manifest media type '" + mediaType + "' is not supported");
    }
    return mediaType;
  }

  /** What ECR answers to a member of a request that it does not take. */
  static AwsError invalid(String member, String constraint) {
    return AwsError.client(
        "InvalidParameterException",
        "Invalid parameter at '" + member + "' failed to satisfy constraint: '" + constraint + "'");
  }
}
