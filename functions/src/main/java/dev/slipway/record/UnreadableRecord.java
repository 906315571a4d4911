package dev.slipway.record;

/**
 * A part of the record that this version of Slipway cannot read: a newer version wrote it, or
 * another client did. Nothing is decided about that service; others are not concerned.
 */
public final class UnreadableRecord extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence for people, which names the item
   */
  public UnreadableRecord(String message) {
    super(message);
  }

  /**
   * @param message one sentence for people, which names the item
   */
  public UnreadableRecord(String message, Throwable cause) {
    super(message, cause);
  }
}
