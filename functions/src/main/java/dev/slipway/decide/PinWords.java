package dev.slipway.decide;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.record.Pin;
import java.util.List;
import java.util.function.Predicate;

/** How people are told what an operator pinned. */
public final class PinWords {
  private PinWords() {}

  /**
   * The revision that an operator rolled back to, such as {@code web:6}; otherwise the images, such
   * as {@code image 38f416aef37a of web}. A pin of an image names the revision that the image was
   * put in place of, which says nothing to people.
   */
  public static String of(ObservedState seen, Pin pin) {
    if (isOfRevision(seen, pin)) {
      return pin.revision().shortName();
    }
    List<ImageReference> images =
        pin.images().values().stream()
            .filter(image -> image.digest().isPresent() && image.repository().isPresent())
            .toList();
    List<ImageReference> instead =
        images.stream()
            .filter(image ->
                seen.selection(image)
                    .image()
                    .filter(selected -> pin.passesOver(selected.digest()))
                    .isPresent())
            .toList();
    List<ImageReference> told = instead.isEmpty() ? images : instead;
    return told.isEmpty()
        ? pin.revision().shortName()
        : told.stream().map(PinWords::words).distinct().collect(joining(" and "));
  }

  /** What an operator did, such as {@code rolled back to web:6 by ann}. */
  static String choice(ObservedState seen, Pin pin) {
    return isOfRevision(seen, pin)
        ? "rolled back to %s by %s".formatted(pin.revision().shortName(), pin.by())
        : "%s chose %s".formatted(pin.by(), of(seen, pin));
  }

  /** Whether its revision is another than the one that its deployment took the place of. */
  private static boolean isOfRevision(ObservedState seen, Pin pin) {
    return pin.applied()
        ? seen.recorded().deployments().stream()
            .filter(deployment -> deployment.trigger().eventId().equals(pin.eventId()))
            .anyMatch(deployment -> !deployment.from().equals(pin.revision()))
        : seen.service().taskDefinition().filter(Predicate.isEqual(pin.revision())).isEmpty();
  }

  private static String words(ImageReference image) {
    return "image %s of %s"
        .formatted(
            image.digest().orElseThrow().abbreviated(),
            image.repository().map(Repository::name).orElse(image.name()));
  }
}
