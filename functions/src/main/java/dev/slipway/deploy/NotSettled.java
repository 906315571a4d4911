package dev.slipway.deploy;

/**
 * A service did not come to rest in the rounds that one invocation takes; a later one may see it.
 */
final class NotSettled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotSettled(String message) {
    super(message);
  }
}
