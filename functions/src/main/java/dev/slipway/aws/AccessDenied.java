package dev.slipway.aws;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The function's role does not allow a call. Not a refusal: once the role is fixed, the same hint
 * can be carried out, so it is tried again and then waits in the dead-letter queue.
 */
public final class AccessDenied extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Set<String> CODES =
      Set.of("AccessDeniedException", "AccessDenied", "UnauthorizedOperation");

  AccessDenied(String action, String resource, AwsServiceException cause) {
    super(
        "access denied: the function's role must allow "
            + action
            + " on "
            + resource
            + " ("
            + AwsErrors.words(cause)
            + ")",
        cause);
  }

  static boolean is(@Nullable String code) {
    return code != null && CODES.contains(code);
  }
}
