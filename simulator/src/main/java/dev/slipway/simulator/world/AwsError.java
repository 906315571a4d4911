package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An error as an AWS service answers it. */
public final class AwsError extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String code;
  private final int status;
  private final ObjectNode members;

  /**
   * @param code the error code, such as {@code ClusterNotFoundException}
   * @param status the HTTP status, mostly 400
   * @param message AWS's words where they are known
   */
  public AwsError(String code, int status, String message) {
    this(code, status, message, JsonNodeFactory.instance.objectNode());
  }

  private AwsError(String code, int status, String message, ObjectNode members) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }

  /**
   * This error with further members of its structure.
   *
   * @param further such as DynamoDB's {@code CancellationReasons}
   */
  public AwsError with(ObjectNode further) {
    return new AwsError(code, status, String.valueOf(getMessage()), further.deepCopy());
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

  /** The members of its structure besides the message; mostly none. */
  public ObjectNode members() {
    return members;
  }
}
