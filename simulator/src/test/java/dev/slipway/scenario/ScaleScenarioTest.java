package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Large accounts at the rates that AWS publishes: a tenth of one load of {@code make bench-scale},
 * which runs all of them whole and writes what comes of it ({@code -Dslipway.scale=DIRECTORY}).
 */
@Scenarios
class ScaleScenarioTest {
  private static final String DIRECTORY = System.getProperty("slipway.scale", "");

  /** The goal is 1.1; docs/performance.md says what misses it, and why. */
  private static final double MOST = 1.6;

  private static final List<ScaleResult> RESULTS = new ArrayList<>();

  /**
   * Where calls are throttled the SDK pauses in real time, for minutes: those are not in the test.
   */
  static List<ScaleLoad> loads() {
    List<ScaleLoad> all =
        List.of(
            new ScaleLoad("1,000 pushes in a minute", 100, 50, 1_000, 1),
            new ScaleLoad("A push that 500 services follow", 500, 1, 1, 1),
            new ScaleLoad("500 services, half of each bucket", 500, 1, 1, 0.5),
            new ScaleLoad("1,000 pushes, half of each bucket", 100, 50, 1_000, 0.5),
            new ScaleLoad("5,000 services swept, all behind", 5_000, 1, 0, 1));
    return DIRECTORY.isEmpty() ? List.of(all.get(1).dividedBy(10)) : all;
  }

  @ParameterizedTest
  @MethodSource("loads")
  void every_service_has_what_its_tag_names_about_as_soon_as_the_published_rates_allow(
      ScaleLoad load) throws IOException {
    ScaleResult result;
    try (ScaleRun run = new ScaleRun(load)) {
      result = run.run();
    }
    RESULTS.add(result);
    write();

    assertThat(result.deadLetters()).isZero();
    assertThat(result.curve().getLast().completed()).isEqualTo(load.services());
    if (load.pushes() <= 1) {
      assertThat(result.binding().taken()).as("one revision for each").isEqualTo(load.services());
    }
    assertThat(result.ratio()).isLessThan(MOST);
  }

  @AfterAll
  static void print() {
    System.out.println(ScaleReport.of(RESULTS));
  }

  private static void write() throws IOException {
    if (!DIRECTORY.isEmpty()) {
      Path directory = Files.createDirectories(Path.of(DIRECTORY));
      Files.writeString(directory.resolve("report.md"), ScaleReport.of(RESULTS));
      for (int i = 0; i < RESULTS.size(); i++) {
        Files.writeString(
            directory.resolve("scale-%d.svg".formatted(i + 1)),
            ConvergencePicture.of(RESULTS.get(i)));
      }
    }
  }
}
