package dev.slipway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutsideTextTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          an ordinary sentence|an ordinary sentence
          Grüße, 世界 👍|Grüße, 世界 👍
          \u001b[31mred\u001b[0m text|red text
          \u009b2Jcleared|cleared
          \u001b]0;title\u0007rest|\\u001b]0;title\\u0007rest
          \u001b]8;;http://x\u001b\\link|\\u001b]8;;http://x\\u001b\\link
          \u001b\u001b[31m[31mnested|\\u001b[31mnested
          a\u202ecod.exe|a\\u202ecod.exe
          pay\u200bpal|pay\\u200bpal
          \ufeffmark|\\ufeffmark
          tag\udb40\udc41|tag\\ue0041
          half \ud83d here|half \ufffd here
          a\u0008\u0000b|a\\u0008\\u0000b
          """)
  void what_cannot_be_seen_is_shown_or_left_out(String text, String shown) {
    assertThat(OutsideText.line(text, 300)).isEqualTo(shown);
  }

  @Test
  void what_is_refused_is_quoted_as_it_is_but_visible_and_cut() {
    assertThat(OutsideText.quoted(" a  b\n\u001b")).isEqualTo("\" a  b\\u000a\\u001b\"");
    assertThat(OutsideText.quoted("password=hunter2")).isEqualTo("\"password=****\"");
    assertThat(OutsideText.quoted("x".repeat(1_000_000))).isEqualTo('"' + "x".repeat(199) + "…\"");
  }

  @Test
  void every_kind_of_line_break_is_a_blank() {
    assertThat(OutsideText.line(" a\r\nb\nc\u2028d\u2029e\u0085f\u000bg\u000ch\ti ", 300))
        .isEqualTo("a b c d e f g h i");
  }

  @Test
  void lines_stay_lines_and_nothing_else_breaks_them() {
    assertThat(
            OutsideText.lines(
                List.of("first", "two\nin one\u2028fake", "\tat x\r", "token=abc1"), 300))
        .containsExactly("first", "two", "in one\\u2028fake", " at x", "token=****");
  }

  @Test
  void a_secret_over_several_lines_is_masked() {
    assertThat(
            OutsideText.lines(
                List.of("-----BEGIN PRIVATE KEY-----", "MIIabc", "-----END PRIVATE KEY-----", "x"),
                300))
        .containsExactly("-----BEGIN PRIVATE KEY-----****", "x");
  }

  @Test
  void a_coloured_name_still_hides_its_value() {
    assertThat(OutsideText.line("\u001b[36mpassword\u001b[0m=hunter2", 300))
        .isEqualTo("password=****");
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource({
    "abcdef, 6, abcdef",
    "abcdefg, 6, abcde…",
    "a👍👍, 4, a👍…",
    "a👍👍, 3, a…",
    "cafe\u0301s, 5, caf…",
    "ab, 1, …",
  })
  void cutting_splits_no_character(String text, int length, String cut) {
    assertThat(OutsideText.cut(text, length)).isEqualTo(cut);
  }

  @Test
  void letters_under_a_heap_of_accents_keep_a_few() {
    assertThat(OutsideText.line("z" + "\u0301".repeat(500) + "a", 300)).hasSize(6);
  }

  @Test
  void a_secret_at_the_cut_is_masked_before() {
    String text = "x".repeat(280) + " password=" + "s".repeat(50);

    assertThat(OutsideText.line(text, 295)).endsWith(" password=****");
  }
}
