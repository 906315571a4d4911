package dev.slipway.handler;

/** An event or message that cannot be what it should be, however often it is delivered. */
public final class MalformedEvent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the field and what it has
   */
  public MalformedEvent(String message) {
    super(message);
  }
}
