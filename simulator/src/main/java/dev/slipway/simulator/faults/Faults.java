package dev.slipway.simulator.faults;

import dev.slipway.simulator.faults.Effect.Connection;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The faults that were asked for. Those that concern a call are taken in the order in which they
 * were asked for: latencies add up, the first of the others takes effect.
 */
public final class Faults {
  /** A fault that was asked for. */
  public final class Injected {
    private final Predicate<ApiCall> calls;
    private final Function<ApiCall, Effect> effect;
    private int left;
    private int hits;

    private Injected(Predicate<ApiCall> calls, int times, Function<ApiCall, Effect> effect) {
      if (times < 1) {
        throw new IllegalArgumentException("a fault happens at least once, not " + times);
      }
      this.calls = calls;
      this.left = times;
      this.effect = effect;
    }

    /** How many calls it has struck. */
    public int hits() {
      return world.call(() -> hits);
    }

    /** Ends it. */
    public void end() {
      world.run(() -> injected.remove(this));
    }
  }

  /** Times for a fault that lasts until it is ended. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private final World world;
  private final List<Injected> injected = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private @Nullable PublishedRates rates;
  private Duration backoff = Duration.ZERO;

  public Faults(World world) {
    this.world = world;
  }

  /** Throttles the next calls, in the words of the service that is called. */
  public Injected throttle(Calls calls, int times) {
    return inject(
        calls, times, call -> new Effect(Duration.ZERO, throttled(call), Connection.KEPT));
  }

  /** Answers the next calls with the service's own server error (HTTP status 500). */
  public Injected fail(Calls calls, int times) {
    return inject(
        calls, times, call -> new Effect(Duration.ZERO, serverError(call), Connection.KEPT));
  }

  /** Answers the next calls with an error, without carrying them out. */
  public Injected answer(Calls calls, int times, AwsError error) {
    return inject(calls, times, _ -> new Effect(Duration.ZERO, error, Connection.KEPT));
  }

  /** Breaks the connection of the next calls before they have been carried out. */
  public Injected dropBefore(Calls calls, int times) {
    return inject(calls, times, _ -> new Effect(Duration.ZERO, null, Connection.DROPPED_BEFORE));
  }

  /** Carries the next calls out, but breaks the connection instead of answering. */
  public Injected dropAfter(Calls calls, int times) {
    return inject(calls, times, _ -> new Effect(Duration.ZERO, null, Connection.DROPPED_AFTER));
  }

  /** Lets simulated time pass before the next calls are looked at. */
  public Injected delay(Calls calls, int times, Duration latency) {
    return inject(calls, times, _ -> new Effect(latency, null, Connection.KEPT));
  }

  /**
   * From now on throttles by the rates that AWS publishes for ECS and ECR, for the whole account.
   * The buckets are full at first, and fill again as simulated time passes. At speed 0 no time
   * passes while a function runs, unless calls are delayed: what it takes within one invocation is
   * not refilled.
   */
  public void enforcePublishedRates() {
    enforcePublishedRates(1, Duration.ZERO);
  }

  /**
   * The same, in an account where others take a part of each bucket all the time.
   *
   * @param share that is left, such as 0.5
   * @param backoff simulated time before a throttled call is answered: it stands for the pause of
   *     the caller's SDK before its next attempt, which passes in real time alone
   */
  public void enforcePublishedRates(double share, Duration backoff) {
    world.run(() -> {
      rates = new PublishedRates(world.now(), share);
      this.backoff = backoff;
    });
  }

  /** What was asked of each bucket since the published rates were last enforced. */
  public List<BucketUse> publishedRates() {
    return world.call(() -> rates == null ? List.of() : rates.uses(world.now()));
  }

  /** How many calls there were of each operation, such as {@code ecs:UpdateService}. */
  public Map<String, Integer> callsByOperation() {
    return world.call(() -> Map.copyOf(counts));
  }

  /** How many calls the published rates have throttled since they were last enforced. */
  public int throttledByPublishedRates() {
    return world.call(() -> rates == null ? 0 : rates.throttled());
  }

  /** Ends every fault. */
  public void clear() {
    world.run(() -> {
      injected.clear();
      rates = null;
    });
  }

  /** Uses up what was asked for this call. */
  public Effect strike(ApiCall call) {
    return world.call(() -> struck(call));
  }

  private Effect struck(ApiCall call) {
    counts.merge(call.service() + ":" + call.operation(), 1, Integer::sum);
    Effect sum = Effect.NONE;
    for (Injected fault : List.copyOf(injected)) {
      if (!fault.calls.test(call)) {
        continue;
      }
      Effect effect = fault.effect.apply(call);
      boolean only = effect.error() == null && effect.connection() == Connection.KEPT;
      boolean taken = sum.error() != null || sum.connection() != Connection.KEPT;
      if (taken && !only) {
        continue;
      }
      sum =
          new Effect(
              sum.latency().plus(effect.latency()),
              only ? sum.error() : effect.error(),
              only ? sum.connection() : effect.connection());
      fault.hits++;
      if (fault.left != ALWAYS && --fault.left == 0) {
        injected.remove(fault);
      }
    }
    PublishedRates published = rates;
    if (sum.error() == null && published != null && !published.take(call, world.now())) {
      return new Effect(sum.latency().plus(backoff), throttled(call), Connection.KEPT);
    }
    return sum;
  }

  /**
   * Asks what goes wrong with each of the next calls.
   *
   * @param effect is asked under the world's lock, before the call is carried out
   */
  public Injected inject(Predicate<ApiCall> calls, int times, Function<ApiCall, Effect> effect) {
    Injected fault = new Injected(calls, times, effect);
    world.run(() -> injected.add(fault));
    return fault;
  }

  /** How a service says that it throttles a call. */
  public static AwsError throttled(ApiCall call) {
    return switch (call.service()) {
      case "sqs" -> new AwsError("RequestThrottled", 400, "Rate exceeded");
      case "lambda" -> new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");
      // of the operations on tables the rate is the account's, of those on items the table's
      case "dynamodb" ->
          call.operation().contains("Table")
              ? new AwsError(
                  "ThrottlingException", 400, "Rate of requests exceeds the allowed throughput.")
              : new AwsError(
                  "ProvisionedThroughputExceededException",
                  400,
                  "The level of configured provisioned throughput for the table was exceeded."
                      + " Consider increasing your provisioning level with the UpdateTable API.");
      default -> new AwsError("ThrottlingException", 400, "Rate exceeded");
    };
  }

  /** How a service says that it failed. */
  public static AwsError serverError(ApiCall call) {
    String code =
        switch (call.service()) {
          case "ecs", "ecr" -> "ServerException";
          case "events" -> "InternalException";
          case "lambda" -> "ServiceException";
          case "dynamodb" -> "InternalServerError";
          default -> "InternalFailure";
        };
    return new AwsError(code, 500, "Service Unavailable. Please try again later.");
  }
}
