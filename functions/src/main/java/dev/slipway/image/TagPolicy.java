package dev.slipway.image;

import java.util.List;
import java.util.Optional;

/** The image that one tag points at. */
public record TagPolicy(ImageTag tag) implements RegistryPolicy {
  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return tag.equals(pushed);
  }

  @Override
  public Optional<ImageTag> followedTag() {
    return Optional.of(tag);
  }

  @Override
  public boolean comparesImages() {
    return false;
  }

  @Override
  public Choice choose(List<TaggedImage> images) {
    return Choice.of(tag);
  }

  @Override
  public String toString() {
    return "tag " + tag;
  }
}
