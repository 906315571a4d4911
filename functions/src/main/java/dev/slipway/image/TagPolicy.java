package dev.slipway.image;

/** Which tag of a repository an environment's images come from. */
public sealed interface TagPolicy {
  /** Whether a push of this tag may change what the policy selects. */
  boolean selects(ImageTag tag);

  /** Always the image that this one tag points at. */
  record Exact(ImageTag tag) implements TagPolicy {
    @Override
    public boolean selects(ImageTag pushed) {
      return tag.equals(pushed);
    }

    @Override
    public String toString() {
      return "tag " + tag;
    }
  }
}
