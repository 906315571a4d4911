package dev.slipway.bench;

import dev.slipway.simulator.lambda.RuntimeInterfaceClient;
import dev.slipway.simulator.lambda.RuntimeTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * {@code make bench}: DeployFunction against the same job in Python, both as Lambda runs them.
 * Prints its table, and writes it with a picture to a directory.
 */
public final class Bench {
  private static final int COLD_STARTS = Integer.getInteger("bench.cold", 10);
  private static final int WARM_UP = Integer.getInteger("bench.warmup", 100);
  private static final int WARM = Integer.getInteger("bench.warm", 500);
  private static final int TURN = 10;
  private static final int MEMORY = 1024;
  private static final Duration ROUND_TRIP = Duration.ofMillis(5);

  /** What was measured of a contender in one account. */
  record Measured(Series cold, Series warm, Series restored, long peakMemory) {
    static Measured of(Series cold, Warm warm, Series restored, long peakMemory) {
      return new Measured(cold, warm.series(), restored, Math.max(peakMemory, warm.peakMemory()));
    }
  }

  /** The deployments of one process after its first, and the most memory that it had. */
  private record Warm(Series series, long peakMemory) {}

  private final Path packageDirectory;
  private final Contender slipway;
  private final Contender restoring;
  private final Contender peer;
  private final Map<String, Contender> floors;

  private Bench(
      Path packageDirectory, Path peer, Path python, String options, RuntimeInterfaceClient runtime)
      throws IOException {
    this.packageDirectory = packageDirectory;
    int last = Runtime.getRuntime().availableProcessors() - 1;
    this.slipway =
        Contender.slipway(packageDirectory, runtime, MEMORY, options).onOneProcessor(last);
    this.restoring =
        Contender.restoring(packageDirectory, runtime, MEMORY, options).onOneProcessor(last);
    this.peer = Contender.peer(peer, python).onOneProcessor(last);
    this.floors = new LinkedHashMap<>();
    floors.put("a function that does nothing", slipway.instead(Nothing.class));
    floors.put("a function of one call of ECS", slipway.instead(OneCall.class));
  }

  /**
   * Arguments: the function package, the peer's directory, its Python, the template, where to
   * write.
   */
  public static void main(String[] arguments) throws IOException {
    Path output = Path.of(arguments[4]);
    try (RuntimeInterfaceClient runtime = new RuntimeInterfaceClient(RuntimeTransport.NATIVE)) {
      Bench bench =
          new Bench(
              Path.of(arguments[0]),
              Path.of(arguments[1]),
              Path.of(arguments[2]),
              Contender.options(Path.of(arguments[3])),
              runtime);
      Report report = bench.run();
      Files.createDirectories(output);
      Files.writeString(output.resolve("results.md"), report.markdown());
      Files.writeString(output.resolve("cold-and-warm.svg"), report.picture());
      System.out.println(report.markdown());
    }
    System.exit(0); // the simulator's threads are of no more use
  }

  private Report run() throws IOException {
    Map<Duration, Measured> ours = new LinkedHashMap<>();
    Map<Duration, Measured> theirs = new LinkedHashMap<>();
    Map<String, Series> floor = new LinkedHashMap<>();
    for (Duration latency : List.of(Duration.ZERO, ROUND_TRIP)) {
      try (Website website = new Website(1, latency)) {
        say("cold starts at " + latency.toMillis() + " ms a call");
        Series ourCold = new Series();
        Series theirCold = new Series();
        Series restored = new Series();
        long ourPeak = 0;
        long theirPeak = 0;
        for (int i = 0; i < COLD_STARTS; i++) {
          try (RuntimeProcess process = new RuntimeProcess(slipway.in(website))) {
            ourCold.add(process.first(website.push()));
            ourPeak = Math.max(ourPeak, process.peakMemory());
          }
          check(website);
          try (RuntimeProcess process = new RuntimeProcess(peer.in(website))) {
            theirCold.add(process.first(website.push()));
            theirPeak = Math.max(theirPeak, process.peakMemory());
          }
          check(website);
          try (RuntimeProcess process = new RuntimeProcess(restoring.in(website))) {
            process.checkpoint();
            restored.add(process.restored(website.push()));
            ourPeak = Math.max(ourPeak, process.peakMemory());
          }
          check(website);
          if (latency.isZero()) {
            for (Map.Entry<String, Contender> each : floors.entrySet()) {
              try (RuntimeProcess process = new RuntimeProcess(each.getValue().in(website))) {
                floor
                    .computeIfAbsent(each.getKey(), _ -> new Series())
                    .add(process.first(website.push()));
              }
            }
          }
        }
        say("warm deployments at " + latency.toMillis() + " ms a call");
        List<Warm> warm = warm(List.of(slipway, peer), website);
        ours.put(latency, Measured.of(ourCold, warm.getFirst(), restored, ourPeak));
        theirs.put(latency, Measured.of(theirCold, warm.getLast(), new Series(), theirPeak));
      }
    }
    say("calls and package");
    return new Report(
        ours,
        theirs,
        floor,
        calls(slipway, 1, 0),
        calls(slipway, 1, 1),
        calls(slipway, 4, 1),
        calls(peer, 1, 0),
        calls(peer, 1, 1),
        zipped(packageDirectory),
        OwnTime.milliseconds(),
        ROUND_TRIP);
  }

  /**
   * Warm deployments of both, by turns: how fast the machine is changes within a minute, and so
   * changes for both.
   */
  private static List<Warm> warm(List<Contender> contenders, Website website) throws IOException {
    List<RuntimeProcess> processes = new ArrayList<>();
    List<Series> series = new ArrayList<>();
    List<Warm> warm = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        RuntimeProcess process = new RuntimeProcess(contender.in(website));
        processes.add(process);
        series.add(new Series());
        process.first(website.push());
        for (int i = 0; i < WARM_UP; i++) {
          process.invoke(website.push());
        }
      }
      System.gc(); // the simulator's garbage is not to be collected while somebody is measured
      for (int turn = 0; turn < WARM / TURN; turn++) {
        for (int i = 0; i < contenders.size(); i++) {
          for (int j = 0; j < TURN; j++) {
            series.get(i).add(processes.get(i).invoke(website.push()));
          }
          check(website);
        }
      }
      for (int i = 0; i < contenders.size(); i++) {
        warm.add(new Warm(series.get(i), processes.get(i).peakMemory()));
      }
    } finally {
      for (RuntimeProcess process : processes) {
        process.close();
      }
    }
    return warm;
  }

  /** The AWS calls of one deployment, by operation. */
  private static Map<String, Integer> calls(Contender contender, int services, int before)
      throws IOException {
    try (Website website = new Website(services, Duration.ZERO);
        RuntimeProcess process = new RuntimeProcess(contender.in(website))) {
      if (before > 0) {
        process.first(website.push());
      }
      for (int i = 1; i < before; i++) {
        process.invoke(website.push());
      }
      String push = website.push();
      Map<String, Integer> calls = website.callsByOperation();
      calls.replaceAll((_, count) -> -count);
      if (before > 0) {
        process.invoke(push);
      } else {
        process.first(push);
      }
      website.callsByOperation().forEach((name, count) -> calls.merge(name, count, Integer::sum));
      check(website);
      return calls;
    }
  }

  private static void check(Website website) {
    if (!website.isDeployed()) {
      throw new IllegalStateException("what was pushed is not deployed: the figures mean nothing");
    }
  }

  /** As sam packs it: its size in bytes. */
  static long zipped(Path directory) throws IOException {
    long[] written = new long[1];
    OutputStream counter =
        new OutputStream() {
          @Override
          public void write(int b) {
            written[0]++;
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            written[0] += length;
          }
        };
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    try (ZipOutputStream zip = new ZipOutputStream(counter, StandardCharsets.UTF_8)) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      for (Path file : files) {
        zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return written[0];
  }

  private static void say(String what) {
    System.err.println("bench: " + what);
  }
}
