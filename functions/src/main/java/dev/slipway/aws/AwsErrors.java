package dev.slipway.aws;

import dev.slipway.deploy.EcsRefusal;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Sorts what AWS answers by what the caller is to do. */
final class AwsErrors {
  /**
   * ECS's errors about the request as such.
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and each
   * operation's page.
   */
  private static final Set<String> REFUSALS =
      Set.of(
          "InvalidParameterException",
          "ClientException",
          "ClusterNotFoundException",
          "ServiceNotFoundException",
          "ServiceNotActiveException",
          "UnsupportedFeatureException",
          "PlatformUnknownException",
          "PlatformTaskDefinitionIncompatibilityException",
          "NamespaceNotFoundException");

  // ECS gives it as a ClientException, but it passes as soon as the other writer is done
  private static final String CONCURRENT = "Too many concurrent attempts";

  private AwsErrors() {}

  /**
   * Calls ECS: refusals become {@link EcsRefusal}, a missing permission {@link AccessDenied}; all
   * else passes, since a later try may mend it.
   *
   * @param action as IAM names it, such as {@code ecs:UpdateService}
   * @param resource what is acted on, for the message
   */
  static <T> T sorted(String action, String resource, Supplier<T> call) {
    try {
      return permitted(action, resource, call);
    } catch (AwsFailure | AwsServiceException e) {
      if (REFUSALS.contains(code(e)) && !words(e).contains(CONCURRENT)) {
        throw new EcsRefusal(action + " on " + resource + ": " + code(e) + ": " + words(e), e);
      }
      throw e;
    }
  }

  /** Calls any service: a missing permission becomes {@link AccessDenied}, all else passes. */
  static <T> T permitted(String action, String resource, Supplier<T> call) {
    try {
      return call.get();
    } catch (AwsFailure | AwsServiceException e) {
      if (AccessDenied.is(code(e))) {
        throw new AccessDenied(action, resource, e);
      }
      throw e;
    }
  }

  /** Whether AWS refused with this error. */
  static boolean is(EcsRefusal refusal, String code) {
    return refusal.getCause() instanceof RuntimeException cause && code(cause).equals(code);
  }

  /** The error code that AWS gave; empty if it gave none. */
  static String code(RuntimeException e) {
    return switch (e) {
      case AwsFailure failure -> failure.code();
      case AwsServiceException sdk when sdk.awsErrorDetails() != null ->
          String.valueOf(sdk.awsErrorDetails().errorCode());
      default -> "";
    };
  }

  /** AWS's own message, without what is added to it. */
  static String words(RuntimeException e) {
    return switch (e) {
      case AwsFailure failure -> failure.words();
      case AwsServiceException sdk when sdk.awsErrorDetails() != null ->
          String.valueOf(sdk.awsErrorDetails().errorMessage());
      default -> String.valueOf(e.getMessage());
    };
  }
}
