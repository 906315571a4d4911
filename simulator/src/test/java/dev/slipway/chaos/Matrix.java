package dev.slipway.chaos;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How the tellings ended: rows are operations of each function, columns are faults. */
final class Matrix {
  private static final class Cell {
    private int well;
    private int wrong;

    @Override
    public String toString() {
      return wrong == 0 ? Integer.toString(well) : well + "/" + wrong + "!";
    }
  }

  private final Map<String, Map<Fault, Cell>> rows = new TreeMap<>();
  private final Set<Fault> columns = EnumSet.noneOf(Fault.class);
  private final List<String> failures = new ArrayList<>();
  private int tellings;
  private int missed;

  /** Enters a telling in each row and column of what went wrong in it. */
  void enter(Story story, List<Strike> strikes, Telling telling) {
    tellings++;
    boolean well = telling.findings().isEmpty();
    if (telling.struck().isEmpty() && !strikes.isEmpty()) {
      missed++;
    }
    for (Strike strike : telling.struck()) {
      columns.add(strike.fault());
      Cell cell =
          rows.computeIfAbsent(strike.point().row(), _ -> new TreeMap<>())
              .computeIfAbsent(strike.fault(), _ -> new Cell());
      if (well) {
        cell.well++;
      } else {
        cell.wrong++;
      }
    }
    if (!well) {
      failures.add(
          "%s\n    %s\n    again: make chaos ONLY='%s'"
              .formatted(
                  named(story, strikes),
                  String.join("\n    ", telling.findings()),
                  named(story, strikes)));
    }
  }

  /** Such as {@code push-completes deploy ecs:UpdateService 1 answer-lost}. */
  static String named(Story story, List<Strike> strikes) {
    StringBuilder name = new StringBuilder(story.name());
    strikes.forEach(
        strike -> name.append(name.length() == story.name().length() ? " " : " + ").append(strike));
    return name.toString();
  }

  /** What failed, each with how to repeat it alone. */
  List<String> failures() {
    return failures;
  }

  /** How many stories were told. */
  int tellings() {
    return tellings;
  }

  /** In how many the call did not come that was to go wrong. */
  int missed() {
    return missed;
  }

  /** The matrix, and a legend of its columns. */
  String printed() {
    List<Fault> faults = List.copyOf(columns);
    StringBuilder text = new StringBuilder();
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    for (int i = 0; i < faults.size(); i++) {
      text.append("%2d %s\n".formatted(i + 1, faults.get(i)));
    }
    text.append("\n").append(" ".repeat(width));
    for (int i = 0; i < faults.size(); i++) {
      text.append("%6d".formatted(i + 1));
    }
    rows.forEach((row, cells) -> {
      text.append("\n").append(row).append(" ".repeat(width - row.length()));
      faults.forEach(
          fault -> text.append("%6s".formatted(cells.containsKey(fault) ? cells.get(fault) : ".")));
    });
    return text.append("\n").toString();
  }
}
