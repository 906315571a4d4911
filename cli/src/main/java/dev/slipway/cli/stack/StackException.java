package dev.slipway.cli.stack;

/** The stack's functions gave no answer. The message says why, and what to do about it. */
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For what AWS or the function reported. */
  public StackException(String message) {
    super(message);
  }

  /** For what the SDK threw. */
  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
