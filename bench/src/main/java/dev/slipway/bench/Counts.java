package dev.slipway.bench;

import dev.slipway.simulator.lambda.RuntimeInterfaceClient;
import dev.slipway.simulator.lambda.RuntimeTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code make bench-counts}: the part of the bench that is the same on every machine. Fails where a
 * number is over its bound.
 */
public final class Counts {
  private static final List<Integer> ACCOUNTS = List.of(10, 500, 5_000);
  private static final int FOUR = 4;

  /** Of the record, for each further service: read, the intent, its completion. */
  private static final int MAX_RECORD_FURTHER = 3;

  /** The event of each deployment. */
  private static final int MAX_EVENTS = 1;

  private static final int MAX_CLASSES = 4_500;

  private static final String SITE = "site";
  private static final String SHOP = "shop";
  private static final String NOBODY = "nobody";

  private final Contender slipway;
  private final List<String> over = new ArrayList<>();

  private Counts(Contender slipway) {
    this.slipway = slipway;
  }

  /** Arguments: the function package, the template. */
  public static void main(String[] arguments) throws IOException {
    Path packageDirectory = Path.of(arguments[0]);
    try (RuntimeInterfaceClient runtime = new RuntimeInterfaceClient(RuntimeTransport.NATIVE)) {
      String options = Contender.options(Path.of(arguments[1]));
      Counts counts = new Counts(Contender.slipway(packageDirectory, runtime, 1024, options));
      Map<String, Map<String, Integer>> first = Map.of();
      for (int services : ACCOUNTS) {
        Map<String, Map<String, Integer>> calls = counts.calls(services);
        counts.compareCalls(services, calls);
        if (first.isEmpty()) {
          first = calls;
        } else if (!known(calls).equals(known(first))) {
          System.out.println("  a push that the index knows takes other calls than above");
          counts.over.add("calls depend on the account");
        }
      }
      System.out.println();
      counts.compare(
          "bytes of the package, zipped", Bench.zipped(packageDirectory), Report.MAX_PACKAGE);
      counts.compare("classes loaded by a cold deployment", counts.classes(options), MAX_CLASSES);
      System.exit(counts.over.isEmpty() ? 0 : 1);
    }
  }

  /** The calls of each of some pushes in an account with so many services. */
  private Map<String, Map<String, Integer>> calls(int services) throws IOException {
    Map<String, Map<String, Integer>> calls = new LinkedHashMap<>();
    try (Website website =
        new Website(Map.of(SITE, 1, SHOP, FOUR, NOBODY, 0), services - 1 - FOUR, Duration.ZERO)) {
      // these services' revisions name the tag: what runs is asked for once
      try (RuntimeProcess process = new RuntimeProcess(slipway.in(website))) {
        calls.put("one service, ever first", counted(website, SITE, process::first));
        calls.put("four services, ever first", counted(website, SHOP, process::invoke));
      }
      try (RuntimeProcess process = new RuntimeProcess(slipway.in(website))) {
        calls.put("one service, cold", counted(website, SITE, process::first));
        calls.put("one service", counted(website, SITE, process::invoke));
        calls.put("four services, cold", counted(website, SHOP, process::invoke));
        calls.put("four services", counted(website, SHOP, process::invoke));
        calls.put("nobody, searched for", counted(website, NOBODY, process::invoke));
        calls.put("nobody", counted(website, NOBODY, process::invoke));
      }
    }
    return calls;
  }

  private interface Invocation {
    Object with(String payload);
  }

  private static Map<String, Integer> counted(
      Website website, String repository, Invocation invocation) {
    String push = website.push(repository);
    Map<String, Integer> before = website.callsByOperation();
    Object _ = invocation.with(push);
    // a search of many services goes on by its own messages
    for (List<String> sent = website.sentToItself(); !sent.isEmpty(); ) {
      sent.forEach(invocation::with);
      sent = website.sentToItself();
    }
    Map<String, Integer> calls = new TreeMap<>(website.callsByOperation());
    calls.replaceAll((operation, count) -> count - before.getOrDefault(operation, 0));
    calls.values().removeIf(count -> count == 0);
    if (!website.isDeployed()) {
      throw new IllegalStateException("what was pushed is not deployed: the figures mean nothing");
    }
    return calls;
  }

  /** Those that do not depend on what else is in the account. */
  private static Map<String, Map<String, Integer>> known(Map<String, Map<String, Integer>> calls) {
    Map<String, Map<String, Integer>> known = new LinkedHashMap<>(calls);
    known.remove("nobody, searched for");
    return known;
  }

  private void compareCalls(int services, Map<String, Map<String, Integer>> calls) {
    System.out.printf("%nAn account with %,d services: calls of a push that concerns%n", services);
    calls.forEach((what, counted) ->
        System.out.printf(
            "  %-26s %,6d of ECS and ECR, %3d of the record, %3d others   %s%n",
            what,
            Report.aws(counted),
            Report.record(counted),
            Report.sum(counted) - Report.aws(counted) - Report.record(counted),
            counted));
    for (String start : List.of(", ever first", ", cold", "")) {
      int more = start.equals(", ever first") ? Report.DIGESTS : 0;
      Map<String, Integer> one = of(calls, "one service" + start);
      Map<String, Integer> four = of(calls, "four services" + start);
      compare("of ECS and ECR, one service" + start, Report.aws(one), Report.MAX_AWS + more);
      compare("of the record, one service" + start, Report.record(one), Report.MAX_RECORD);
      compare("others, one service" + start, others(one), MAX_EVENTS);
      compare(
          "of ECS and ECR, each further" + start,
          Report.ceiling(Report.aws(four) - Report.aws(one), FOUR - 1),
          Report.MAX_AWS_FURTHER + more);
      compare(
          "of the record, each further" + start,
          Report.ceiling(Report.record(four) - Report.record(one), FOUR - 1),
          MAX_RECORD_FURTHER);
      compare(
          "others, each further" + start,
          Report.ceiling(others(four) - others(one), FOUR - 1),
          MAX_EVENTS);
    }
    compare("all, nobody, searched before", Report.sum(of(calls, "nobody")), 1);
  }

  private static int others(Map<String, Integer> calls) {
    return Report.sum(calls) - Report.aws(calls) - Report.record(calls);
  }

  private static Map<String, Integer> of(Map<String, Map<String, Integer>> calls, String what) {
    return calls.getOrDefault(what, Map.of());
  }

  private int classes(String options) throws IOException {
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

  private void compare(String what, long is, long most) {
    System.out.printf("%-40s %,12d of at most %,d%n", what, is, most);
    if (is > most) {
      System.out.println(
          "  over its bound: find out why, or say in docs/performance.md why it must be");
      over.add(what);
    }
  }
}
