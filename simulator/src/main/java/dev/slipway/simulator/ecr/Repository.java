package dev.slipway.simulator.ecr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A repository: images by digest, and tags that point at them. */
final class Repository {
  /** An image that was pushed. */
  record Image(Manifest manifest, Instant pushedAt) {}

  final String name;
  TagMutability mutability;
  final ObjectNode description;
  final Map<String, String> resourceTags = new LinkedHashMap<>();

  /** Its lifecycle policy; null without one. */
  @Nullable LifecyclePolicy lifecyclePolicy;

  /** When images were archived, by digest: they are described, and cannot be pulled. */
  final Map<String, Instant> archived = new HashMap<>();

  /** When images were pulled last, by digest; none for those that never were. */
  final Map<String, Instant> pulled = new HashMap<>();

  private final Map<String, Image> images = new LinkedHashMap<>();
  private final Map<String, String> tags = new LinkedHashMap<>();

  Repository(String name, TagMutability mutability, ObjectNode description) {
    this.name = name;
    this.mutability = mutability;
    this.description = description;
  }

  /** The image with this digest. */
  @Nullable Image image(String digest) {
    return images.get(digest);
  }

  /** The digest that a tag points at. */
  @Nullable String digestOf(String tag) {
    return tags.get(tag);
  }

  /** All images, the first pushed first. */
  List<Image> images() {
    return List.copyOf(images.values());
  }

  /** The tags of an image. */
  List<String> tagsOf(String digest) {
    List<String> found = new ArrayList<>();
    tags.forEach((tag, target) -> {
      if (target.equals(digest)) {
        found.add(tag);
      }
    });
    return found;
  }

  /** The indexes that refer to an image. */
  List<String> indexesOf(String digest) {
    return images.values().stream()
        .map(Image::manifest)
        .filter(it -> it.children().stream().anyMatch(child -> child.digest().equals(digest)))
        .map(Manifest::digest)
        .toList();
  }

  /** {@code ACTIVE}, or {@code ARCHIVED}. */
  String statusOf(Image image) {
    return isArchived(image) ? "ARCHIVED" : "ACTIVE";
  }

  /** Whether an image is archived. */
  boolean isArchived(Image image) {
    return archived.containsKey(image.manifest().digest());
  }

  /** Stores an image; one that is there already stays as it is, but for the archive. */
  void add(Manifest manifest, Instant now) {
    archived.remove(manifest.digest());
    images.putIfAbsent(manifest.digest(), new Image(manifest, now));
  }

  /** Points a tag at an image, wherever it pointed before. */
  void tag(String tag, String digest) {
    tags.remove(tag);
    tags.put(tag, digest);
  }

  /** Takes a tag away; the image stays. */
  void untag(String tag) {
    tags.remove(tag);
  }

  /** Takes an image and its tags away. */
  void delete(String digest) {
    images.remove(digest);
    archived.remove(digest);
    pulled.remove(digest);
    tags.values().removeIf(digest::equals);
  }
}
