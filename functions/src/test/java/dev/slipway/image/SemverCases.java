package dev.slipway.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** The cases in src/test/resources/semver: a line each; what a file leaves out is said there. */
final class SemverCases {
  private SemverCases() {}

  /** The columns of each line; OR stands for two bars. */
  static Stream<String[]> of(String file) {
    try {
      return Files.readAllLines(Path.of("src/test/resources/semver", file + ".txt")).stream()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", -1))
          .peek(columns -> Arrays.setAll(columns, column -> columns[column].replace("OR", "||")));
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }
}
