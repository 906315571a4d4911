package dev.slipway.config;

import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The section {@code images} of an environment: which image policy it has. */
final class ImagesSection {
  /** What each key makes of its value. */
  private static final Map<String, Function<Value, Optional<ImagePolicy>>> POLICIES =
      Map.of("tag", ImagesSection::tag, "newest", ImagesSection::newest);

  private ImagesSection() {}

  static Optional<ImagePolicy> policy(Value value) {
    return value
        .mapping("which images are followed, such as { tag: staging }")
        .flatMap(mapping ->
            mapping.exactlyOne(
                POLICIES,
                "the environment follows nothing: say which images, such as { tag: staging }"));
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
