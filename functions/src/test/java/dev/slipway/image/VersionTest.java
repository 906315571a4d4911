package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
  static Version version(String text) {
    return Version.find(text).orElseThrow();
  }

  @Test
  void orders_the_examples_of_the_specification() {
    List<Version> examples =
        SemverCases.of("precedence").map(columns -> version(columns[0])).toList();
    List<Version> shuffled = new ArrayList<>(examples);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(shuffled, new Random(i));
      assertThat(shuffled.stream().sorted().toList()).isEqualTo(examples);
    }
  }

  static Stream<String[]> comparisons() {
    return SemverCases.of("comparisons");
  }

  @ParameterizedTest
  @MethodSource("comparisons")
  void orders_the_cases_of_node_semver(String higher, String lower) {
    assertThat(version(higher)).isGreaterThan(version(lower));
    assertThat(version(lower)).isLessThan(version(higher));
  }

  static Stream<String> versions() {
    return SemverCases.of("versions").map(columns -> columns[0]);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void is_what_node_semver_takes_for_one(String tag) {
    assertThat(Version.find(tag)).isPresent();
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  /** Tags of a few characters, so that many are versions, and many are nearly one. */
  @ParameterizedTest
  @MethodSource("seeds")
  void is_what_the_expression_of_the_specification_takes_for_one(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      StringBuilder tag = new StringBuilder(random.nextBoolean() ? "1.0." : "");
      int length = 1 + random.nextInt(9);
      for (int at = 0; at < length; at++) {
        tag.append("01900..--avx_".charAt(random.nextInt(13)));
      }
      assertThat(Version.find(tag.toString()).isPresent())
          .as(tag.toString())
          .isEqualTo(SemverReference.isVersion(tag.toString()));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void has_the_precedence_of_the_reference(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      String one = SemverReference.randomVersion(random);
      String other = SemverReference.randomVersion(random);
      assertThat(Integer.signum(version(one).compareTo(version(other))))
          .as("%s and %s", one, other)
          .isEqualTo(Integer.signum(SemverReference.compare(one, other)));
    }
  }

  @Test
  void orders_numbers_of_any_length() {
    assertThat(version("99999999999999999999999.0.0"))
        .isGreaterThan(version("99999999999999999999998.0.0"));
    assertThat(version("1.0.0-20251128120000000000001"))
        .isGreaterThan(version("1.0.0-20251128120000000000000"));
    assertThat(version("1.0.0-100")).isGreaterThan(version("1.0.0-99"));
  }

  @Test
  void a_v_makes_no_difference() {
    assertThat(version("v1.2.3-rc.1")).isEqualTo(version("1.2.3-rc.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1234567", // a commit's hash can be of digits alone
        "1",
        "1.2",
        "v1.2",
        "1.2.3.4",
        "01.2.3",
        "1.02.3",
        "1.2.03",
        "1.2.3-01",
        "1.2.3-a.00",
        "1.2.3-",
        "1.2.3-a..b",
        "1.2.3-a_b",
        "1.2.3_a", // what is written in a tag for 1.2.3+a
        "1.2.3+a",
        "V1.2.3",
        "vv1.2.3",
        "release-1.2.3",
        "1.2.x",
        "latest",
        "20251128"
      })
  void is_three_numbers_and_nothing_less(String tag) {
    assertThat(Version.find(tag)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0", "1.2.3", "1.2.3-0", "1.2.3-0a", "1.2.3--", "1.0.0-alpha.1.x-y"})
  void is_written_as_it_was(String text) {
    assertThat(version(text)).hasToString(text);
  }
}
