package dev.slipway.scenario;

import dev.slipway.simulator.faults.BucketUse;
import dev.slipway.simulator.sqs.Queue;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The table of {@code make bench-scale}. */
final class ScaleReport {
  // us-east-1, 2026-11; calls of ECS and ECR cost nothing
  private static final double GB_SECOND = 0.0000133334;
  private static final double INVOCATION = 0.20e-6;
  private static final double READ = 0.125e-6;
  private static final double WRITE = 0.625e-6;
  private static final double SQS_REQUEST = 0.40e-6;
  private static final double EVENT = 1.00e-6;
  private static final double PUBLISH = 0.50e-6;

  /** A transaction writes some three items, each for two units. */
  private static final int UNITS_A_TRANSACTION = 6;

  /** Seconds of one invocation besides its calls: 10.4 ms of a processor, at 1,024 MB. */
  private static final double OWN_SECONDS = 0.0104 * 1769 / 1024;

  private final StringBuilder text = new StringBuilder();

  static String of(Iterable<ScaleResult> results) {
    ScaleReport report = new ScaleReport();
    results.forEach(report::add);
    return report.text.toString();
  }

  private void add(ScaleResult it) {
    BucketUse binding = it.binding();
    line("### " + it.load().name());
    line("");
    line("| | |");
    line("|---|---|");
    row(
        "services, repositories, pushes",
        "%,d, %,d, %,d"
            .formatted(it.load().services(), it.load().repositories(), it.load().pushes()));
    row("accepted by ECS for all services", seconds(it.accepted()));
    row("completed by ECS for all services", seconds(it.completed()));
    row(
        "bound",
        "%s: %s, %.1f at once and %.1f a second, %,d calls, throttled %,d"
            .formatted(
                seconds(it.bound()),
                binding.name(),
                binding.capacity(),
                binding.perSecond(),
                binding.taken(),
                binding.throttled()));
    row("bound of one call for each service after the last push", seconds(it.clairvoyant()));
    row("accepted / bound", "%.2f".formatted(it.ratio()));
    row(
        "accepted / the other bound",
        "%.2f".formatted((double) it.accepted().toMillis() / it.clairvoyant().toMillis()));
    row("throttled calls, of all buckets", "%,d".formatted(it.throttled()));
    it.queues()
        .forEach((name, traffic) ->
            row(
                name + ": sent, received, received again",
                "%,d, %,d, %,d".formatted(traffic.sent(), traffic.received(), traffic.again())));
    row("dead letters", Integer.toString(it.deadLetters()));
    row("invocations", words(it.invocations()));
    row("announcements", words(it.announcements()));
    row("calls", words(it.calls()));
    row("live heap, functions and simulator", "%,d MB".formatted(it.liveBytes() >> 20));
    row("dollars", "%.4f".formatted(dollars(it)));
    line("");
  }

  /** What AWS would ask for it. */
  static double dollars(ScaleResult it) {
    int calls = sum(it.calls(), _ -> 1);
    int invocations = sum(it.invocations(), _ -> 1);
    double seconds = invocations * OWN_SECONDS + calls * ScaleRun.CALL.toMillis() / 1000.0;
    int reads = sum(it.calls(), name -> name.matches("dynamodb:(Query|GetItem)") ? 1 : 0);
    int writes =
        sum(
            it.calls(),
            name ->
                switch (name) {
                  case "dynamodb:TransactWriteItems" -> UNITS_A_TRANSACTION;
                  case "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem" -> 1;
                  default -> 0;
                });
    long requests = 0;
    for (Queue.Traffic traffic : it.queues().values()) {
      // each message is sent, received and deleted by itself at worst
      requests += traffic.sent() + 2L * traffic.received();
    }
    return seconds * GB_SECOND
        + invocations * INVOCATION
        + reads * READ
        + writes * WRITE
        + requests * SQS_REQUEST
        + it.calls().getOrDefault("events:PutEvents", 0) * EVENT
        + it.calls().getOrDefault("sns:Publish", 0) * PUBLISH;
  }

  private static int sum(Map<String, Integer> counts, Function<String, Integer> weight) {
    return counts.entrySet().stream()
        .mapToInt(entry -> entry.getValue() * weight.apply(entry.getKey()))
        .sum();
  }

  private static String words(Map<String, Integer> counts) {
    StringBuilder words = new StringBuilder();
    counts.forEach((name, count) ->
        words.append(words.isEmpty() ? "" : ", ").append("%s %,d".formatted(name, count)));
    return words.toString();
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%,d s", Math.round(time.toMillis() / 1000.0));
  }

  private void row(String name, String value) {
    line("| %s | %s |".formatted(name, value));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
