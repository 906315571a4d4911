package dev.slipway.cli.dashboard;

/** What was asked for is not done. The message says why. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence for people. */
  public Refusal(String message) {
    super(message);
  }
}
