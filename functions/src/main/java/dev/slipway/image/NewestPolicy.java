package dev.slipway.image;

import static java.util.Comparator.comparing;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The image that was pushed last, among those with a tag that fits a pattern. Of two pushed in the
 * same moment it is the one with the greater digest, so that every evaluation selects the same.
 *
 * @param tags such as {@code main-*}
 */
public record NewestPolicy(WildcardPattern tags) implements RegistryPolicy {
  private static final Comparator<TaggedImage> BY_PUSH =
      comparing(TaggedImage::pushedAt)
          .thenComparing(image -> image.digest().value())
          .thenComparing(image -> image.tag().value());

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
    Optional<TaggedImage> newest =
        images.stream().filter(image -> tags.matches(image.tag().value())).max(BY_PUSH);
    List<PassedOver> passedOver =
        images.stream()
            .filter(image -> !tags.matches(image.tag().value()))
            .filter(image ->
                newest
                    .filter(chosen ->
                        chosen.digest().equals(image.digest())
                            || BY_PUSH.compare(chosen, image) > 0)
                    .isEmpty())
            .sorted(BY_PUSH.reversed())
            .map(image -> new PassedOver(image.tag(), "it does not match " + tags))
            .toList();
    return Choice.among(newest, passedOver);
  }

  @Override
  public String toString() {
    return "newest " + tags;
  }
}
