package dev.slipway.simulator.world;

import org.jspecify.annotations.Nullable;

/**
 * Lambda's Invoke operation, its REST protocol taken off. Unlike an {@link AwsService} it is called
 * without the world's lock, on a thread of its own: a function takes its time, and calls back.
 */
public interface LambdaApi {
  /**
   * Invokes a function; returns when it has answered, or for an {@link InvocationType#EVENT} when
   * the event has been queued.
   *
   * @throws AwsError such as {@code ResourceNotFoundException} or {@code AccessDeniedException}
   */
  Answer invoke(Invoke request);

  /** How to invoke: the header {@code X-Amz-Invocation-Type}. */
  enum InvocationType {
    /** Wait for the answer. */
    REQUEST_RESPONSE,
    /** Queue the event, answer 202. */
    EVENT,
    /** Only look whether the caller might; answer 204. */
    DRY_RUN
  }

  /**
   * One invocation.
   *
   * @param functionName the name alone: account, Region and qualifier are taken off an ARN
   * @param qualifier a version or an alias; null for {@code $LATEST}
   * @param tail whether the last 4 KB of the log are wanted ({@code X-Amz-Log-Type: Tail})
   * @param payload JSON
   */
  record Invoke(
      Caller caller,
      String functionName,
      @Nullable String qualifier,
      InvocationType type,
      boolean tail,
      String payload) {}

  /**
   * What Lambda answers.
   *
   * @param status 200, 202 for an event, 204 for a dry run
   * @param functionError {@code Unhandled} if the function failed; the payload then says how
   * @param logTail the end of the log as it is (not Base64), if it was asked for
   * @param executedVersion {@code $LATEST} or a number
   * @param payload JSON; empty for an event or a dry run
   */
  record Answer(
      int status,
      @Nullable String functionError,
      @Nullable String logTail,
      @Nullable String executedVersion,
      String payload) {}
}
