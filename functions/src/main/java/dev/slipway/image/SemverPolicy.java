package dev.slipway.image;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The image with the highest version in a range, by its tag. Of two tags of the same precedence,
 * such as {@code 1.2.3} and {@code v1.2.3}, it is the image that was pushed later, and of two
 * pushed in the same moment the one with the greater digest.
 *
 * @param preReleases whether pre-releases count too
 */
public record SemverPolicy(VersionRange range, boolean preReleases) implements RegistryPolicy {
  /** So many versions that are higher, and do not count, are named. */
  private static final int MAX_HIGHER = 3;

  private record Versioned(Version version, TaggedImage image) {}

  private static final Comparator<Versioned> BY_VERSION =
      comparing(Versioned::version).thenComparing(Versioned::image, TaggedImage.BY_PUSH);

  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return Version.find(pushed.value()).filter(this::counts).isPresent();
  }

  private boolean counts(Version version) {
    return (preReleases || !version.isPreRelease()) && range.contains(version);
  }

  @Override
  public boolean comparesImages() {
    return true;
  }

  @Override
  public Choice choose(List<TaggedImage> images) {
    List<Versioned> versioned = new ArrayList<>();
    List<TaggedImage> others = new ArrayList<>();
    for (TaggedImage image : images) {
      Version.find(image.tag().value())
          .ifPresentOrElse(
              version -> versioned.add(new Versioned(version, image)), () -> others.add(image));
    }
    List<Versioned> counting = versioned.stream().filter(it -> counts(it.version())).toList();
    Optional<Versioned> highest =
        counting.stream().filter(it -> !it.image().archived()).max(BY_VERSION);
    return Choice.among(
        highest.map(Versioned::image),
        passedOver(highest, versioned, others),
        PatternWarnings.of(this, range.isOneVersion(), counting.isEmpty()));
  }

  private List<PassedOver> passedOver(
      Optional<Versioned> chosen, List<Versioned> versioned, List<TaggedImage> others) {
    Optional<TaggedImage> image = chosen.map(Versioned::image);
    Stream<PassedOver> higher =
        versioned.stream()
            .filter(it -> !isOf(image, it.image()))
            .filter(it -> chosen.filter(than -> BY_VERSION.compare(it, than) < 0).isEmpty())
            .sorted(BY_VERSION.reversed())
            .limit(MAX_HIGHER)
            .map(it -> new PassedOver(it.image().tag(), whyNot(it)));
    Stream<PassedOver> newer =
        others.stream()
            .filter(it -> !isOf(image, it))
            .filter(it -> image.filter(than -> it.pushedAt().isBefore(than.pushedAt())).isEmpty())
            .sorted(TaggedImage.BY_PUSH.reversed())
            .limit(Choice.MAX_PASSED_OVER)
            .map(it -> new PassedOver(it.tag(), "it is not a version"));
    Stream<PassedOver> older =
        chosen.stream()
            .flatMap(than ->
                versioned.stream()
                    .filter(it -> !isOf(image, it.image()))
                    .filter(it -> counts(it.version()) && BY_VERSION.compare(it, than) < 0)
                    .sorted(BY_VERSION.reversed())
                    .limit(Choice.MAX_PASSED_OVER)
                    .map(it -> new PassedOver(it.image().tag(), whyLower(it, than))));
    return Stream.of(higher, newer, older).flatMap(it -> it).toList();
  }

  private static boolean isOf(Optional<TaggedImage> chosen, TaggedImage image) {
    return chosen.filter(than -> than.digest().equals(image.digest())).isPresent();
  }

  /** Two tags can name one version, such as {@code 1.2.3} and {@code v1.2.3}. */
  private static String whyLower(Versioned lower, Versioned than) {
    return lower.version().compareTo(than.version()) == 0
        ? "%s is the same version and was pushed later".formatted(than.image().tag())
        : "it is lower than " + than.image().tag();
  }

  private String whyNot(Versioned versioned) {
    if (!range.contains(versioned.version())) {
      return "it is outside " + range;
    }
    return counts(versioned.version()) ? "it is archived" : "it is a pre-release";
  }

  @Override
  public String toString() {
    return "semver " + range + (preReleases ? " with pre-releases" : "");
  }
}
