package dev.slipway.config;

import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.LimitedPolicy;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.RegularExpression;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.SemverPolicy;
import dev.slipway.image.TagPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.VersionRange;
import dev.slipway.image.WholePolicy;
import dev.slipway.image.WildcardPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** The section {@code images} of an environment: which image policy it has. */
final class ImagesSection {
  /** What each key makes of its value, and of the keys beside it. */
  private static final Map<String, BiFunction<Value, Mapping, Optional<WholePolicy>>> POLICIES =
      Map.of(
          "tag",
          (value, _) -> tag(value),
          "newest",
          (value, _) -> newest(value),
          "semver",
          ImagesSection::semver,
          "from",
          ImagesSection::from);

  private static final String FROM = "from";
  private static final String PRE_RELEASES = "preReleases";
  private static final String REPOSITORIES = "repositories";
  private static final String SEMVER = "semver";
  private static final String SOAK = "soak";
  private static final Duration LONGEST_SOAK = Duration.ofDays(30);

  private static final Pattern REPOSITORY = Pattern.compile("[a-z0-9*][a-z0-9._/*-]{0,255}");

  private ImagesSection() {}

  static Optional<ImagePolicy> policy(Value value) {
    return value
        .mapping("which images are followed, such as { tag: staging }")
        .flatMap(ImagesSection::policy);
  }

  private static Optional<ImagePolicy> policy(Mapping mapping) {
    Optional<WholePolicy> policy =
        mapping.exactlyOne(
            POLICIES,
            List.of(PRE_RELEASES, REPOSITORIES, SOAK),
            "the environment follows nothing: say which images, such as { tag: staging }");
    if (!mapping.keys().contains(SEMVER) && mapping.keys().contains(PRE_RELEASES)) {
      mapping.mistakeAtKey(PRE_RELEASES, "only semver knows pre-releases");
    }
    if (!mapping.keys().contains(FROM) && mapping.keys().contains(SOAK)) {
      mapping.mistakeAtKey(SOAK, "only an image that comes from another environment soaks");
    }
    Optional<Value> limit = mapping.get(REPOSITORIES);
    return limit.isEmpty()
        ? policy.map(ImagePolicy.class::cast)
        : limit
            .flatMap(ImagesSection::repositories)
            .flatMap(only -> policy.map(whole -> new LimitedPolicy(whole, only)));
  }

  private static Optional<List<RepositoryPattern>> repositories(Value value) {
    return value
        .list("names of repositories, such as [shop/*] (or leave repositories out, for all)")
        .map(elements -> {
          List<RepositoryPattern> patterns = new ArrayList<>();
          elements.forEach(element ->
              element
                  .text("the name of a repository, such as shop/*")
                  .flatMap(name ->
                      REPOSITORY.matcher(name).matches()
                          ? Optional.of(new RepositoryPattern(name))
                          : element.<RepositoryPattern>problem(
                              "\"%s\" is not a repository's name: lower-case letters, digits and . _ - /, without the registry; * stands for any of them"
                                  .formatted(name)))
                  .ifPresent(patterns::add));
          return patterns;
        });
  }

  private static Optional<WholePolicy> from(Value value, Mapping mapping) {
    Duration soak =
        mapping.get(SOAK).flatMap(time -> time.duration(LONGEST_SOAK)).orElse(Duration.ZERO);
    return value
        .text("the name of the environment that the images come from")
        .map(environment -> new FromPolicy(environment, soak));
  }

  private static Optional<WholePolicy> tag(Value value) {
    return value
        .text("an image tag")
        .flatMap(text ->
            ImageTag.find(text)
                .<WholePolicy>map(TagPolicy::new)
                .or(() ->
                    value.problem(
                        "\"%s\" cannot be an image's tag: up to 128 letters, digits and _ . -"
                                .formatted(text)
                            + " that begin with a letter, digit or _"
                            + (text.contains(WildcardPattern.ANY)
                                ? "; a tag is taken literally: for a pattern write { newest: \"%s\" }"
                                    .formatted(text)
                                : ""))));
  }

  private static Optional<WholePolicy> newest(Value value) {
    return value
        .text("a pattern of image tags, such as main-*")
        .flatMap(text -> isExpression(text) ? expression(value, text) : wildcards(value, text))
        .map(NewestPolicy::new);
  }

  private static boolean isExpression(String text) {
    return text.length() > 2
        && text.startsWith(RegularExpression.DELIMITER)
        && text.endsWith(RegularExpression.DELIMITER);
  }

  private static Optional<TagPattern> expression(Value value, String text) {
    try {
      return Optional.of(RegularExpression.parse(text.substring(1, text.length() - 1)));
    } catch (IllegalArgumentException e) {
      return value.problem("%s is not a regular expression: %s".formatted(text, e.getMessage()));
    }
  }

  private static Optional<TagPattern> wildcards(Value value, String text) {
    return ImageTag.find(text.replace(WildcardPattern.ANY, "_")).isPresent()
        ? Optional.of(new WildcardPattern(text))
        : value.problem(
            "no image's tag can match \"%s\": a pattern has letters, digits, _ . - and *, which stands for any of them; a regular expression has a / before and after it"
                .formatted(text));
  }

  private static Optional<WholePolicy> semver(Value value, Mapping beside) {
    boolean preReleases = beside.get(PRE_RELEASES).flatMap(Value::flag).orElse(false);
    return value
        .text("a range of versions, such as \">=2 <3\"")
        .flatMap(text -> {
          VersionRange range;
          try {
            range = VersionRange.parse(text);
          } catch (IllegalArgumentException e) {
            return value.problem(
                "\"%s\" is not a range of versions: %s. Write it such as \">=2 <3\" or \"^1.4\""
                    .formatted(text, e.getMessage()));
          }
          return range.namesPreRelease() && !preReleases
              ? value.problem(
                  "\"%s\" names a pre-release, which is never selected without preReleases: true"
                      .formatted(text))
              : Optional.of(new SemverPolicy(range, preReleases));
        });
  }
}
