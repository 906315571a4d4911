package dev.slipway.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The table and the picture of one run. */
record Report(
    Map<Duration, Bench.Measured> ours,
    Map<Duration, Bench.Measured> theirs,
    Map<String, Series> floor,
    Map<String, Integer> firstCalls,
    Map<String, Integer> calls,
    Map<String, Integer> callsOfFour,
    Map<String, Integer> theirFirstCalls,
    Map<String, Integer> theirCalls,
    long packageBytes,
    double ownMilliseconds,
    Duration roundTrip) {
  /** Calls of ECS and ECR for one service. */
  static final int MAX_AWS = 5;

  /** DescribeServiceRevisions, once: what a service runs whose revision names a tag. */
  static final int DIGESTS = 1;

  /** Calls of ECS and ECR for each further service of the same push. */
  static final int MAX_AWS_FURTHER = 3;

  /** Calls of the record for one service. */
  static final int MAX_RECORD = 4;

  /** Bytes of the package, zipped. */
  static final long MAX_PACKAGE = 6_600_000;

  private static final int[] SIZES = {256, 512, 1024, 1769};

  /** MB of memory that come with one whole processor. */
  private static final double PROCESSOR = 1769;

  /**
   * Dollars for a GB-second on arm64, and for a request, in us-east-1
   * (aws.amazon.com/lambda/pricing).
   */
  private static final double DOLLARS_A_GB_SECOND = 0.0000133334;

  private static final double DOLLARS_A_REQUEST = 0.0000002;

  String markdown() {
    StringBuilder text = new StringBuilder();
    line(text, "| measure | Slipway | Python | ratio | target | met |");
    line(text, "|---|---|---|---|---|---|");
    for (Duration latency : ours.keySet()) {
      Bench.Measured us = at(ours, latency);
      Bench.Measured them = at(theirs, latency);
      String where = ", " + latency.toMillis() + " ms a call";
      row(
          text,
          "cold, processor time" + where,
          us.cold().processor(),
          them.cold().processor(),
          1.5);
      row(text, "cold, median" + where, us.cold().wall(0.5), them.cold().wall(0.5), 1.5);
      row(
          text,
          "after restore, against the peer's cold, processor time" + where,
          us.restored().processor(),
          them.cold().processor(),
          0.5);
      row(
          text,
          "after restore, against the peer's cold, median" + where,
          us.restored().wall(0.5),
          them.cold().wall(0.5),
          0.5);
      row(text, "warm, processor time" + where, us.warm().processor(), them.warm().processor(), 1);
      row(text, "warm, p50" + where, us.warm().wall(0.5), them.warm().wall(0.5), 1);
      row(text, "warm, p99" + where, us.warm().wall(0.99), them.warm().wall(0.99), 1);
    }
    fact(
        text,
        "own time of a warm deployment (JMH, median)",
        String.format(Locale.ROOT, "%.3f ms", ownMilliseconds),
        ownMilliseconds <= 1 ? "1 ms|yes" : "1 ms|**no**");
    line(
        text,
        "| AWS calls, one service, first push | %d | %d | | | |"
            .formatted(sum(firstCalls), sum(theirFirstCalls)));
    line(text, "| AWS calls, one service | %d | %d | | | |".formatted(sum(calls), sum(theirCalls)));
    calls(text, "of ECS and ECR, first push", aws(firstCalls), MAX_AWS + DIGESTS);
    calls(text, "of the record", record(firstCalls), MAX_RECORD);
    calls(
        text,
        "of ECS and ECR, each further service",
        ceiling(aws(callsOfFour) - aws(calls), 3),
        MAX_AWS_FURTHER);
    fact(
        text,
        "package, zipped",
        "%.1f MB".formatted(packageBytes / 1e6),
        packageBytes <= MAX_PACKAGE ? "6 MB|yes" : "6 MB|**no**");
    long peak = ours.values().stream().mapToLong(Bench.Measured::peakMemory).max().orElse(0);
    long theirPeak = theirs.values().stream().mapToLong(Bench.Measured::peakMemory).max().orElse(0);
    line(
        text,
        "| peak memory (RSS) | %d MB | %d MB | | 160 MB | %s |"
            .formatted(peak >> 20, theirPeak >> 20, (peak >> 20) <= 160 ? "yes" : "**no**"));
    floor(text);
    costs(text);
    return text.toString();
  }

  /** What a cold start takes before there is any deploying: no function in Java is below that. */
  private void floor(StringBuilder text) {
    Duration theirs = at(this.theirs, Duration.ZERO).cold().processor();
    line(text, "");
    line(text, "| cold, processor time, 0 ms a call | Java | of the Python peer's |");
    line(text, "|---|---|---|");
    floor.forEach((what, series) -> part(text, what, series.processor(), theirs));
    part(text, "Slipway's deployment", at(ours, Duration.ZERO).cold().processor(), theirs);
  }

  private static void part(StringBuilder text, String what, Duration taken, Duration theirs) {
    line(
        text,
        "| %s | %s | %s |"
            .formatted(
                what,
                millis(taken),
                String.format(Locale.ROOT, "%.2f×", (double) taken.toNanos() / theirs.toNanos())));
  }

  /** Waiting for AWS takes its time at every size; computing takes the longer the less there is. */
  private void costs(StringBuilder text) {
    Bench.Measured us = at(ours, roundTrip);
    Bench.Measured them = at(theirs, roundTrip);
    line(text, "");
    line(
        text,
        "| memory | Slipway cold | after restore | warm | Python cold | warm |"
            + " (GB-seconds, and dollars for a million deployments) |");
    line(text, "|---|---|---|---|---|---|---|");
    for (int size : SIZES) {
      line(
          text,
          "| %d MB | %s | %s | %s | %s | %s | |"
              .formatted(
                  size,
                  cost(size, us.cold().processor(), sum(firstCalls)),
                  cost(size, us.restored().processor(), sum(firstCalls)),
                  cost(size, us.warm().processor(), sum(calls)),
                  cost(size, them.cold().processor(), sum(theirFirstCalls)),
                  cost(size, them.warm().processor(), sum(theirCalls))));
    }
  }

  private String cost(int size, Duration processor, int calls) {
    double seconds =
        Math.ceil(
                (processor.toNanos() / 1e6) * PROCESSOR / Math.min(size, PROCESSOR)
                    + calls * roundTrip.toMillis())
            / 1e3;
    double gigabyteSeconds = seconds * size / 1024;
    return String.format(
        Locale.ROOT,
        "%.3f, $%.2f",
        gigabyteSeconds,
        1e6 * (gigabyteSeconds * DOLLARS_A_GB_SECOND + DOLLARS_A_REQUEST));
  }

  private static Bench.Measured at(Map<Duration, Bench.Measured> map, Duration latency) {
    Bench.Measured measured = map.get(latency);
    if (measured == null) {
      throw new IllegalStateException("not measured at " + latency);
    }
    return measured;
  }

  private static void calls(StringBuilder text, String what, int is, int most) {
    fact(
        text,
        "AWS calls " + what,
        Integer.toString(is),
        most + "|" + (is <= most ? "yes" : "**no**"));
  }

  /** Calls of ECS and ECR. */
  static int aws(Map<String, Integer> calls) {
    return of(calls, "ecs:") + of(calls, "ecr:");
  }

  /** Calls of the record. */
  static int record(Map<String, Integer> calls) {
    return of(calls, "dynamodb:");
  }

  private static int of(Map<String, Integer> calls, String prefix) {
    return calls.entrySet().stream()
        .filter(call -> call.getKey().startsWith(prefix))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** The quotient, rounded up: a further call for one service of many is not lost. */
  static int ceiling(int calls, int services) {
    return Math.ceilDiv(calls, services);
  }

  /** All calls. */
  static int sum(Map<String, Integer> calls) {
    return calls.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static void row(
      StringBuilder text, String what, Duration us, Duration them, double mark) {
    double ratio = (double) us.toNanos() / Math.max(1, them.toNanos());
    line(
        text,
        "| %s | %s | %s | %s | ≤ %s× | %s |"
            .formatted(
                what,
                millis(us),
                millis(them),
                String.format(Locale.ROOT, "%.2f×", ratio),
                mark,
                ratio <= mark ? "yes" : "**no**"));
  }

  private static void fact(StringBuilder text, String what, String value, String markAndVerdict) {
    String[] parts = markAndVerdict.split("\\|", 2);
    line(
        text,
        "| %s | %s | | | %s | %s |"
            .formatted(
                what,
                value,
                parts[0].isEmpty() ? "" : "≤ " + parts[0],
                parts.length > 1 ? parts[1] : ""));
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }

  /** Processor time of a cold start, after restore and warm, side by side. */
  String picture() {
    Bench.Measured us = at(ours, Duration.ZERO);
    Bench.Measured them = at(theirs, Duration.ZERO);
    Map<String, Duration> bars = new LinkedHashMap<>();
    bars.put("Slipway, cold", us.cold().wall(0.5));
    bars.put("Python, cold", them.cold().wall(0.5));
    bars.put("Slipway, after restore", us.restored().wall(0.5));
    bars.put("Slipway, warm", us.warm().wall(0.5));
    bars.put("Python, warm", them.warm().wall(0.5));
    long longest = bars.values().stream().mapToLong(Duration::toNanos).max().orElse(1);
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">"
            .formatted(bars.size() * 32 + 40));
    line(svg, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    line(
        svg,
        "<text x=\"10\" y=\"22\" font-weight=\"bold\">One deployment, median, no added"
            + " latency</text>");
    int y = 36;
    for (Map.Entry<String, Duration> bar : bars.entrySet()) {
      long width = Math.max(2, 340 * bar.getValue().toNanos() / longest);
      String colour = bar.getKey().startsWith("Slipway") ? "#1f6feb" : "#bb8009";
      line(svg, "<text x=\"10\" y=\"%d\">%s</text>".formatted(y + 17, bar.getKey()));
      line(
          svg,
          "<rect x=\"180\" y=\"%d\" width=\"%d\" height=\"24\" fill=\"%s\"/>"
              .formatted(y, width, colour));
      line(
          svg,
          "<text x=\"%d\" y=\"%d\">%s</text>"
              .formatted(186 + width, y + 17, millis(bar.getValue())));
      y += 32;
    }
    line(svg, "</svg>");
    return svg.toString();
  }
}
