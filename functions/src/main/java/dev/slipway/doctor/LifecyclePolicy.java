package dev.slipway.doctor;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.WildcardPattern;
import dev.slipway.text.OutsideText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which images Amazon ECR deletes or archives, within a day, by a repository's lifecycle policy.
 *
 * <p>An image that one rule selects by its tags is left alone by all that come after it; a rule
 * that counts does count it. What an image index lists has no tag and goes only with the index, so
 * in a repository that has an index, untagged images that are none are not looked at: which of them
 * an index lists is not read.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html">Lifecycle
 *     policy properties</a>
 */
public record LifecyclePolicy(List<Rule> rules) {
  private static final String ARCHIVE = "archive";

  /** Copies the list, in the order in which the rules are applied. */
  public LifecyclePolicy {
    rules = rules.stream().sorted(comparingInt(Rule::priority)).toList();
  }

  /** What makes a rule take an image that it selects by its tags. */
  enum Count {
    MORE_THAN("imageCountMoreThan"),
    SINCE_PUSHED("sinceImagePushed"),
    SINCE_PULLED("sinceImagePulled"),
    SINCE_TRANSITIONED("sinceImageTransitioned");

    private final String word;

    Count(String word) {
      this.word = word;
    }

    static Count of(String word) {
      for (Count count : values()) {
        if (count.word.equals(word)) {
          return count;
        }
      }
      throw new IllegalArgumentException("its countType is " + OutsideText.quoted(word));
    }
  }

  /**
   * One rule.
   *
   * @param tagStatus {@code tagged}, {@code untagged} or {@code any}
   * @param patterns of which each must match one of an image's tags
   * @param number of images that are kept, or of days
   * @param archived whether it is about images that are archived
   */
  public record Rule(
      int priority,
      String tagStatus,
      List<WildcardPattern> patterns,
      Count count,
      int number,
      boolean archived) {
    /** Copies the list. */
    public Rule {
      patterns = List.copyOf(patterns);
    }

    private boolean selects(StoredImage image) {
      if (image.active() == archived) {
        return false;
      }
      return switch (tagStatus) {
        case "any" -> true;
        case "untagged" -> image.tags().isEmpty();
        default ->
            !image.tags().isEmpty()
                && patterns.stream().allMatch(p -> image.tags().stream().anyMatch(p::matches));
      };
    }

    /** Those that it takes among those that it selects. */
    private List<StoredImage> taken(List<StoredImage> selected, Instant now) {
      Instant since = now.minus(Duration.ofDays(number));
      return switch (count) {
        case MORE_THAN ->
            selected.stream()
                .sorted(comparing(StoredImage::pushedAt, Comparator.reverseOrder()))
                .skip(number)
                .toList();
        case SINCE_PUSHED ->
            selected.stream().filter(image -> image.pushedAt().isBefore(since)).toList();
        case SINCE_PULLED ->
            selected.stream()
                .filter(image -> image.pulledAt().orElse(image.pushedAt()).isBefore(since))
                .toList();
        // of archived images alone, which cannot be run as they are
        case SINCE_TRANSITIONED -> List.of();
      };
    }

    /** Such as {@code rule 2 (untagged, 10 days after the push)}. */
    @Override
    public String toString() {
      String which =
          patterns.isEmpty()
              ? tagStatus
              : tagStatus
                  + " "
                  + patterns.stream().map(WildcardPattern::value).collect(joining(" and "));
      String days = number == 1 ? "1 day" : number + " days";
      return "rule %d (%s, %s)"
          .formatted(
              priority,
              which,
              switch (count) {
                case MORE_THAN ->
                    number == 1 ? "more than 1 image" : "more than %d images".formatted(number);
                case SINCE_PUSHED -> days + " after the push";
                case SINCE_PULLED -> days + " after the last pull";
                case SINCE_TRANSITIONED -> days + " after archiving";
              });
    }
  }

  /**
   * Parses the text that GetLifecyclePolicy gives.
   *
   * @throws IllegalArgumentException if it has a rule of a kind that is not known here
   */
  public static LifecyclePolicy parse(JsonNode document) {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode rule : document.path("rules")) {
      int priority = rule.path("rulePriority").asInt();
      try {
        rules.add(rule(priority, rule.path("selection")));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "rule %d of the lifecycle policy is not understood: %s"
                .formatted(priority, e.getMessage()),
            e);
      }
    }
    return new LifecyclePolicy(rules);
  }

  private static Rule rule(int priority, JsonNode selection) {
    String tagStatus = selection.path("tagStatus").asText();
    if (!List.of("tagged", "untagged", "any").contains(tagStatus)) {
      throw new IllegalArgumentException("its tagStatus is " + OutsideText.quoted(tagStatus));
    }
    Count count = Count.of(selection.path("countType").asText());
    if (count != Count.MORE_THAN && !selection.path("countUnit").asText("days").equals("days")) {
      throw new IllegalArgumentException(
          "its countUnit is " + OutsideText.quoted(selection.path("countUnit").asText()));
    }
    List<WildcardPattern> patterns = new ArrayList<>();
    selection
        .path("tagPrefixList")
        .forEach(prefix -> patterns.add(new WildcardPattern(prefix.asText() + "*")));
    selection
        .path("tagPatternList")
        .forEach(pattern -> patterns.add(new WildcardPattern(pattern.asText())));
    return new Rule(
        priority,
        tagStatus,
        patterns,
        count,
        selection.path("countNumber").asInt(),
        selection.path("storageClass").asText().equals(ARCHIVE));
  }

  /** The images that are deleted or archived, if these were there at that time, and by what. */
  Map<ImageDigest, Rule> taken(List<StoredImage> images, Instant now) {
    boolean hasIndex = images.stream().anyMatch(StoredImage::index);
    List<StoredImage> considered =
        images.stream()
            .filter(image -> !hasIndex || image.index() || !image.tags().isEmpty())
            .toList();
    Map<ImageDigest, Rule> taken = new LinkedHashMap<>();
    Set<ImageDigest> settled = new HashSet<>();
    for (Rule rule : rules) {
      List<StoredImage> selected = considered.stream().filter(rule::selects).toList();
      rule.taken(selected, now).stream()
          .map(StoredImage::digest)
          .filter(digest -> !settled.contains(digest))
          .forEach(digest -> taken.put(digest, rule));
      selected.forEach(image -> settled.add(image.digest()));
    }
    return taken;
  }
}
