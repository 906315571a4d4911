package dev.slipway.config;

import dev.slipway.text.OutsideText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects the problems of one file, so that all of them can be reported at once. */
final class Problems {
  private static final int MAX_TEXT = 700;

  private final String file;
  private final List<Problem> problems = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  void add(Optional<Mark> where, String key, String message) {
    // YAML counts lines and columns from 0
    int line = where.map(mark -> mark.getLine() + 1).orElse(0);
    int column = where.map(mark -> mark.getColumn() + 1).orElse(0);
    Problem problem = new Problem(file, line, column, shown(key), shown(message));
    // a value that is used in several places by an alias is wrong only once
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /** On one line, whatever the file holds: it is printed where Slipway is built, and logged. */
  private static String shown(String text) {
    return OutsideText.cut(OutsideText.visible(text), MAX_TEXT);
  }

  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new InvalidConfiguration(
          problems.stream()
              .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
              .toList());
    }
  }
}
