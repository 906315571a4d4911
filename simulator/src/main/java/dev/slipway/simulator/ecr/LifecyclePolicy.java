package dev.slipway.simulator.ecr;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.ecr.Repository.Image;
import dev.slipway.simulator.world.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a repository's lifecycle policy does. The rules are applied in the order of their
 * priorities: an image that one selects by its tags and its storage class is left alone by all
 * later ones, which do count it. The images that an index refers to go with it alone.
 *
 * @param text as it was put
 * @param rules by their priority
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html">Lifecycle
 *     policy properties</a>
 */
record LifecyclePolicy(String text, List<Rule> rules) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What becomes of an image. */
  enum Action {
    EXPIRE,
    ARCHIVE
  }

  private enum Count {
    IMAGE_COUNT_MORE_THAN,
    SINCE_IMAGE_PUSHED,
    SINCE_IMAGE_PULLED,
    SINCE_IMAGE_TRANSITIONED
  }

  /**
   * One rule.
   *
   * @param patterns of which each matches one of an image's tags
   * @param number of images, or of days
   * @param archived whether it is about archived images
   */
  record Rule(
      int priority,
      String tagStatus,
      List<Pattern> patterns,
      Count count,
      int number,
      boolean archived,
      Action action) {
    private boolean selects(Repository repository, Image image) {
      List<String> tags = repository.tagsOf(image.manifest().digest());
      if (repository.isArchived(image) != archived) {
        return false;
      }
      return switch (tagStatus) {
        case "untagged" -> tags.isEmpty();
        case "tagged" ->
            patterns.stream()
                .allMatch(pattern -> tags.stream().anyMatch(tag -> pattern.matcher(tag).matches()));
        default -> true;
      };
    }

    private List<Image> due(Repository repository, List<Image> selected, Instant now) {
      if (count == Count.IMAGE_COUNT_MORE_THAN) {
        return selected.stream()
            .sorted(comparing(Image::pushedAt).reversed())
            .skip(number)
            .toList();
      }
      Instant since = now.minus(Duration.ofDays(number));
      return selected.stream().filter(image -> at(repository, image).isBefore(since)).toList();
    }

    private Instant at(Repository repository, Image image) {
      String digest = image.manifest().digest();
      return switch (count) {
        case SINCE_IMAGE_PULLED -> repository.pulled.getOrDefault(digest, image.pushedAt());
        case SINCE_IMAGE_TRANSITIONED -> repository.archived.getOrDefault(digest, Instant.MAX);
        default -> image.pushedAt();
      };
    }
  }

  /** Reads the text of a PutLifecyclePolicy. */
  static LifecyclePolicy parse(String text) {
    List<Rule> rules = new ArrayList<>();
    try {
      for (JsonNode rule : JSON.readTree(text).path("rules")) {
        rules.add(rule(rule));
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw Manifest.invalid(
          "LifecyclePolicyText", "Lifecycle policy validation failure: " + e.getMessage());
    }
    rules.sort(comparingInt(Rule::priority));
    return new LifecyclePolicy(text, List.copyOf(rules));
  }

  private static Rule rule(JsonNode rule) {
    JsonNode selection = rule.path("selection");
    String tagStatus = selection.path("tagStatus").asText();
    List<Pattern> patterns = new ArrayList<>();
    Members.texts(selection, "tagPrefixList").forEach(it -> patterns.add(pattern(it + "*")));
    Members.texts(selection, "tagPatternList").forEach(it -> patterns.add(pattern(it)));
    if (!Set.of("tagged", "untagged", "any").contains(tagStatus)
        || tagStatus.equals("tagged") == patterns.isEmpty()) {
      throw new IllegalArgumentException("tagStatus, tagPrefixList and tagPatternList do not fit");
    }
    String count = selection.path("countType").asText();
    int number = selection.path("countNumber").asInt();
    if (number < 1) {
      throw new IllegalArgumentException("countNumber must be greater than 0");
    }
    return new Rule(
        rule.path("rulePriority").asInt(),
        tagStatus,
        patterns,
        Count.valueOf(count.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT)),
        number,
        selection.path("storageClass").asText().equals("archive"),
        rule.path("action").path("type").asText().equals("transition")
            ? Action.ARCHIVE
            : Action.EXPIRE);
  }

  private static Pattern pattern(String wildcard) {
    StringBuilder regex = new StringBuilder();
    for (String literal : wildcard.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(regex.toString());
  }

  /** What becomes of a repository's images at a time, by their digests. */
  Map<String, Action> due(Repository repository, Instant now) {
    List<Image> images =
        repository.images().stream()
            .filter(image -> repository.indexesOf(image.manifest().digest()).isEmpty())
            .toList();
    Map<String, Action> due = new LinkedHashMap<>();
    Set<String> settled = new HashSet<>();
    for (Rule rule : rules) {
      List<Image> selected =
          images.stream().filter(image -> rule.selects(repository, image)).toList();
      rule.due(repository, selected, now).stream()
          .map(image -> image.manifest().digest())
          .filter(digest -> !settled.contains(digest))
          .forEach(digest -> due.put(digest, rule.action()));
      selected.forEach(image -> settled.add(image.manifest().digest()));
    }
    return due;
  }
}
