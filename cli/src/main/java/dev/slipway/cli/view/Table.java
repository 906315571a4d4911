package dev.slipway.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows under headings, in columns as wide as what is in them. A column that is empty is left out.
 */
final class Table {
  private static final String GAP = "  ";

  /** One name that is endless would push all others off the screen. */
  private static final int MAX_CELL = 120;

  private final List<String> headings;
  private final List<List<Line>> rows = new ArrayList<>();

  Table(String... headings) {
    this.headings = List.of(headings);
  }

  Table row(Line... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + headings.size() + " headings");
    }
    rows.add(Arrays.stream(cells).map(Table::cut).toList());
    return this;
  }

  private static Line cut(Line cell) {
    return cell.width() <= MAX_CELL ? cell : cell.cutAt(MAX_CELL - 1).and("…");
  }

  List<Line> lines() {
    List<Integer> columns =
        IntStream.range(0, headings.size())
            .filter(column -> rows.stream().anyMatch(row -> row.get(column).width() > 0))
            .boxed()
            .toList();
    List<Line> headingCells =
        headings.stream().map(heading -> Line.of(heading, Style.FAINT)).toList();
    List<Line> lines = new ArrayList<>();
    lines.add(line(headingCells, columns));
    rows.forEach(row -> lines.add(line(row, columns)));
    return lines;
  }

  private Line line(List<Line> cells, List<Integer> columns) {
    Line line = Line.empty();
    for (int column : columns) {
      if (column != columns.getFirst()) {
        line = line.and(GAP);
      }
      Line cell = cells.get(column);
      line = line.and(cell);
      if (column != columns.getLast()) {
        line = line.and(" ".repeat(width(column) - cell.width()));
      }
    }
    return line;
  }

  private int width(int column) {
    return Math.max(
        headings.get(column).length(),
        rows.stream().mapToInt(row -> row.get(column).width()).max().orElse(0));
  }
}
