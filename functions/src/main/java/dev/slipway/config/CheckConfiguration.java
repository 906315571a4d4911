package dev.slipway.config;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks a configuration file when Slipway is built, so that a problem never gets to AWS. */
public final class CheckConfiguration {
  private CheckConfiguration() {}

  /**
   * Prints every problem, and ends with 1 if there is one.
   *
   * @param args the file, and where to leave the problems for who prints them once more at the end;
   *     nothing is left there where there is none
   * @throws IOException if they cannot be left there
   */
  public static void main(String[] args) throws IOException {
    System.exit(check(Path.of(args[0]), Path.of(args[1]), System.err));
  }

  static int check(Path file, Path report, PrintStream errors) throws IOException {
    Files.deleteIfExists(report);
    try {
      Configuration.read(file);
      return 0;
    } catch (InvalidConfiguration invalid) {
      List<String> problems = invalid.problems().stream().map(Problem::toString).toList();
      problems.forEach(errors::println);
      Files.write(report, problems);
      return 1;
    }
  }
}
