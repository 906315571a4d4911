package dev.slipway.aws;

import java.util.Set;

/**
 * A service of AWS answered with an error.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html">which
 *     errors AWS's SDKs try again</a>
 */
public final class AwsFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Set<String> THROTTLING =
      Set.of(
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "RequestThrottledException",
          "TooManyRequestsException",
          "RequestLimitExceeded",
          "BandwidthLimitExceeded",
          "SlowDown",
          "PriorRequestNotComplete",
          "EC2ThrottledException");

  private static final Set<String> TRANSIENT =
      Set.of("RequestTimeout", "RequestTimeoutException", "InternalError");

  private final String code;
  private final String words;
  private final int status;

  AwsFailure(String action, String code, String words, int status, String requestId) {
    super(
        "%s: %s: %s (HTTP status %d, request id %s)"
            .formatted(
                action,
                code.isEmpty() ? "an error without a name" : code,
                words,
                status,
                requestId));
    this.code = code;
    this.words = words;
    this.status = status;
  }

  /** The error's name, such as {@code ClusterNotFoundException}; empty if it has none. */
  public String code() {
    return code;
  }

  /** AWS's own message. */
  public String words() {
    return words;
  }

  /** Whether it is about how often is asked. */
  boolean isThrottling() {
    return status == 429 || THROTTLING.contains(code);
  }

  /** Whether the same call may succeed soon. */
  boolean mayPass() {
    return status >= 500 || isThrottling() || TRANSIENT.contains(code);
  }
}
