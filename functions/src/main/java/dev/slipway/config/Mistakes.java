package dev.slipway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects the mistakes of one file, so that all of them can be told at once. */
final class Mistakes {
  private final String file;
  private final List<Mistake> mistakes = new ArrayList<>();

  Mistakes(String file) {
    this.file = file;
  }

  void add(Optional<Mark> where, String key, String message) {
    // YAML counts lines and columns from 0
    int line = where.map(mark -> mark.getLine() + 1).orElse(0);
    int column = where.map(mark -> mark.getColumn() + 1).orElse(0);
    Mistake mistake = new Mistake(file, line, column, key, message);
    // a value that is used in several places by an alias is wrong only once
    if (!mistakes.contains(mistake)) {
      mistakes.add(mistake);
    }
  }

  void throwIfAny() {
    if (!mistakes.isEmpty()) {
      throw new InvalidConfiguration(
          mistakes.stream()
              .sorted(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column))
              .toList());
    }
  }
}
