package dev.slipway.image;

import java.util.List;
import java.util.Optional;

/**
 * The image that was pushed last, among those with a tag that fits a pattern. Of two pushed in the
 * same moment it is the one with the greater digest, so that every evaluation selects the same.
 *
 * @param tags such as {@code main-*}, or a regular expression
 */
public record NewestPolicy(TagPattern tags) implements RegistryPolicy {
  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return tags.matches(pushed.value());
  }

  @Override
  public boolean comparesImages() {
    return true;
  }

  @Override
  public Choice choose(List<TaggedImage> images) {
    List<TaggedImage> fitting =
        images.stream().filter(image -> tags.matches(image.tag().value())).toList();
    Optional<TaggedImage> newest =
        fitting.stream().filter(image -> !image.archived()).max(TaggedImage.BY_PUSH);
    List<PassedOver> passedOver =
        images.stream()
            .filter(image ->
                newest
                    .filter(chosen ->
                        chosen.digest().equals(image.digest())
                            || TaggedImage.BY_PUSH.compare(chosen, image) > 0)
                    .isEmpty())
            .sorted(TaggedImage.BY_PUSH.reversed())
            .limit(Choice.MAX_PASSED_OVER)
            .map(image -> new PassedOver(image.tag(), whyNot(image)))
            .toList();
    return Choice.among(
        newest, passedOver, PatternWarnings.of(this, tags.isOneTag(), fitting.isEmpty()));
  }

  private String whyNot(TaggedImage image) {
    return tags.matches(image.tag().value()) ? "it is archived" : "it does not match " + tags;
  }

  @Override
  public String toString() {
    return "newest " + tags;
  }
}
