package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryPatternTest {
  private static Repository repository(String name) {
    return new Repository("123456789012", "us-east-1", name);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # pattern,   repository,        matches
          *,           web,               true
          *,           team/a/web,        true
          web,         web,               true
          web,         web2,              false
          web,         my-web,            false
          website/*,   website/shop,      true
          website/*,   website/a/b,       true
          website/*,   website,           false
          website/*,   websites/shop,     false
          */web,       team/web,          true
          */web,       team/a/web,        true
          */web,       web,               false
          */web,       team/web2,         false
          team/*/web,  team/a/web,        true
          team/*/web,  team/a/b/web,      true
          team/*/web,  team/web,          false
          a*b*c,       a1b2c,             true
          a*b*c,       abc,               true
          a*b*c,       acb,               false
          ab*ba,       aba,               false
          ab*ba,       abba,              true
          a*bc*c,      abc,               false
          **,          web,               true
          a**b,        ab,                true
          """)
  void an_asterisk_stands_for_any_characters(String pattern, String name, boolean matches) {
    assertThat(new RepositoryPattern(pattern).matches(repository(name))).isEqualTo(matches);
  }

  /** What it may not do is try every way to divide a name. */
  @Test
  void many_asterisks_are_matched_in_little_time() {
    assertThat(new RepositoryPattern("*a".repeat(100) + "b").matches(repository("a".repeat(250))))
        .isFalse();
  }

  @Test
  void is_shown_as_it_was_given() {
    assertThat(new RepositoryPattern("website/*")).hasToString("website/*");
    assertThat(RepositoryPattern.ALL).hasToString("*");
  }
}
