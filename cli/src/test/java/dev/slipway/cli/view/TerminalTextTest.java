package dev.slipway.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {
  /** In angle brackets: the number of a character in hexadecimal. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          web:staging ● 世界 👍 é           | web:staging ● 世界 👍 é
          <1b>[31mred<1b>[0m                | <1b>[31mred<1b>[0m
          <1b>]0;title<7>                   | <1b>]0;title<7>
          <9b>2J                            | <9b>2J
          a<202e>b<200b>c<2028>d<85>e       | a<202e>b<200b>c<2028>d<85>e
          a<7f>b<8>                         | a<7f>b<8>
          half<d83d>                        | half<d83d>
          """)
  void shows_what_a_terminal_would_obey(String text, String shown) {
    Pattern number = Pattern.compile("<([0-9a-f]+)>");
    String outside =
        number
            .matcher(text)
            .replaceAll(match -> Character.toString(Integer.parseInt(match.group(1), 16)));
    String expected =
        number
            .matcher(shown)
            .replaceAll(match -> "\\\\u%04x".formatted(Integer.parseInt(match.group(1), 16)));

    assertThat(TerminalText.visible(outside)).isEqualTo(expected);
    assertThat(Line.of(outside, Style.BAD).print(false)).isEqualTo(expected);
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
    Table table = new Table("A", Set.of(), "A", "B");
    table.row(Line.of("世界"), Line.of("1"));
    table.row(Line.of("e\u0301"), Line.of("2"));
    table.row(Line.of("abcd"), Line.of("3"));

    assertThat(table.lines(100).stream().map(line -> line.print(false)))
        .containsExactly("A     B", "世界  1", "e\u0301     2", "abcd  3");
  }

  @Test
  void a_cell_cannot_push_the_others_away() {
    Table table = new Table("A", Set.of(), "A", "B");
    table.row(Line.of("x".repeat(1_000_000)), Line.of("y\nz"));

    List<Line> lines = table.lines(200);

    assertThat(lines).hasSize(2);
    assertThat(lines.getLast().print(false)).hasSize(125).endsWith("x…  y z");
  }

  @Test
  void cutting_splits_no_character() {
    assertThat(Line.of("a👍b").cutAt(2).print(false)).isEqualTo("a");
    assertThat(Line.of("a👍b").cutAt(3).print(false)).isEqualTo("a👍");
  }
}
