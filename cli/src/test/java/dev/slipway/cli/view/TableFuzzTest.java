package dev.slipway.cli.view;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Set;

class TableFuzzTest {
  private static final int LEAST_COLUMNS = 20;

  /** The input's first byte is how wide the terminal is, and each of its lines is a cell. */
  @FuzzTest
  void a_table_is_as_wide_as_its_terminal_and_a_row_is_on_its_line(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int columns = LEAST_COLUMNS + Byte.toUnsignedInt(input[0]);
    String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
    Table table =
        new Table("SERVICE", Set.of("SERVICE", "IMAGE"), "SERVICE", "IMAGE", "TASKS", "STATE")
            .withoutFirst("TASKS");
    String[] cells = text.split("\n", -1);
    for (int row = 0; row + 4 <= cells.length; row += 4) {
      table.row(
          Line.of(cells[row]),
          Line.of(cells[row + 1], Style.STRONG),
          Line.of(cells[row + 2]),
          Line.of(cells[row + 3], Style.BAD));
    }

    for (Line line : table.lines(columns)) {
      String printed = line.print(false);
      if (line.width() > columns || printed.indexOf('\n') >= 0) {
        throw new AssertionError(
            "wider than %d, %d: \"%s\"".formatted(columns, line.width(), printed));
      }
    }
    for (Line line : Line.wrapped(text, "  ", Style.PLAIN, columns)) {
      boolean isOneWord = line.print(false).strip().indexOf(' ') < 0;
      if (!isOneWord && line.width() > columns) {
        throw new AssertionError("wider than " + columns + ": " + line.print(false));
      }
    }
  }
}
