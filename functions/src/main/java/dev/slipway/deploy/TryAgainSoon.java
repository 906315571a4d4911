package dev.slipway.deploy;

/**
 * A service cannot be decided about yet, and can in a moment: ECS does not show a deployment yet
 * that was just started, the lease of an earlier try is not over, or time has run out.
 */
public final class TryAgainSoon extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is waited for, in words for the log. */
  public TryAgainSoon(String message) {
    super(message);
  }
}
