package dev.slipway.image;

/** The image that one tag points at. */
public record TagPolicy(ImageTag tag) implements ImagePolicy {
  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return tag.equals(pushed);
  }

  @Override
  public Choice choose() {
    return Choice.of(tag);
  }

  @Override
  public String toString() {
    return "tag " + tag;
  }
}
