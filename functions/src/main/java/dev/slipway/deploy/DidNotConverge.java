package dev.slipway.deploy;

/** A service did not settle in the rounds that one invocation takes; a later one may see it. */
public final class DidNotConverge extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kept it from settling. */
  public DidNotConverge(String message) {
    super(message);
  }
}
