package dev.slipway.deploy;

/** AWS did not answer within the time that a call may take: asking again would take that again. */
public final class NoAnswer extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was asked, for people
   */
  public NoAnswer(String message, Throwable cause) {
    super(message, cause);
  }
}
