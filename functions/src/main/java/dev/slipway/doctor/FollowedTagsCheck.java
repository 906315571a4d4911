package dev.slipway.doctor;

import dev.slipway.decide.Environment;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import dev.slipway.text.Suggestion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether an image was pushed with a tag that nothing follows and that looks like a slip for the
 * one that is followed: nearly the same word, on a newer image. Other tags are nobody's mistake.
 */
final class FollowedTagsCheck implements Check<ServiceSeen> {
  private final List<Environment> environments;

  /**
   * @param environments of slipway.yaml
   */
  FollowedTagsCheck(List<Environment> environments) {
    this.environments = List.copyOf(environments);
  }

  @Override
  public String subject() {
    return "tags that nothing follows";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.environment().stream()
        .filter(environment -> environment.images() instanceof TagPolicy)
        .flatMap(environment ->
            seen.repositories().values().stream()
                .flatMap(repository ->
                    slip(repository, ((TagPolicy) environment.images()).tag())
                        .map(tag -> finding(repository, environment, tag))
                        .stream()))
        .toList();
  }

  private Optional<String> slip(StoredRepository repository, ImageTag followed) {
    List<StoredImage> images = repository.images().orElse(List.of());
    Instant pushed =
        images.stream()
            .filter(image -> image.tags().contains(followed.value()))
            .map(StoredImage::pushedAt)
            .findFirst()
            .orElse(Instant.MIN);
    return images.stream()
        .filter(image -> image.pushedAt().isAfter(pushed))
        .sorted(Comparator.comparing(StoredImage::pushedAt).reversed())
        .filter(image -> image.tags().stream().noneMatch(this::isFollowed))
        .flatMap(image -> image.tags().stream().sorted())
        .filter(tag -> isSlip(tag, followed.value()))
        .findFirst();
  }

  private boolean isFollowed(String tag) {
    return ImageTag.find(tag)
        .filter(found -> environments.stream().anyMatch(e -> e.images().isConcernedBy(found)))
        .isPresent();
  }

  /** As near as that is a slip: stagng, Staging, staging_; not staging-2 or v1.3 beside v1.2. */
  private static boolean isSlip(String tag, String followed) {
    return followed.length() >= 4
        && Stream.of(tag, followed).noneMatch(word -> word.chars().anyMatch(Character::isDigit))
        && Math.abs(tag.length() - followed.length()) <= 1
        && !Suggestion.near(tag, List.of(followed), 1).isEmpty();
  }

  private static Finding finding(StoredRepository repository, Environment environment, String tag) {
    return Finding.warning(
        Finding.of(repository.repository()),
        "its tag \"%s\" is followed by nothing, and its image is newer than the one that %s follows (%s)"
            .formatted(tag, environment.name(), environment.images()),
        "if that was a slip, push the image with the other tag");
  }
}
