package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SemverPolicyTest {
  private static final SemverPolicy TWO = policy(">=2 <3", false);

  private static SemverPolicy policy(String range, boolean preReleases) {
    return new SemverPolicy(VersionRange.parse(range), preReleases);
  }

  private static TaggedImage image(String tag, int digest, int second) {
    return new TaggedImage(
        new ImageTag(tag),
        new ImageDigest("sha256:%064d".formatted(digest)),
        Instant.ofEpochSecond(second),
        false);
  }

  private static String chosen(SemverPolicy policy, TaggedImage... images) {
    return policy.choose(List.of(images)).tag().map(ImageTag::value).orElse("none");
  }

  private static List<String> passedOver(SemverPolicy policy, TaggedImage... images) {
    return policy.choose(List.of(images)).passedOver().stream()
        .map(tag -> tag.image() + ": " + tag.why())
        .toList();
  }

  @Test
  void chooses_the_highest_version_and_not_the_newest() {
    assertThat(chosen(TWO, image("2.10.0", 1, 10), image("2.9.0", 2, 20))).isEqualTo("2.10.0");
    assertThat(chosen(TWO, image("v2.1.0", 1, 10), image("2.0.9", 2, 20))).isEqualTo("v2.1.0");
  }

  @Test
  void has_pre_releases_only_where_it_says_so() {
    TaggedImage[] images = {image("2.0.0", 1, 10), image("2.1.0-rc.1", 2, 20)};

    assertThat(chosen(TWO, images)).isEqualTo("2.0.0");
    assertThat(chosen(policy(">=2 <3", true), images)).isEqualTo("2.1.0-rc.1");
  }

  @Test
  void takes_no_number_for_a_version() {
    assertThat(chosen(policy("*", false), image("1234567", 1, 30), image("3", 2, 20)))
        .isEqualTo("none");
  }

  @Test
  void of_one_version_it_is_the_later_push_and_then_the_greater_digest() {
    assertThat(chosen(TWO, image("2.0.0", 2, 10), image("v2.0.0", 1, 20))).isEqualTo("v2.0.0");
    assertThat(chosen(TWO, image("2.0.0", 2, 20), image("v2.0.0", 1, 10))).isEqualTo("2.0.0");
    assertThat(chosen(TWO, image("2.0.0", 2, 10), image("v2.0.0", 1, 10))).isEqualTo("2.0.0");
    assertThat(chosen(TWO, image("2.0.0", 1, 10), image("v2.0.0", 2, 10))).isEqualTo("v2.0.0");
  }

  @Test
  void names_what_it_passed_over_and_why() {
    assertThat(
            passedOver(
                TWO,
                image("1.9.0", 1, 1),
                image("2.0.0", 2, 2),
                image("2.1.0", 3, 3),
                image("2.2.0-rc.1", 4, 4),
                image("3.0.0", 5, 5),
                image("main-1", 6, 1),
                image("main-7", 7, 7),
                image("latest", 3, 3)))
        .containsExactly(
            "3.0.0: it is outside >=2 <3",
            "2.2.0-rc.1: it is a pre-release",
            "main-7: it is not a version",
            "2.0.0: it is lower than 2.1.0");
  }

  @Test
  void leaves_room_for_what_is_no_version_and_names_no_more_than_a_few() {
    TaggedImage[] images = new TaggedImage[41];
    for (int i = 0; i < 20; i++) {
      images[i] = image("3.%d.0".formatted(i), i, 100 + i);
      images[20 + i] = image("main-" + i, 20 + i, 100 + i);
    }
    images[40] = image("2.0.0", 40, 1);

    assertThat(passedOver(TWO, images))
        .containsExactly(
            "3.19.0: it is outside >=2 <3",
            "3.18.0: it is outside >=2 <3",
            "3.17.0: it is outside >=2 <3",
            "main-19: it is not a version",
            "main-18: it is not a version");
  }

  @Test
  void other_tags_of_the_chosen_image_are_not_passed_over() {
    assertThat(
            passedOver(TWO, image("2.1.0", 3, 3), image("v2.1.0", 3, 3), image("production", 3, 3)))
        .isEmpty();
  }

  @Test
  void does_not_choose_what_is_archived_and_says_so() {
    TaggedImage[] images = {image("2.0.0", 1, 1), image("2.1.0", 2, 2).withArchived(true)};

    assertThat(chosen(TWO, images)).isEqualTo("2.0.0");
    assertThat(passedOver(TWO, images)).containsExactly("2.1.0: it is archived");
  }

  @Test
  void warns_of_what_looks_like_a_mistake() {
    assertThat(policy("2.0.0", false).choose(List.of(image("2.0.0", 1, 1))).warnings())
        .containsExactly(
            "semver 2.0.0 can match one tag only: no image with another tag will ever be"
                + " selected");
    assertThat(TWO.choose(List.of(image("main-1", 1, 1))).warnings())
        .containsExactly("semver >=2 <3 matches no tag that is there");
    assertThat(TWO.choose(List.of(image("2.0.0", 1, 1))).warnings()).isEmpty();
  }

  @Test
  void chooses_nothing_where_nothing_fits() {
    assertThat(TWO.choose(List.of()).digest()).isEqualTo(Optional.empty());
  }

  @Test
  void says_what_it_is() {
    assertThat(TWO).hasToString("semver >=2 <3");
    assertThat(policy("^1", true)).hasToString("semver ^1 with pre-releases");
  }
}
