package dev.slipway.cli.command;

import dev.slipway.cli.view.Line;
import dev.slipway.cli.view.TerminalText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the command reads and writes.
 *
 * @param canAsk whether a person can answer a question there
 * @param redraws whether what was written can be drawn over
 * @param colours whether text may have colours
 * @param columns at which texts are broken
 * @param echo of what is typed there
 */
public record Terminal(
    BufferedReader in,
    PrintStream out,
    PrintStream err,
    boolean canAsk,
    boolean redraws,
    boolean colours,
    int columns,
    Echo echo) {

  /** Draws over what was drawn, while nothing shows that is typed. */
  <T> T drawing(Supplier<T> draws) {
    try (Echo.Restored _ = redraws ? echo.off() : Echo.NONE.off()) {
      return draws.get();
    }
  }

  /** Empties the screen; what was there can still be scrolled to where the terminal keeps it. */
  void clear() {
    out.print("\u001b[H\u001b[2J");
  }

  void print(List<Line> lines) {
    lines.forEach(line -> out.println(line.print(colours)));
    out.flush();
  }

  /** To the error stream, where answers for scripts are not disturbed. */
  void tell(List<Line> lines) {
    out.flush();
    lines.forEach(line -> err.println(line.print(colours)));
    err.flush();
  }

  void tell(String text) {
    tell(List.of(Line.of(text)));
  }

  /** Where something went wrong that nobody expected. */
  void trace(Throwable defect) {
    StringWriter trace = new StringWriter();
    defect.printStackTrace(new PrintWriter(trace));
    tell(trace.toString().lines().map(line -> Line.of(line.replace("\t", "    "))).toList());
  }

  /** Whether the answer is y or yes; anything else, and no answer, is a no. */
  boolean confirms(String question) {
    out.flush();
    err.print(TerminalText.visible(question) + " [y/N] ");
    err.flush();
    try {
      @Nullable String answer = in.readLine();
      if (answer == null) {
        err.println();
        return false;
      }
      return answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes");
    } catch (IOException e) {
      throw new UncheckedIOException("the answer cannot be read", e);
    }
  }
}
