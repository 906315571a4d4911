package dev.slipway.simulator.events;

/** A target did not take an event. */
public final class DeliveryFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final String code;
  private final boolean retried;

  /**
   * @param code EventBridge's word for it, such as {@code NO_PERMISSIONS}
   * @param retried whether trying again may help
   */
  public DeliveryFailure(String code, boolean retried, String message) {
    super(message);
    this.code = code;
    this.retried = retried;
  }

  /** EventBridge's word for it: the attribute {@code ERROR_CODE} of a dead letter. */
  public String code() {
    return code;
  }

  /** Whether trying again may help. */
  public boolean isRetried() {
    return retried;
  }
}
