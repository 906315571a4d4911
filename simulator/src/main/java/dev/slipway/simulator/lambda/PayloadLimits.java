package dev.slipway.simulator.lambda;

import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.LambdaApi.InvocationType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How large a function's event and response may be.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html">Lambda
 *     quotas</a>
 */
final class PayloadLimits {
  private static final int REQUEST = 6_291_456;
  private static final int ASYNCHRONOUS_REQUEST = 1_048_576;

  /** A response may have 100 bytes more than a request. */
  private static final int RESPONSE = 6_291_556;

  private PayloadLimits() {}

  /**
   * Refuses an event that is too large.
   *
   * @throws AwsError {@code RequestEntityTooLargeException}, with status 413
   */
  static void checkRequest(InvocationType type, String payload) {
    int most = type == InvocationType.EVENT ? ASYNCHRONOUS_REQUEST : REQUEST;
    if (size(payload) > most) {
      throw new AwsError(
          "RequestEntityTooLargeException",
          413,
          "Request must be smaller than " + most + " bytes for the InvokeFunction operation");
    }
  }

  /** The outcome, or the failure that Lambda makes of a response that is too large. */
  static Outcome checked(Outcome outcome) {
    int size = size(outcome.payload());
    return size <= RESPONSE
        ? outcome
        : Outcome.failure(
            "Function.ResponseSizeTooLarge",
            "Response payload size ("
                + size
                + " bytes) exceeded maximum allowed payload size ("
                + RESPONSE
                + " bytes).",
            List.copyOf(outcome.log()));
  }

  private static int size(String payload) {
    return payload.getBytes(StandardCharsets.UTF_8).length;
  }
}
