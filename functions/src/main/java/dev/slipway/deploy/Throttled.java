package dev.slipway.deploy;

/**
 * ECS takes no more calls of an account for now. Nothing is wrong with what was asked: it is to be
 * asked again, however long that lasts.
 */
public final class Throttled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was to be done
   * @param cause what the adapter got
   */
  public Throttled(String message, Throwable cause) {
    super(message, cause);
  }
}
