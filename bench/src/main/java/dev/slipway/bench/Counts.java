package dev.slipway.bench;

import dev.slipway.simulator.lambda.RuntimeInterfaceClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench-counts}: the part of the bench that is the same on every machine. Fails where a
 * number is over its bound.
 */
public final class Counts {
  private static final int MOST_CALLS = 9;
  private static final int MOST_CALLS_FURTHER = 3;
  private static final long MOST_BYTES = 6_000_000;
  private static final int MOST_CLASSES = 4_500;

  private Counts() {}

  /** Arguments: the function package, the template. */
  public static void main(String[] arguments) throws IOException {
    Path packageDirectory = Path.of(arguments[0]);
    List<String> over = new ArrayList<>();
    try (RuntimeInterfaceClient runtime = new RuntimeInterfaceClient()) {
      String options = Contender.options(Path.of(arguments[1]));
      Contender slipway = Contender.slipway(packageDirectory, runtime, 1024, options);
      int one = sum(Bench.calls(slipway, 1, 1));
      int four = sum(Bench.calls(slipway, 4, 1));
      compare(over, "AWS calls for one service", one, MOST_CALLS);
      compare(over, "AWS calls for each further service", (four - one) / 3, MOST_CALLS_FURTHER);
      compare(over, "bytes of the package, zipped", Bench.zipped(packageDirectory), MOST_BYTES);
      compare(over, "classes loaded by a cold deployment", classes(slipway, options), MOST_CLASSES);
    }
    System.exit(over.isEmpty() ? 0 : 1);
  }

  private static int classes(Contender slipway, String options) throws IOException {
    Path log = Files.createTempFile("slipway-classes-", ".log");
    try (Website website = new Website(1, Duration.ZERO)) {
      Contender logging =
          slipway.with(Map.of("JAVA_TOOL_OPTIONS", options + " -Xlog:class+load:file=" + log));
      try (RuntimeProcess process = new RuntimeProcess(logging.in(website))) {
        process.first(website.push());
      }
      return (int)
          Files.readAllLines(log).stream().filter(line -> line.contains(" source: ")).count();
    } finally {
      Files.delete(log);
    }
  }

  private static void compare(List<String> over, String what, long is, long most) {
    System.out.printf("%-40s %,12d of at most %,d%n", what, is, most);
    if (is > most) {
      System.out.println(
          "  over its bound: find out why, or say in docs/performance.md why it must be");
      over.add(what);
    }
  }

  private static int sum(Map<String, Integer> calls) {
    return calls.values().stream().mapToInt(Integer::intValue).sum();
  }
}
