package dev.slipway.scenario;

import dev.slipway.simulator.sqs.Queue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

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

  private final List<ScaleResult> results;
  private final StringBuilder text = new StringBuilder();

  private ScaleReport(List<ScaleResult> results) {
    this.results = results;
  }

  /** A table with a column for each load, and one of the calls. */
  static String of(List<ScaleResult> results) {
    ScaleReport report = new ScaleReport(results);
    report.results();
    report.line("");
    report.calls();
    return report.text.toString();
  }

  private void results() {
    row("", it -> it.load().name());
    row("---", _ -> "---");
    row(
        "services, repositories, pushes",
        it ->
            "%,d, %,d, %,d"
                .formatted(it.load().services(), it.load().repositories(), it.load().pushes()));
    row("all accepted by UpdateService", it -> seconds(it.accepted()));
    row("all completed by ECS", it -> seconds(it.completed()));
    row("bucket that binds", it -> it.binding().name());
    row(
        "its tokens at once, a second",
        it -> "%.0f, %.1f".formatted(it.binding().capacity(), it.binding().perSecond()));
    row("bound", it -> seconds(it.bound()));
    row("accepted / bound", it -> ratio(it, it.bound()));
    row("bound for who knows the last push", it -> seconds(it.boundOfLastAlone()));
    row("accepted / that bound", it -> ratio(it, it.boundOfLastAlone()));
    row("throttled calls, until all were accepted", it -> count(it.throttled()));
    for (String queue : List.of("slipway-deploy", "slipway-rollout")) {
      row(
          queue + ": sent, received, of these again",
          it -> {
            Queue.Traffic traffic = Objects.requireNonNull(it.queues().get(queue));
            return "%,d, %,d, %,d".formatted(traffic.sent(), traffic.received(), traffic.again());
          });
    }
    row("dead letters", it -> count(it.deadLetters()));
    counts("invocations of ", ScaleResult::invocations);
    counts("", ScaleResult::announcements);
    row("live heap, simulator included", it -> "%,d MB".formatted(it.liveBytes() >> 20));
    row("dollars", it -> "%.4f".formatted(dollars(it)));
  }

  private void calls() {
    row("calls, throttled ones included", it -> it.load().name());
    row("---", _ -> "---");
    counts("", ScaleResult::calls);
    row("all", it -> count(sum(it.calls(), _ -> 1)));
  }

  private void counts(String before, Function<ScaleResult, Map<String, Integer>> counted) {
    results.stream()
        .flatMap(it -> counted.apply(it).keySet().stream())
        .distinct()
        .sorted()
        .forEach(name -> row(before + name, it -> count(counted.apply(it).getOrDefault(name, 0))));
  }

  /** What AWS would ask for it. */
  static double dollars(ScaleResult it) {
    int calls = sum(it.calls(), _ -> 1);
    int invocations = sum(it.invocations(), _ -> 1);
    double seconds = invocations * OWN_SECONDS + calls * ScaleRun.CALL.toMillis() / 1000.0;
    int reads =
        sum(it.calls(), name -> name.matches("dynamodb:(Query|GetItem|BatchGetItem)") ? 1 : 0);
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

  private static String ratio(ScaleResult it, Duration bound) {
    return "%.2f".formatted((double) it.accepted().toMillis() / bound.toMillis());
  }

  private static String count(int number) {
    return "%,d".formatted(number);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%,d s", Math.round(time.toMillis() / 1000.0));
  }

  private void row(String name, Function<ScaleResult, String> value) {
    line(results.stream().map(value).collect(Collectors.joining(" | ", "| " + name + " | ", " |")));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
