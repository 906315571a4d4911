package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegularExpressionTest {
  /** More than any tag has. */
  private static final int LENGTH = 4_000;

  /** Text that counts how often one of its characters is read, and has enough of it at a bound. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private final long bound;
    private long reads;

    CountedText(String text, long bound) {
      this.text = text;
      this.bound = bound;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      reads++;
      if (reads > bound) {
        throw new IllegalStateException("read too often");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "main-[0-9]+, main-12, true",
    "main-[0-9]+, xmain-12, false",
    "main-[0-9]+, main-12x, false",
    "a|b, ab, false",
    "a|bc, a, true",
    "^main$, main, true",
    "(?i)main, MAIN, true"
  })
  void is_for_the_whole_tag(String expression, String tag, boolean matches) {
    assertThat(RegularExpression.parse(expression).matches(tag)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(.*a){12}b",
        "(.*?a){12}b",
        "(a*?a){15}b",
        ".*.*.*.*.*.*.*.*b",
        "(a{1,30}){1,30}b"
      })
  void reads_each_character_a_few_times_where_others_explode(String expression) {
    CountedText exploding = new CountedText("a".repeat(60), 1_000_000);
    assertThatThrownBy(() -> Pattern.compile(expression).matcher(exploding).matches())
        .isInstanceOf(IllegalStateException.class);

    CountedText once = new CountedText("a".repeat(LENGTH), 10 * LENGTH);
    CountedText twice = new CountedText("a".repeat(2 * LENGTH), 20 * LENGTH);
    RegularExpression linear = RegularExpression.parse(expression);

    assertThat(linear.fits(once)).isFalse();
    assertThat(linear.fits(twice)).isFalse();
    assertThat(once.reads).isBetween(1L, 4L * LENGTH);
    assertThat(twice.reads).isLessThanOrEqualTo(2 * once.reads + 10);
  }

  @ParameterizedTest
  @CsvSource({
    "(a, missing closing ): `(a`",
    "a**, invalid nested repetition operator: `**`",
    "(a)\\1, invalid escape sequence: `\\1`",
    "a(?=b), invalid or unsupported Perl syntax: `(?=`"
  })
  void gives_the_librarys_reason(String expression, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegularExpression.parse(expression))
        .withMessage(why);
  }

  @ParameterizedTest
  @CsvSource({
    "main, true",
    "^v1\\.2$, true",
    "v1\\.2-rc\\.1, true",
    "v1.2, false",
    "main-\\d, false",
    "a|b, false",
    "main-*, false"
  })
  void is_one_tag_where_it_is_a_literal(String expression, boolean one) {
    assertThat(RegularExpression.parse(expression).isOneTag()).isEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(strings = "main-[0-9]+")
  void is_equal_by_what_is_written(String expression) {
    assertThat(RegularExpression.parse(expression))
        .isEqualTo(RegularExpression.parse(expression))
        .hasToString("/main-[0-9]+/");
  }
}
