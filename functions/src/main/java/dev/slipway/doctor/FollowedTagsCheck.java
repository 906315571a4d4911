package dev.slipway.doctor;

import dev.slipway.decide.Environment;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
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
  /** So many letters a word has at least in which one other letter is a slip. */
  private static final int SHORT = 5;

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
        .filter(environment -> environment.images().whole() instanceof TagPolicy)
        .flatMap(environment ->
            seen.selectedRepositories().stream()
                .flatMap(repository ->
                    slip(repository, ((TagPolicy) environment.images().whole()).tag())
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

  /**
   * As near as that is a slip: Staging, stagng, stagign; not staging-2, or v1.3 beside v1.2. In a
   * short word one letter makes another word: mail is no slip for main.
   */
  private static boolean isSlip(String tag, String followed) {
    if (Stream.of(tag, followed).anyMatch(word -> word.chars().anyMatch(Character::isDigit))) {
      return false;
    }
    return tag.equalsIgnoreCase(followed)
        || (followed.length() >= SHORT && isOneSlipFrom(tag, followed));
  }

  /** Whether one letter is missing, too many or another, or two neighbours have changed places. */
  private static boolean isOneSlipFrom(String tag, String followed) {
    int same = 0;
    int shorter = Math.min(tag.length(), followed.length());
    while (same < shorter && tag.charAt(same) == followed.charAt(same)) {
      same++;
    }
    String rest = tag.substring(same);
    String wanted = followed.substring(same);
    return withoutFirst(rest).equals(wanted)
        || rest.equals(withoutFirst(wanted))
        || withoutFirst(rest).equals(withoutFirst(wanted))
        || swapped(rest).equals(wanted);
  }

  private static String withoutFirst(String text) {
    return text.substring(Math.min(1, text.length()));
  }

  private static String swapped(String text) {
    return text.length() < 2 ? text : "" + text.charAt(1) + text.charAt(0) + text.substring(2);
  }

  private static Finding finding(StoredRepository repository, Environment environment, String tag) {
    return Finding.warning(
        Finding.of(repository.repository()),
        "its tag \"%s\" is followed by nothing, and its image is newer than the one that %s follows (%s)"
            .formatted(tag, environment.name(), environment.images()),
        "if that was a slip, push the image with the other tag");
  }
}
