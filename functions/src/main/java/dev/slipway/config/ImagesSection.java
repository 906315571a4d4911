package dev.slipway.config;

import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The section {@code images} of an environment: which image policy it has. */
final class ImagesSection {
  private static final String FROM = "from";
  private static final String SOAK = "soak";
  private static final Duration MOST = Duration.ofDays(30);

  private ImagesSection() {}

  static Optional<ImagePolicy> policy(Value value) {
    return value
        .mapping("which images are followed, such as { tag: staging }")
        .flatMap(mapping -> {
          if (mapping.get(FROM).isEmpty() && mapping.get(SOAK).isPresent()) {
            mapping.mistakeAtKey(SOAK, "only an image that comes from another environment soaks");
          }
          return mapping.exactlyOne(
              Map.of(
                  "tag",
                  ImagesSection::tag,
                  "newest",
                  ImagesSection::newest,
                  FROM,
                  environment -> from(environment, mapping)),
              List.of(SOAK),
              "the environment follows nothing: say which images, such as { tag: staging }");
        });
  }

  private static Optional<ImagePolicy> from(Value value, Mapping mapping) {
    Duration soak = mapping.get(SOAK).flatMap(time -> time.duration(MOST)).orElse(Duration.ZERO);
    return value
        .text("the name of the environment that the images come from")
        .map(environment -> new FromPolicy(environment, soak));
  }

  private static Optional<ImagePolicy> tag(Value value) {
    return value
        .text("an image tag")
        .flatMap(text ->
            ImageTag.find(text)
                .<ImagePolicy>map(TagPolicy::new)
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

  private static Optional<ImagePolicy> newest(Value value) {
    return value
        .text("a pattern of image tags, such as main-*")
        .flatMap(text ->
            ImageTag.find(text.replace(WildcardPattern.ANY, "_")).isPresent()
                ? Optional.of(new NewestPolicy(new WildcardPattern(text)))
                : value.problem(
                    "no image's tag can match \"%s\": a pattern has letters, digits, _ . - and *, which stands for any of them"
                        .formatted(text)));
  }
}
