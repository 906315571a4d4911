package dev.slipway.record;

import dev.slipway.ecs.TagValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arn:aws:sts::123456789012:assumed-role/ops/ann@example.com | arn:aws:sts::123456789012:assumed-role/ops/ann@example.com
          arn:aws:iam::123456789012:user/ann,bob                     | arn:aws:iam::123456789012:user/ann-bob
          ' Änn  (on call) '                                         | -nn  -on call-
          """)
  void who_asks_is_made_a_tags_value(String name, String cleaned) {
    assertThat(TagValue.cleaned(name)).isEqualTo(cleaned);
    assertThat(new Trigger.Request("r-1", TagValue.cleaned(name)).by()).isEqualTo(cleaned);
  }

  @Test
  void a_long_text_is_cut() {
    assertThat(TagValue.cleaned("x".repeat(300))).hasSize(256);
    assertThat(TagValue.isValid("x".repeat(257))).isFalse();
  }

  @Test
  void what_cannot_be_a_tags_value_is_refused() {
    assertThatThrownBy(() -> new Trigger.Request("r-1", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not the name of who asks: \"\"");
  }
}
