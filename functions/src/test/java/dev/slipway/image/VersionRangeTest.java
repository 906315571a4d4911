package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {
  private static boolean isConcerned(String range, String version, String preReleases) {
    return new SemverPolicy(VersionRange.parse(range), preReleases.equals("yes"))
        .isConcernedBy(new ImageTag(version));
  }

  static Stream<String[]> included() {
    return SemverCases.of("range-include");
  }

  static Stream<String[]> excluded() {
    return SemverCases.of("range-exclude");
  }

  static Stream<String[]> outside() {
    return SemverCases.of("range-outside");
  }

  static Stream<String[]> same() {
    return SemverCases.of("range-same");
  }

  static Stream<String[]> invalid() {
    return SemverCases.of("range-invalid");
  }

  @ParameterizedTest
  @MethodSource("included")
  void has_what_node_semver_includes(String range, String version, String preReleases) {
    assertThat(isConcerned(range, version, preReleases)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("excluded")
  void has_not_what_node_semver_excludes(String range, String version, String preReleases) {
    assertThat(isConcerned(range, version, preReleases)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("outside")
  void has_not_what_node_semver_has_above_or_below(
      String range, String version, String preReleases) {
    assertThat(isConcerned(range, version, preReleases)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("same")
  void is_what_node_semver_reads_it_as(String range, String canonical, String preReleases) {
    for (int i = 0; i < 5 * 6 * 6; i++) {
      for (String preRelease : List.of("", "-0", "-alpha", "-beta.4", "-rc.1")) {
        String version = "%d.%d.%d%s".formatted(i / 36, i / 6 % 6, i % 6, preRelease);
        assertThat(isConcerned(range, version, preReleases))
            .as(version)
            .isEqualTo(isConcerned(canonical, version, preReleases));
      }
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void has_what_the_reference_has(int seed) {
    Random random = new Random(seed);
    SemverReference.Range reference = SemverReference.randomRange(random);
    VersionRange range = VersionRange.parse(reference.text());
    for (int i = 0; i < 200; i++) {
      String version = SemverReference.randomVersion(random);
      assertThat(range.contains(VersionTest.version(version)))
          .as("%s in %s", version, reference.text())
          .isEqualTo(reference.has(version));
    }
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void refuses_what_node_semver_refuses(String range) {
    assertThatIllegalArgumentException().isThrownBy(() -> VersionRange.parse(range));
  }

  /** What a lenient parser passes over makes a range wider than it was meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ">=2 banana | \"banana\" is not a version",
        ">=2 <3x | \"3x\" is not a version",
        ">=2,<3 | it cannot be read from \">=2,<3\" on",
        ">=2<3 | it cannot be read from \">=2<3\" on",
        "=> 2 | it cannot be read from \"=> 2\" on",
        "<x | no version is < any",
        "1.x.5 | in \"1.x.5\" something follows what is left open",
        "1.x-rc.1 | \"1.x-rc.1\" is not a version",
        "latest | \"latest\" is not a version",
        "[1.0,2.0) | \"[1.0,2.0)\" is not a version",
        "1.2.3+a | \"1.2.3+a\" is not a version"
      })
  void says_why_it_is_none(String range, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VersionRange.parse(range))
        .withMessage(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {">=2 ||", "||", " || <1", ""})
  void has_no_empty_alternative(String range) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VersionRange.parse(range))
        .withMessage("there is nothing on one side of ||");
  }

  /** What others that read ranges have got wrong. */
  @ParameterizedTest
  @CsvSource({
    "^0, 0.9.9, true",
    "^0, 1.0.0, false",
    "^0.0, 0.0.9, true",
    "^0.0, 0.1.0, false",
    "~1.2.1 >=1.2.3, 2.0.0, false",
    "^1.2 ^1, 1.4.2, true",
    "^1.2 ^1, 2.0.0, false",
    ">99999999999999999999, 100000000000000000000.0.0, true"
  })
  void keeps_all_bounds(String range, String version, boolean in) {
    assertThat(VersionRange.parse(range).contains(VersionTest.version(version))).isEqualTo(in);
  }

  @ParameterizedTest
  @CsvSource({
    ">=2 <3, 2.0.0-rc.1, true",
    ">=2 <3, 3.0.0-rc.1, false",
    ">=2.0.0 <3.0.0, 2.0.0-rc.1, false",
    ">=2.0.0 <3.0.0, 3.0.0-rc.1, false",
    "<3.0.0-rc.2, 3.0.0-rc.1, true",
    "<=3.0.0, 3.0.0-rc.1, true",
    ">=2.0.0-rc.2, 2.0.0-rc.1, false",
    ">=2.0.0-rc.2, 2.0.0-rc.11, true"
  })
  void has_pre_releases_by_their_precedence_but_not_those_of_what_it_ends_before(
      String range, String version, boolean in) {
    assertThat(VersionRange.parse(range).contains(VersionTest.version(version))).isEqualTo(in);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3", "=1.2.3", "v1.2.3", ">=1 1.2.3"})
  void is_one_version(String range) {
    assertThat(VersionRange.parse(range).isOneVersion()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.2.3 || 1.2.4", "~1.2.3", "*"})
  void is_more_than_one_version(String range) {
    assertThat(VersionRange.parse(range).isOneVersion()).isFalse();
  }
}
