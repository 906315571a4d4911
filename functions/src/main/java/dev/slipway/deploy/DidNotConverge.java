package dev.slipway.deploy;

/**
 * A service did not come to rest in the rounds that one invocation takes; a later one may see it.
 */
final class DidNotConverge extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DidNotConverge(String message) {
    super(message);
  }
}
