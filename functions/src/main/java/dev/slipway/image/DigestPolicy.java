package dev.slipway.image;

import java.util.List;

/** One image, whatever tags it has. No environment has this policy: operators choose by it. */
public record DigestPolicy(ImageDigest digest) implements RegistryPolicy {
  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return false;
  }

  @Override
  public boolean comparesImages() {
    return false;
  }

  @Override
  public Choice choose(List<TaggedImage> images) {
    return Choice.of(digest);
  }

  @Override
  public String toString() {
    return "digest " + digest.abbreviated();
  }
}
