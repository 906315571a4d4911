package dev.slipway.aws;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and after which pause a call is tried again: the standard mode of AWS's SDKs.
 *
 * <p>Each retry costs of a budget that successes fill up again, so that a service in trouble is not
 * asked three times as often by all who call it.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html">the
 *     standard retry mode</a>
 */
final class Retries {
  /** How time passes. */
  interface Time {
    /** Nanoseconds from any point. */
    long nanos();

    /** Waits. */
    void pause(Duration duration);
  }

  /** The time of the machine. */
  static final Time REAL =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) {
          try {
            Thread.sleep(duration);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before a call was tried again", e);
          }
        }
      };

  private static final int MOST_ATTEMPTS = 3;
  private static final int BUDGET = 500;
  private static final int COST = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration FIRST_PAUSE_IF_THROTTLED = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private final Time time;
  private int budget = BUDGET;

  Retries(Time time) {
    this.time = time;
  }

  /** Begins a call that has so much time, pauses included. */
  Call begin(Duration timeout) {
    return new Call(timeout);
  }

  /** One call with all its attempts. */
  final class Call {
    private final long begun = time.nanos();
    private final Duration timeout;
    private int attempts = 1;

    private Call(Duration timeout) {
      this.timeout = timeout;
    }

    /** What is left of its time. */
    Duration left() {
      return timeout.minusNanos(time.nanos() - begun);
    }

    /** Pays back what its retry has cost. */
    void succeeded() {
      synchronized (Retries.this) {
        budget = Math.min(BUDGET, budget + (attempts > 1 ? COST : 1));
      }
    }

    /**
     * Whether a call that failed is to be tried again; if so, waits until then.
     *
     * @param throttled whether it failed because of how often is asked
     */
    boolean again(boolean throttled) {
      if (attempts == MOST_ATTEMPTS) {
        return false;
      }
      Duration pause = pause(throttled ? FIRST_PAUSE_IF_THROTTLED : FIRST_PAUSE);
      if (left().compareTo(pause) <= 0 || !pay()) {
        return false;
      }
      time.pause(pause);
      attempts++;
      return true;
    }

    /** At random up to a limit that doubles, so that those who failed together part. */
    private Duration pause(Duration first) {
      Duration limit = first.multipliedBy(1L << (attempts - 1));
      long most = Math.min(limit.toNanos(), LONGEST_PAUSE.toNanos());
      return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most + 1));
    }

    private boolean pay() {
      synchronized (Retries.this) {
        if (budget < COST) {
          return false;
        }
        budget -= COST;
        return true;
      }
    }
  }
}
