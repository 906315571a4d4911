package dev.slipway.deploy;

import java.util.List;

/**
 * Some of a hint's work failed and a later try may succeed. What could be done is done; the hint
 * must be delivered again, which finishes the rest and repeats nothing.
 */
public final class PartialFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is not done, service by service
   * @param failures at least one; the first becomes the cause, the others are suppressed
   */
  public PartialFailure(String message, List<? extends RuntimeException> failures) {
    super(message, failures.getFirst());
    failures.stream().skip(1).forEach(this::addSuppressed);
  }
}
