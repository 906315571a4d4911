package dev.slipway.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineTest {
  private final Line line = Line.of("web", Style.STRONG).and(" is ").and("bad", Style.BAD);

  @Test
  void is_painted_only_if_asked_to() {
    assertThat(line.print(false)).isEqualTo("web is bad");
    assertThat(line.print(true)).isEqualTo("\u001b[1mweb\u001b[0m is \u001b[31mbad\u001b[0m");
  }

  @Test
  void is_cut_by_what_is_seen() {
    assertThat(line.cutAt(8).print(true))
        .isEqualTo("\u001b[1mweb\u001b[0m is \u001b[31mb\u001b[0m");
    assertThat(line.cutAt(3).print(false)).isEqualTo("web");
    assertThat(line.cutAt(0).print(true)).isEmpty();
    assertThat(line.cutAt(99)).isEqualTo(line);
  }

  @Test
  void wraps_between_words_and_keeps_long_ones() {
    assertThat(wrapped("one two three", 9)).containsExactly("  one two", "  three");
    assertThat(wrapped("one sha256:0123456789 two", 9))
        .containsExactly("  one", "  sha256:0123456789", "  two");
    assertThat(wrapped("one \u202etwo", 12)).containsExactly("  one", "  \\u202etwo");
    assertThat(wrapped("", 9)).containsExactly("");
  }

  private static List<String> wrapped(String text, int columns) {
    return Line.wrapped(text, "  ", Style.PLAIN, columns).stream()
        .map(each -> each.print(false))
        .toList();
  }
}
