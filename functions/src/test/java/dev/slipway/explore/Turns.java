package dev.slipway.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A thread on which actors take turns without waking other threads. */
final class Turns {
  private Turns() {}

  /** Has it done there. */
  static <T> T alone(Supplier<T> work) {
    List<T> done = new ArrayList<>();
    List<Throwable> problems = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                done.add(work.get());
              } catch (RuntimeException | Error problem) {
                problems.add(problem);
              }
            });
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException("the explorer failed", problems.getFirst());
    }
    return done.getFirst();
  }
}
