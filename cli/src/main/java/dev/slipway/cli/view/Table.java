package dev.slipway.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Rows under headings, in columns as wide as what is in them. A column that is empty is left out.
 * Where the table is too wide, columns that people can do without are left out; then names are cut
 * with an ellipsis; where too little would be left of them, each row is a block of lines instead,
 * with everything in it.
 */
final class Table {
  private static final String GAP = "  ";

  /** One name that is endless would push all others off the screen. */
  private static final int MAX_CELL = 120;

  /** Of a name that is cut, so many columns stay. */
  private static final int MIN_CELL = 12;

  private final String title;
  private final Set<String> names;
  private List<String> optional = List.of();
  private final List<String> headings;
  private final List<List<Line>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param title the heading of the column that says what a row is about
   * @param names the headings of the columns that may be cut
   */
  Table(String title, Set<String> names, String... headings) {
    this.title = title;
    this.names = Set.copyOf(names);
    this.headings = List.of(headings);
  }

  /** The headings of columns that are left out first, in this order, where there is no room. */
  Table withoutFirst(String... columns) {
    optional = List.of(columns);
    return this;
  }

  Table row(Line... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + headings.size() + " headings");
    }
    rows.add(Arrays.stream(cells).map(cell -> cell.fitted(MAX_CELL)).toList());
    return this;
  }

  /** In no more columns than these, wherever that is possible. */
  List<Line> lines(int columns) {
    List<Integer> filled =
        IntStream.range(0, headings.size())
            .filter(column -> rows.stream().anyMatch(row -> row.get(column).width() > 0))
            .boxed()
            .toList();
    int[] widths = IntStream.range(0, headings.size()).map(this::width).toArray();
    List<Integer> shown = new ArrayList<>(filled);
    for (String heading : optional) {
      if (total(shown, widths) > columns) {
        shown.remove(Integer.valueOf(headings.indexOf(heading)));
      }
    }
    for (int excess = total(shown, widths) - columns; excess > 0; excess--) {
      int widest = widestName(shown, widths);
      if (widest < 0) {
        return blocks(filled, columns);
      }
      widths[widest]--;
    }
    List<Line> lines = new ArrayList<>();
    lines.add(
        line(
            headings.stream().map(heading -> Line.of(heading, Style.FAINT)).toList(),
            shown,
            widths));
    rows.forEach(row -> lines.add(line(row, shown, widths)));
    return lines;
  }

  private static int total(List<Integer> shown, int[] widths) {
    return shown.stream().mapToInt(column -> widths[column] + GAP.length()).sum() - GAP.length();
  }

  /** The column that has most to give; -1 where none has. */
  private int widestName(List<Integer> shown, int[] widths) {
    int widest = -1;
    for (int column : shown) {
      boolean gives =
          names.contains(headings.get(column))
              && widths[column] > Math.max(MIN_CELL, headings.get(column).length());
      if (gives && (widest < 0 || widths[column] > widths[widest])) {
        widest = column;
      }
    }
    return widest;
  }

  private Line line(List<Line> cells, List<Integer> shown, int[] widths) {
    Line line = Line.empty();
    for (int column : shown) {
      if (column != shown.getFirst()) {
        line = line.and(GAP);
      }
      Line cell = cells.get(column).fitted(widths[column]);
      line = line.and(cell);
      if (column != shown.getLast()) {
        line = line.and(" ".repeat(widths[column] - cell.width()));
      }
    }
    return line;
  }

  private int width(int column) {
    return Math.max(
        headings.get(column).length(),
        rows.stream().mapToInt(row -> row.get(column).width()).max().orElse(0));
  }

  /** A row is its title and, below it, a line for each other cell that says something. */
  private List<Line> blocks(List<Integer> shown, int columns) {
    int titled = headings.indexOf(title);
    int labels =
        shown.stream()
            .filter(column -> column != titled)
            .mapToInt(column -> headings.get(column).length())
            .max()
            .orElse(0);
    List<Line> lines = new ArrayList<>();
    for (List<Line> row : rows) {
      if (row.get(titled).width() > 0) {
        if (!lines.isEmpty()) {
          lines.add(Line.empty());
        }
        lines.add(row.get(titled).fitted(columns));
      }
      for (int column : shown) {
        Line cell = row.get(column);
        if (column != titled && cell.width() > 0) {
          String label = headings.get(column).toLowerCase(Locale.ROOT);
          lines.add(
              Line.of(GAP + label + " ".repeat(labels - label.length() + 2), Style.FAINT)
                  .and(cell)
                  .fitted(columns));
        }
      }
    }
    return lines;
  }
}
