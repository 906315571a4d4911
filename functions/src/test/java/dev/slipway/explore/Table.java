package dev.slipway.explore;

import java.util.ArrayList;
import java.util.List;

/** Counts what was explored, and prints it. */
final class Table {
  private final List<Row> rows = new ArrayList<>();

  /**
   * A line.
   *
   * @param bound how far it went, in words
   * @param states 0 where they are not counted
   */
  private record Row(String what, String bound, int plans, long schedules, long states) {}

  void add(String what, String bound, int plans, long schedules, long states) {
    rows.add(new Row(what, bound, plans, schedules, states));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%-34s %-46s %7s %10s %10s%n".formatted("what", "bound", "plans", "schedules", "states"));
    for (Row row : rows) {
      text.append(
          "%-34s %-46s %,7d %,10d %10s%n"
              .formatted(
                  row.what(),
                  row.bound(),
                  row.plans(),
                  row.schedules(),
                  row.states() == 0 ? "-" : "%,d".formatted(row.states())));
    }
    Row sum =
        new Row(
            "together",
            "",
            rows.stream().mapToInt(Row::plans).sum(),
            rows.stream().mapToLong(Row::schedules).sum(),
            rows.stream().mapToLong(Row::states).sum());
    text.append(
        "%-34s %-46s %,7d %,10d %,10d%n"
            .formatted(sum.what(), sum.bound(), sum.plans(), sum.schedules(), sum.states()));
    return text.toString();
  }
}
