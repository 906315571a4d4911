package dev.slipway.contract;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.slipway.aws.Clients;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.TestInstance;

/** Something that pretends to be AWS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
interface Emulator {
  /** Numbers for names, so that no test meets another's resources. */
  AtomicInteger NUMBERS = new AtomicInteger();

  /** Clients of it, made as the functions make theirs. */
  Clients clients();

  /** What it is known to do otherwise than AWS, and how. */
  default Map<Expectation, String> deviations() {
    return Map.of();
  }

  /** A name that no other test has. */
  static String unique(String name) {
    return name + "-" + NUMBERS.incrementAndGet();
  }

  /**
   * Checks an expectation. Of an emulator that is known to deviate it is checked that it still
   * does; the test then counts as skipped, with the reason. To be called last in a test.
   */
  default void expect(Expectation expectation, Runnable assertion) {
    String deviation = deviations().get(expectation);
    if (deviation == null) {
      assertion.run();
      return;
    }
    try {
      assertion.run();
    } catch (AssertionError | RuntimeException asKnown) {
      String skipped = getClass().getSimpleName() + " skips " + expectation + ": " + deviation;
      System.out.println(skipped);
      abort(skipped);
    }
    fail("%s no longer deviates (%s): take %s off its list", getClass(), deviation, expectation);
  }
}
