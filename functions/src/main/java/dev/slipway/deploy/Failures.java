package dev.slipway.deploy;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Failures that must not keep the rest of a hint's work from being done, until it is. */
final class Failures {
  private final Map<String, RuntimeException> failures = new LinkedHashMap<>();

  /**
   * Does a part of the work.
   *
   * @param what it is about, for the message
   */
  void collect(String what, Runnable part) {
    try {
      part.run();
    } catch (RuntimeException failure) {
      failures.put(what, failure);
    }
  }

  /**
   * Ends the work where some of it failed: for another try if that may help with one of the
   * failures, otherwise for good.
   */
  void throwIfAny() {
    List<RuntimeException> retryable =
        failures.values().stream().filter(failure -> !(failure instanceof EcsClientError)).toList();
    if (!retryable.isEmpty()) {
      String message =
          "not all is done, try again: "
              + failures.entrySet().stream()
                  .map(failure -> failure.getKey() + ": " + failure.getValue().getMessage())
                  .collect(joining("; "));
      if (!isThrottled(retryable)) {
        throw new PartialFailure(message, retryable);
      }
      Throttled throttled = new Throttled(message, retryable.getFirst());
      retryable.stream().skip(1).forEach(throttled::addSuppressed);
      throw throttled;
    }
    if (failures.values().stream().findFirst().orElse(null) instanceof EcsClientError refusal) {
      throw refusal;
    }
  }

  /** Whether nothing is wrong but that ECS takes no more calls: what is only early is not wrong. */
  private static boolean isThrottled(List<RuntimeException> failures) {
    return failures.stream().anyMatch(Throttled.class::isInstance)
        && failures.stream()
            .allMatch(failure -> failure instanceof Throttled || failure instanceof TryAgainSoon);
  }
}
