package dev.slipway.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          web:staging ● 世界 👍 é         | web:staging ● 世界 👍 é
          \u001b[31mred\u001b[0m          | \\u001b[31mred\\u001b[0m
          \u001b]0;title\u0007            | \\u001b]0;title\\u0007
          \u009b2J                        | \\u009b2J
          a\u202eb\u200bc\u2028d\u0085e    | a\\u202eb\\u200bc\\u2028d\\u0085e
          a\u007fb\u0008                   | a\\u007fb\\u0008
          half\ud83d                       | half\\ud83d
          """)
  void shows_what_a_terminal_would_obey(String text, String shown) {
    assertThat(TerminalText.visible(text)).isEqualTo(shown);
    assertThat(Line.of(text, Style.BAD).print(false)).isEqualTo(shown);
  }

  @Test
  void a_line_is_one_line() {
    assertThat(Line.of("a\nb\r\nc\td").print(false)).isEqualTo("a b  c d");
  }

  @Test
  void json_says_the_same_and_holds_nothing_to_obey() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    var document =
        mapper
            .createObjectNode()
            .put("reason", "\u001b]0;x\u0007 \u009b \u202e \u007f \udb40\udc41 世 \n \"");

    String json = TerminalText.json(mapper.writeValueAsString(document));

    assertThat(json).doesNotContain("\u001b", "\u009b", "\u202e", "\u007f", "\udb40").contains("世");
    assertThat(mapper.readTree(json)).isEqualTo(document);
  }

  @Test
  void wide_letters_and_accents_keep_a_table_straight() {
    Table table = new Table("A", "B");
    table.row(Line.of("世界"), Line.of("1"));
    table.row(Line.of("e\u0301"), Line.of("2"));
    table.row(Line.of("abcd"), Line.of("3"));

    assertThat(table.lines().stream().map(line -> line.print(false)))
        .containsExactly("A     B", "世界  1", "e\u0301     2", "abcd  3");
  }

  @Test
  void a_cell_cannot_push_the_others_away() {
    Table table = new Table("A", "B");
    table.row(Line.of("x".repeat(1_000_000)), Line.of("y\nz"));

    List<Line> lines = table.lines();

    assertThat(lines).hasSize(2);
    assertThat(lines.getLast().print(false)).hasSize(125).endsWith("x…  y z");
  }

  @Test
  void cutting_splits_no_character() {
    assertThat(Line.of("a👍b").cutAt(2).print(false)).isEqualTo("a");
    assertThat(Line.of("a👍b").cutAt(3).print(false)).isEqualTo("a👍");
  }
}
