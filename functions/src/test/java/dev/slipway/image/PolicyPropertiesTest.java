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
import java.util.stream.Stream;
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

  private static int[] numbers(String tag) {
    String[] parts =
        (tag.startsWith("v") ? tag.substring(1) : tag).split("-", -1)[0].split("\\.", -1);
    return new int[] {
      Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])
    };
  }

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

  private static boolean isBetter(TaggedImage one, TaggedImage other, boolean byVersion) {
    if (byVersion) {
      int order = SemverReference.compare(one.tag().value(), other.tag().value());
      if (order != 0) {
        return order > 0;
      }
    }
    if (!one.pushedAt().equals(other.pushedAt())) {
      return one.pushedAt().isAfter(other.pushedAt());
    }
    return one.digest().value().compareTo(other.digest().value()) > 0;
  }

  /** An asterisk stands for any characters: all ways are tried. */
  private static boolean fits(String pattern, String name) {
    if (pattern.isEmpty() || name.isEmpty()) {
      return pattern.replace("*", "").isEmpty() && name.isEmpty();
    }
    return pattern.charAt(0) == '*'
        ? fits(pattern.substring(1), name) || fits(pattern, name.substring(1))
        : pattern.charAt(0) == name.charAt(0) && fits(pattern.substring(1), name.substring(1));
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
            .isEqualTo(
                best(
                    images,
                    tag ->
                        SemverReference.isVersion(tag)
                            && !SemverReference.isPreRelease(tag)
                            && in.test(numbers(tag)),
                    true)));
    for (int i = 0; i < 20; i++) {
      SemverReference.Range range = SemverReference.randomRange(random);
      boolean preReleases = random.nextBoolean();
      Predicate<String> fits =
          tag ->
              SemverReference.isVersion(tag)
                  && (preReleases || !SemverReference.isPreRelease(tag))
                  && range.has(tag);

      assertThat(
              new SemverPolicy(VersionRange.parse(range.text()), preReleases)
                  .choose(images)
                  .digest())
          .as("%s of %s", range.text(), images)
          .isEqualTo(best(images, fits, true));
    }
  }

  private static String random(String characters, int length, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void newest_chooses_what_the_reference_does(int seed) {
    Random random = new Random(seed);
    List<TaggedImage> images = images(random);
    for (int i = 0; i < 20; i++) {
      String pattern = random("**01mr.-", 1 + random.nextInt(5), random);
      assertThat(new NewestPolicy(new WildcardPattern(pattern)).choose(images).digest())
          .as("%s of %s", pattern, images)
          .isEqualTo(best(images, tag -> fits(pattern, tag), false));
    }
    for (String expression :
        List.of("v?[12]\\..*", "main-[0-9]+", "(main|v1).*", ".*-rc\\.1?", "[^-]*", "\\d+")) {
      assertThat(new NewestPolicy(RegularExpression.parse(expression)).choose(images).digest())
          .as("%s of %s", expression, images)
          .isEqualTo(best(images, tag -> tag.matches(expression), false));
    }
  }

  /** The library agrees with the JDK's on whole tags, wherever both know the syntax. */
  @ParameterizedTest
  @MethodSource("seeds")
  void expressions_fit_what_they_fit_elsewhere(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      String expression =
          random("ab1.|", 2, random)
              + random("ab1.", 1, random)
              + List.of("", "+", "*", "?", "{1,2}", "[ab]+", "(a|1)*", "(?:b.)?")
                  .get(random.nextInt(8));
      RegularExpression ours = RegularExpression.parse(expression);
      for (int j = 0; j < 20; j++) {
        String tag = random("ab1", 1 + random.nextInt(6), random);
        assertThat(ours.matches(tag))
            .as("/%s/ of %s", expression, tag)
            .isEqualTo(tag.matches(expression));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void wildcards_fit_what_the_reference_does(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String pattern = random("ab*/", random.nextInt(6), random);
      String name = random("ab/", random.nextInt(7), random);
      assertThat(new WildcardPattern(pattern).matches(name))
          .as("%s of %s", pattern, name)
          .isEqualTo(fits(pattern, name));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void some_repositories_are_those_of_the_reference_and_the_policy_is_the_same_there(int seed) {
    Random random = new Random(seed);
    List<String> patterns =
        Stream.generate(() -> random("ab*/", 1 + random.nextInt(4), random))
            .limit(1 + random.nextInt(3))
            .toList();
    WholePolicy whole = new NewestPolicy(new WildcardPattern("main-*"));
    LimitedPolicy limited =
        new LimitedPolicy(whole, patterns.stream().map(RepositoryPattern::new).toList());
    for (int i = 0; i < 50; i++) {
      String name =
          random("ab", 2, random)
              + (random.nextBoolean() ? "/" + random("ab", 1 + random.nextInt(2), random) : "");
      Repository repository = new Repository("123456789012", "eu-central-1", name);
      assertThat(limited.selectsIn(repository))
          .as("%s of %s", patterns, name)
          .isEqualTo(patterns.stream().anyMatch(pattern -> fits(pattern, name)));
      assertThat(whole.selectsIn(repository)).isTrue();
    }
    assertThat(limited.whole()).isEqualTo(whole);
  }

  /** So whoever gets a push's hint, and finds that it does not concern them, misses nothing. */
  @ParameterizedTest
  @MethodSource("seeds")
  void a_push_that_does_not_concern_a_policy_changes_nothing(int seed) {
    Random random = new Random(seed);
    List<TaggedImage> images = images(random);
    for (RegistryPolicy policy :
        List.of(
            new TagPolicy(new ImageTag(tag(random))),
            new SemverPolicy(
                VersionRange.parse(SemverReference.randomRange(random).text()),
                random.nextBoolean()),
            new NewestPolicy(new WildcardPattern("main-1*")),
            new NewestPolicy(RegularExpression.parse("v.*")))) {
      for (int i = 0; i < 20; i++) {
        ImageTag pushed = new ImageTag(tag(random));
        List<TaggedImage> after = new ArrayList<>(images);
        after.removeIf(image -> image.tag().equals(pushed));
        List<TaggedImage> before = List.copyOf(after);
        after.add(
            new TaggedImage(
                pushed,
                new ImageDigest("sha256:%064d".formatted(99)),
                Instant.ofEpochSecond(99),
                false));
        if (!policy.isConcernedBy(pushed)) {
          Choice then = policy.choose(after);
          assertThat(then.digest()).isEqualTo(policy.choose(before).digest());
          assertThat(then.tag()).isEqualTo(policy.choose(before).tag());
          assertThat(then.tag()).isNotEqualTo(Optional.of(pushed));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_tag_is_taken_literally_whatever_else_is_there(int seed) {
    Random random = new Random(seed);
    String tag = tag(random);
    String other = tag(random);
    TagPolicy policy = new TagPolicy(new ImageTag(tag));

    assertThat(policy.choose(images(random)).tag()).contains(new ImageTag(tag));
    assertThat(policy.choose(images(random)).digest()).isEmpty();
    assertThat(policy.isConcernedBy(new ImageTag(other))).isEqualTo(tag.equals(other));
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
