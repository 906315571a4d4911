package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Repositories of any content: each policy chooses what a reference chooses that was written apart
 * from it, in the plainest way and without anything of theirs.
 */
class PolicyPropertiesTest {
  private static final int IMAGES = 60;

  /** Ranges, and what is in them, in words of numbers alone. */
  private static final Map<String, Predicate<int[]>> RANGES =
      Map.of(
          ">=2 <3", v -> v[0] == 2,
          "^1.1", v -> v[0] == 1 && v[1] >= 1,
          "~1.1.1", v -> v[0] == 1 && v[1] == 1 && v[2] >= 1,
          "1.x || 3.0.0", v -> v[0] == 1 || (v[0] == 3 && v[1] == 0 && v[2] == 0),
          "1.1 - 2.0", v -> (v[0] == 1 && v[1] >= 1) || (v[0] == 2 && v[1] == 0),
          "*", _ -> true,
          ">1 <=2.1.0", v -> v[0] == 2 && (v[1] == 0 || (v[1] == 1 && v[2] == 0)),
          "^0.1", v -> v[0] == 0 && v[1] == 1);

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  private static List<TaggedImage> images(Random random) {
    List<TaggedImage> images = new ArrayList<>();
    int count = random.nextInt(IMAGES);
    for (int i = 0; i < count; i++) {
      ImageTag tag = new ImageTag(tag(random));
      int digest = random.nextInt(20);
      // an image has one digest and one time, and a tag one image
      images.removeIf(image -> image.tag().equals(tag));
      images.add(
          new TaggedImage(
              tag,
              new ImageDigest("sha256:%064d".formatted(digest)),
              Instant.ofEpochSecond(digest % 7),
              digest % 11 == 10));
    }
    return images;
  }

  private static String tag(Random random) {
    int[] n = {random.nextInt(4), random.nextInt(3), random.nextInt(3)};
    String version = "%d.%d.%d".formatted(n[0], n[1], n[2]);
    return switch (random.nextInt(8)) {
      case 0 -> "main-" + random.nextInt(30);
      case 1 -> "v" + version;
      case 2 -> version + "-rc." + random.nextInt(12);
      case 3 -> version + "-beta";
      case 4 -> String.valueOf(random.nextInt(10_000_000));
      case 5 -> n[0] + "." + n[1];
      default -> version;
    };
  }

  // --- the reference ----------------------------------------------------------------------------

  private static int[] numbers(String tag) {
    String[] parts =
        (tag.startsWith("v") ? tag.substring(1) : tag).split("-", -1)[0].split("\\.", -1);
    return new int[] {
      Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])
    };
  }

  private static boolean isRelease(String tag) {
    return tag.matches("v?[0-9]+\\.[0-9]+\\.[0-9]+");
  }

  private static boolean isBetter(TaggedImage one, TaggedImage other, boolean byVersion) {
    if (byVersion) {
      int[] a = numbers(one.tag().value());
      int[] b = numbers(other.tag().value());
      for (int i = 0; i < 3; i++) {
        if (a[i] != b[i]) {
          return a[i] > b[i];
        }
      }
    }
    if (!one.pushedAt().equals(other.pushedAt())) {
      return one.pushedAt().isAfter(other.pushedAt());
    }
    return one.digest().value().compareTo(other.digest().value()) > 0;
  }

  private static Optional<ImageDigest> best(
      List<TaggedImage> images, Predicate<String> fits, boolean byVersion) {
    TaggedImage best = null;
    for (TaggedImage image : images) {
      if (fits.test(image.tag().value())
          && !image.archived()
          && (best == null || isBetter(image, best, byVersion))) {
        best = image;
      }
    }
    return Optional.ofNullable(best).map(TaggedImage::digest);
  }

  // --- what holds -------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("seeds")
  void semver_chooses_what_the_reference_does(int seed) {
    Random random = new Random(seed);
    List<TaggedImage> images = images(random);
    RANGES.forEach((range, in) ->
        assertThat(new SemverPolicy(VersionRange.parse(range), false).choose(images).digest())
            .as("%s of %s", range, images)
            .isEqualTo(best(images, tag -> isRelease(tag) && in.test(numbers(tag)), true)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void newest_chooses_what_the_reference_does(int seed) {
    List<TaggedImage> images = images(new Random(seed));

    assertThat(new NewestPolicy(new WildcardPattern("main-*")).choose(images).digest())
        .isEqualTo(best(images, tag -> tag.startsWith("main-"), false));
    assertThat(new NewestPolicy(RegularExpression.parse("v?[12]\\..*")).choose(images).digest())
        .isEqualTo(best(images, tag -> tag.matches("v?[12]\\..*"), false));
  }

  /**
   * In whichever order ECR lists them, and however what was chosen is deleted: it never goes up.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void deleting_what_is_chosen_leads_down_and_the_order_is_none(int seed) {
    Random random = new Random(seed);
    List<TaggedImage> images = images(random);
    for (RegistryPolicy policy :
        List.of(
            new SemverPolicy(VersionRange.parse("*"), true),
            new NewestPolicy(new WildcardPattern("*")))) {
      List<TaggedImage> left = new ArrayList<>(images);
      while (true) {
        Collections.shuffle(left, random);
        Choice choice = policy.choose(left);
        if (choice.digest().isEmpty()) {
          break;
        }
        TaggedImage chosen =
            left.stream()
                .filter(image -> choice.tag().filter(image.tag()::equals).isPresent())
                .findFirst()
                .orElseThrow();
        left.removeIf(image -> image.digest().equals(chosen.digest()));
        policy.choose(left);
        List<TaggedImage> withIt = new ArrayList<>(left);
        withIt.add(chosen);
        assertThat(policy.choose(withIt).digest()).contains(chosen.digest());
      }
    }
  }
}
