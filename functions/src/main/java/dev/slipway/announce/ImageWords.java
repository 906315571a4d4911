package dev.slipway.announce;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images as people name them: repository, tag, and the digest's first twelve digits. */
final class ImageWords {
  private ImageWords() {}

  /** All that a deployment brings; its revision where no image has changed. */
  static String all(DeploymentRecord deployment) {
    List<String> images = brought(deployment);
    return images.isEmpty() ? revision(deployment) : String.join(", ", images);
  }

  /** The same, short enough for a headline. */
  static String inShort(DeploymentRecord deployment) {
    List<String> images = brought(deployment);
    return images.isEmpty() ? revision(deployment) : few(images);
  }

  /** Images that are not deployed, short enough for a headline. */
  static String inShort(List<ImageReference> images) {
    return few(images.stream().map(image -> brief(image, image.tag())).distinct().toList());
  }

  private static String few(List<String> images) {
    return images.size() <= 2
        ? String.join(", ", images)
        : "%s and %d other images".formatted(images.getFirst(), images.size() - 1);
  }

  private static List<String> brought(DeploymentRecord deployment) {
    return deployment.changes().stream()
        .map(change -> brief(change.to(), tag(change, deployment.trigger())))
        .distinct()
        .toList();
  }

  private static String revision(DeploymentRecord deployment) {
    return "revision " + deployment.to().orElse(deployment.from()).shortName();
  }

  /**
   * What each image takes the place of, by a name for it: {@code Image}, or {@code Image of web}
   * where there are several.
   */
  static Map<String, String> changes(DeploymentRecord deployment) {
    Map<String, String> changes = new LinkedHashMap<>();
    boolean several = brought(deployment).size() > 1;
    for (ImageChange change : deployment.changes()) {
      String line =
          "%s instead of %s"
              .formatted(
                  brief(change.to(), tag(change, deployment.trigger())),
                  replaced(change.from(), change.to()));
      String name = several ? "Image of " + repository(change.to()) : "Image";
      changes.merge(name, line, (one, two) -> one.equals(two) ? one : one + "; " + two);
    }
    return changes;
  }

  private static String replaced(ImageReference from, ImageReference to) {
    return from.digest().isPresent() && from.repository().equals(to.repository())
        ? from.digest().get().abbreviated()
        : brief(from, from.tag());
  }

  /** The tag that the policy selected it by, or that was pushed. */
  private static Optional<ImageTag> tag(ImageChange change, Trigger trigger) {
    return change
        .tag()
        .or(() ->
            trigger instanceof Trigger.Push push
                    && change.to().repository().filter(push.repository()::equals).isPresent()
                    && change.to().digest().equals(push.digest())
                ? Optional.of(push.tag())
                : change.to().tag());
  }

  /** What was pushed. */
  static String pushed(Trigger.Push push) {
    return push.repository().name()
        + ":"
        + push.tag()
        + push.digest().map(ImageDigest::abbreviated).map(" "::concat).orElse("");
  }

  /** Such as {@code c5bd9d1d27aa, 38f416aef37a}. */
  static String digests(List<ImageDigest> digests) {
    return digests.stream().map(ImageDigest::abbreviated).distinct().collect(joining(", "));
  }

  private static String brief(ImageReference image, Optional<ImageTag> tag) {
    return repository(image)
        + tag.map(name -> ":" + name).orElse("")
        + image.digest().map(ImageDigest::abbreviated).map(" "::concat).orElse("");
  }

  private static String repository(ImageReference image) {
    return image.repository().map(Repository::name).orElse(image.name());
  }
}
