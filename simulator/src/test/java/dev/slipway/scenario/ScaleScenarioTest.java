package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Large accounts at the rates that AWS publishes. {@code make bench-scale} runs them whole and
 * writes what comes of it ({@code -Dslipway.scale=DIRECTORY}); the test is the same with fewer
 * services.
 */
@Scenarios
class ScaleScenarioTest {
  private static final String DIRECTORY = System.getProperty("slipway.scale", "");
  private static final boolean WHOLE = !DIRECTORY.isEmpty();

  /** Simulated time to converge, of the bound of the bucket that binds. */
  private static final double MOST = 1.1;

  /**
   * What the size does not change, and only the whole sizes may neglect: five tokens that {@code
   * SqsHintQueue} leaves to others, at one a second, or the five seconds within which {@code
   * SqsResending} sends the last ones anew.
   */
  private static final Duration LATENCY = WHOLE ? Duration.ZERO : Duration.ofSeconds(5);

  private static final List<ScaleResult> RESULTS = new ArrayList<>();

  static List<ScaleLoad> loads() {
    return WHOLE
        ? List.of(
            new ScaleLoad("pushes", "1,000 pushes in a minute, 100 services", 100, 50, 1_000, 1),
            new ScaleLoad("one-push", "One push that 500 services follow", 500, 1, 1, 1),
            new ScaleLoad("sweep", "5,000 services behind, found by sweeps", 5_000, 1, 0, 1),
            new ScaleLoad("one-push-half", "500 services, half of each bucket", 500, 1, 1, 0.5),
            new ScaleLoad("pushes-half", "1,000 pushes, half of each bucket", 100, 50, 1_000, 0.5))
        : List.of(
            new ScaleLoad("pushes", "100 pushes in a minute, 10 services", 10, 5, 100, 1),
            new ScaleLoad("one-push", "One push that 50 services follow", 50, 1, 1, 1),
            new ScaleLoad("sweep", "100 services behind, found by sweeps", 100, 1, 0, 1),
            new ScaleLoad("one-push-half", "30 services, half of each bucket", 30, 1, 1, 0.5));
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
    write(result);

    assertThat(result.deadLetters()).isZero();
    assertThat(result.curve().getLast().completed()).isEqualTo(load.services());
    assertThat(result.binding().taken())
        .as("revisions registered: none that no service was updated to")
        .isLessThanOrEqualTo(result.calls().getOrDefault("ecs:UpdateService", 0));
    if (load.pushes() <= 1) {
      assertThat(result.binding().taken()).isEqualTo(load.services());
    }
    assertThat(result.accepted().toMillis())
        .as("milliseconds to converge, of a bound of %s".formatted(result.bound()))
        .isLessThanOrEqualTo((long) (MOST * result.bound().plus(LATENCY).toMillis()));
  }

  @AfterAll
  static void print() {
    System.out.println(ScaleReport.of(RESULTS));
  }

  private static void write(ScaleResult result) throws IOException {
    if (WHOLE) {
      Path directory = Files.createDirectories(Path.of(DIRECTORY));
      Files.writeString(directory.resolve("report.md"), ScaleReport.of(RESULTS));
      Files.writeString(
          directory.resolve("scale-%s.svg".formatted(result.load().id())),
          ConvergencePicture.of(result));
    }
  }
}
