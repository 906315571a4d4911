package dev.slipway.simulator.world;

/** An error as an AWS service answers it. */
public final class AwsError extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String code;
  private final int status;

  /**
   * @param code the error code, such as {@code ClusterNotFoundException}
   * @param status the HTTP status, mostly 400
   * @param message AWS's words where they are known
   */
  public AwsError(String code, int status, String message) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** A client's error: HTTP status 400. */
  public static AwsError client(String code, String message) {
    return new AwsError(code, 400, message);
  }

  /** The error code. */
  public String code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
