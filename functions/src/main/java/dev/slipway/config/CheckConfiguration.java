package dev.slipway.config;

import java.io.PrintStream;
import java.nio.file.Path;

/** Checks a configuration file when Slipway is built, so that a problem never gets to AWS. */
public final class CheckConfiguration {
  private CheckConfiguration() {}

  /**
   * Prints every problem, and ends with 1 if there is one.
   *
   * @param args the file
   */
  public static void main(String[] args) {
    System.exit(check(Path.of(args[0]), System.err));
  }

  static int check(Path file, PrintStream errors) {
    try {
      Configuration.read(file);
      return 0;
    } catch (InvalidConfiguration invalid) {
      invalid.problems().forEach(errors::println);
      return 1;
    }
  }
}
