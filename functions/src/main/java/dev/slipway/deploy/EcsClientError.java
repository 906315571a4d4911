package dev.slipway.deploy;

/** ECS refused a request for what it says, not for when it came: trying again cannot help. */
public final class EcsClientError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message ECS's own words, with its error code
   * @param cause what the adapter got
   */
  public EcsClientError(String message, Throwable cause) {
    super(message, cause);
  }
}
