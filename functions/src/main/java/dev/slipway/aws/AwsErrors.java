package dev.slipway.aws;

import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.NoAnswer;
import dev.slipway.deploy.Throttled;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

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
   * Calls ECS: refusals become {@link EcsClientError}, a missing permission {@link AccessDenied}, a
   * throttled call {@link Throttled}; all else passes, since a later try may succeed.
   *
   * @param action as IAM names it, such as {@code ecs:UpdateService}
   * @param resource what is acted on, for the message
   */
  static <T> T sorted(String action, String resource, Supplier<T> call) {
    try {
      return permitted(action, resource, call);
    } catch (AwsServiceException e) {
      String code = code(e);
      if (code != null && REFUSALS.contains(code) && !words(e).contains(CONCURRENT)) {
        throw new EcsClientError(action + " on " + resource + ": " + code + ": " + words(e), e);
      }
      if (e.isThrottlingException()) {
        throw new Throttled(action + " on " + resource + ": " + code + ": " + words(e), e);
      }
      throw e;
    }
  }

  /**
   * Calls any service: a missing permission becomes {@link AccessDenied}, no answer in the time of
   * a call {@link NoAnswer}, all else passes.
   */
  static <T> T permitted(String action, String resource, Supplier<T> call) {
    try {
      return call.get();
    } catch (AwsServiceException e) {
      if (AccessDenied.is(code(e))) {
        throw new AccessDenied(action, resource, e);
      }
      throw e;
    } catch (SdkClientException e) {
      throw new NoAnswer(
          "%s on %s: no answer: %s".formatted(action, resource, String.valueOf(e.getMessage())), e);
    }
  }

  /**
   * Calls a service that the SDK's client is not for, so that what the SDK says names another one.
   *
   * @param passed the codes that the caller sorts itself
   * @throws IllegalStateException that names the action, for what fails otherwise
   */
  static <T> T named(String action, String resource, Set<String> passed, Supplier<T> call) {
    try {
      return permitted(action, resource, call);
    } catch (AwsServiceException e) {
      String code = code(e);
      if (code != null && passed.contains(code)) {
        throw e;
      }
      throw new IllegalStateException(
          "%s on %s: %s%s"
              .formatted(action, resource, words(e), code == null ? "" : " (" + code + ")"),
          e);
    }
  }

  /**
   * Calls what a role may do only if the stack says so.
   *
   * @param parameter of the stack, with the value that allows it
   * @throws IllegalStateException that names the parameter, where access is denied
   */
  static <T> T switchedOn(String parameter, Supplier<T> call) {
    try {
      return call.get();
    } catch (AccessDenied e) {
      throw new IllegalStateException(
          "%s: deploy the stack with %s".formatted(e.getMessage(), parameter), e);
    }
  }

  /** The error code that AWS gave, if it gave one. */
  static @Nullable String code(AwsServiceException e) {
    return e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
  }

  /** AWS's own message, without what the SDK adds. */
  static String words(AwsServiceException e) {
    String words = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
    return words == null ? String.valueOf(e.getMessage()) : words;
  }
}
