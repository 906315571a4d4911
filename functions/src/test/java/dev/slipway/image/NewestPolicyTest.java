package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewestPolicyTest {
  private static final NewestPolicy MAIN = new NewestPolicy(new WildcardPattern("main-*"));

  private static final List<String> NONE = List.of("newest main-* matches no tag that is there");

  private static ImageDigest digest(int number) {
    return new ImageDigest("sha256:%064d".formatted(number));
  }

  private static TaggedImage image(String tag, int digest, int second) {
    return new TaggedImage(new ImageTag(tag), digest(digest), Instant.ofEpochSecond(second), false);
  }

  private static Choice chosen(String tag, int digest, PassedOver... passedOver) {
    return new Choice(
        Optional.of(new ImageTag(tag)),
        Optional.of(digest(digest)),
        List.of(passedOver),
        List.of());
  }

  private static PassedOver passedOver(String tag) {
    return new PassedOver(tag, "it does not match main-*");
  }

  @ParameterizedTest
  @CsvSource({
    "main-1, true",
    "main-, true",
    "main, false",
    "domain-1, false",
    "release-1, false",
    "MAIN-1, false"
  })
  void is_concerned_by_tags_that_match(String tag, boolean concerned) {
    assertThat(MAIN.isConcernedBy(new ImageTag(tag))).isEqualTo(concerned);
  }

  @Test
  void chooses_what_was_pushed_last() {
    assertThat(MAIN.choose(List.of(image("main-9", 1, 10), image("main-10", 2, 20))))
        .isEqualTo(chosen("main-10", 2));
    assertThat(MAIN.choose(List.of(image("main-9", 1, 30), image("main-10", 2, 20))))
        .isEqualTo(chosen("main-9", 1));
  }

  @Test
  void chooses_nothing_where_nothing_matches_and_says_what_is_there() {
    assertThat(MAIN.choose(List.of())).isEqualTo(Choice.among(Optional.empty(), List.of(), NONE));
    assertThat(MAIN.choose(List.of(image("v1", 1, 10), image("v2", 2, 20))))
        .isEqualTo(
            Choice.among(Optional.empty(), List.of(passedOver("v2"), passedOver("v1")), NONE));
  }

  @Test
  void says_what_is_newer_and_does_not_match() {
    assertThat(
            MAIN.choose(
                List.of(
                    image("old", 1, 10),
                    image("main-1", 2, 20),
                    image("fix-1", 3, 30),
                    image("fix-2", 4, 40))))
        .isEqualTo(chosen("main-1", 2, passedOver("fix-2"), passedOver("fix-1")));
  }

  @Test
  void another_tag_of_the_chosen_image_is_not_passed_over() {
    assertThat(MAIN.choose(List.of(image("main-1", 2, 20), image("staging", 2, 20))))
        .isEqualTo(chosen("main-1", 2));
  }

  @Test
  void says_no_more_than_a_few() {
    List<TaggedImage> images = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      images.add(image("fix-" + i, i, i));
    }

    assertThat(MAIN.choose(images).passedOver())
        .extracting(PassedOver::image)
        .hasSize(Choice.MAX_PASSED_OVER)
        .startsWith("fix-99", "fix-98");
  }

  /** ECR lists images in no order that it promises. */
  @Test
  void chooses_the_same_in_whichever_order() {
    List<TaggedImage> images = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      images.add(image("main-" + i, i / 2, i / 10));
    }
    Choice expected = MAIN.choose(images);
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(images, random);
      assertThat(MAIN.choose(images)).isEqualTo(expected);
    }
    assertThat(expected).isEqualTo(chosen("main-49", 24));
  }
}
