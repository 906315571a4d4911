package dev.slipway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The same step, measured again and again. */
final class Series {
  private final List<RuntimeProcess.Taken> taken = new ArrayList<>();

  void add(RuntimeProcess.Taken one) {
    taken.add(one);
  }

  boolean isEmpty() {
    return taken.isEmpty();
  }

  /** The time in which a part of them was done. */
  Duration wall(double part) {
    return quantile(part, RuntimeProcess.Taken::wall);
  }

  /** Processor time: the mean, for it is counted in steps of 10 ms. */
  Duration processor() {
    return Duration.ofNanos(
        (long) taken.stream().mapToLong(one -> one.processor().toNanos()).average().orElse(0));
  }

  private Duration quantile(double part, Function<RuntimeProcess.Taken, Duration> of) {
    List<Duration> sorted = taken.stream().map(of).sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
  }
}
