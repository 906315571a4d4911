package dev.slipway.scenario;

import dev.slipway.scenario.ScaleResult.Moment;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.faults.BucketUse;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sqs.Queue;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts a load on an account of its own, and watches until every service has what it should have.
 */
final class ScaleRun implements AutoCloseable {
  /** What a call of AWS is taken to last. */
  static final Duration CALL = Duration.ofMillis(50);

  /** Between the SDK's attempts: half a second and a second on average, and none after the last. */
  private static final Duration BACKOFF = Duration.ofMillis(500);

  private static final int SWEPT_AT_ONCE = 300;
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final Duration TOO_LONG = Duration.ofHours(6);
  private static final String TAG = "staging";

  private final ScaleLoad load;
  private final Account account;
  private final List<String> repositories;
  private final Map<String, String> digests = new HashMap<>();
  private final Map<String, String> images = new HashMap<>();
  private final List<Moment> curve = new ArrayList<>();

  ScaleRun(ScaleLoad load) {
    this.load = load;
    account = new Account(Map.of("SweepState", load.isSwept() ? "ENABLED" : "DISABLED"));
    repositories =
        IntStream.range(0, load.repositories()).mapToObj(i -> "repository-" + i).toList();
    account.repository(repositories.toArray(String[]::new));
    String runs = load.isSwept() ? "first" : TAG;
    repositories.forEach(repository -> account.push(repository, runs, "first"));
    if (load.isSwept()) {
      // is handled before there is a service
      push(0);
      account.pass(Duration.ofSeconds(30));
    }
    account.runningServices(load.services(), 10, load.services(), TAG, repositories, runs);
    if (!load.isSwept()) {
      letSweepsFindAll();
    }
  }

  /** Afterwards the record knows every service, as in any account that Slipway has had a while. */
  private void letSweepsFindAll() {
    for (int found = 0; found <= load.services(); found += SWEPT_AT_ONCE) {
      account.invoke("sweep", "{}");
      account.pass(Duration.ofMinutes(6));
    }
  }

  ScaleResult run() {
    Faults faults = account.simulator.faults();
    Map<String, Integer> before = faults.callsByOperation();
    Map<String, Queue.Traffic> queuesBefore = queues();
    Map<String, Integer> invocationsBefore = account.simulator.lambda().invocations();
    Map<String, Integer> announcedBefore = announcements();
    faults.enforcePublishedRates(load.share(), BACKOFF);
    faults.delay(Calls.all(), Faults.ALWAYS, CALL);
    if (load.isSwept()) {
      account
          .simulator
          .world()
          .runUntil(
              () -> !account.simulator.lambda().invocations().equals(invocationsBefore),
              Duration.ofMinutes(10));
    }
    Instant start = account.simulator.world().now();
    Duration lastPush = push(start);
    look(start);
    List<BucketUse> bucketsThen = faults.publishedRates();
    List<BucketUse> buckets = watch(start);
    long live = liveBytes();
    return new ScaleResult(
        load,
        lastPush,
        bucketsThen,
        curve,
        buckets,
        since(before, faults.callsByOperation()),
        since(queuesBefore),
        account.messages("slipway-deploy-dead-letters").size()
            + account.messages("slipway-rollout-dead-letters").size(),
        since(invocationsBefore, account.simulator.lambda().invocations()),
        since(announcedBefore, announcements()),
        live);
  }

  /** Looks each second meanwhile. */
  private Duration push(Instant start) {
    look(start);
    Duration nextLook = STEP;
    for (int i = 0; i < load.pushes(); i++) {
      Duration due = Duration.ofMinutes(1).multipliedBy(i).dividedBy(load.pushes());
      for (; nextLook.compareTo(due) <= 0; nextLook = nextLook.plus(STEP)) {
        passUntil(start, nextLook);
        look(start);
      }
      passUntil(start, due);
      push(i);
    }
    return since(start);
  }

  private void passUntil(Instant start, Duration time) {
    account.pass(time.minus(since(start)));
  }

  private void push(int number) {
    List<String> pushed =
        load.isSwept() ? repositories : List.of(repositories.get(number % repositories.size()));
    pushed.forEach(
        repository -> digests.put(repository, account.push(repository, TAG, "push " + number)));
  }

  /** Looks each second until all deployments are completed; the buckets once all have begun. */
  private List<BucketUse> watch(Instant start) {
    List<BucketUse> buckets = List.of();
    Moment now = curve.getLast();
    while (now.completed() < load.services()) {
      if (now.at().compareTo(TOO_LONG) > 0) {
        throw new AssertionError("%s has not converged: %s".formatted(load, now));
      }
      account.pass(STEP);
      now = look(start);
      if (buckets.isEmpty() && now.accepted() == load.services()) {
        buckets = account.simulator.faults().publishedRates();
      }
    }
    // the notifications of the last ones
    account.pass(Duration.ofMinutes(3));
    return buckets;
  }

  private Moment look(Instant start) {
    int accepted = 0;
    int completed = 0;
    for (ServiceView service : account.simulator.ecs().services()) {
      String image = images.computeIfAbsent(service.taskDefinition(), this::image);
      String name = image.substring(image.indexOf('/') + 1).split("[@:]", 2)[0];
      if (image.endsWith("@" + digests.get(name))) {
        accepted++;
        boolean one = service.deployments().size() == 1;
        completed +=
            one && service.deployments().getFirst().rolloutState().equals("COMPLETED") ? 1 : 0;
      }
    }
    Moment moment = new Moment(since(start), accepted, completed);
    curve.add(moment);
    return moment;
  }

  private String image(String revision) {
    return account.revision(revision).at("/taskDefinition/containerDefinitions/0/image").asText();
  }

  private Duration since(Instant start) {
    return Duration.between(start, account.simulator.world().now());
  }

  private Map<String, Queue.Traffic> queues() {
    Map<String, Queue.Traffic> queues = new TreeMap<>();
    for (String name : List.of("slipway-deploy", "slipway-rollout")) {
      queues.put(name, account.simulator.world().call(account.queue(name)::traffic));
    }
    return queues;
  }

  private Map<String, Queue.Traffic> since(Map<String, Queue.Traffic> before) {
    Map<String, Queue.Traffic> now = queues();
    now.replaceAll(
        (name, traffic) -> traffic.since(before.getOrDefault(name, new Queue.Traffic(0, 0, 0))));
    return now;
  }

  private Map<String, Integer> announcements() {
    Map<String, Integer> kinds = new TreeMap<>();
    account
        .announcements()
        .forEach(event -> kinds.merge(event.path("detail-type").asText(), 1, Integer::sum));
    return kinds;
  }

  private static Map<String, Integer> since(
      Map<String, Integer> before, Map<String, Integer> after) {
    Map<String, Integer> since = new TreeMap<>(after);
    since.replaceAll((name, count) -> count - before.getOrDefault(name, 0));
    since.values().removeIf(count -> count == 0);
    return since;
  }

  private static long liveBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public void close() {
    account.close();
  }
}
