package dev.slipway.simulator.scheduler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.events.RetryPolicy;
import dev.slipway.simulator.world.AwsError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schedule whose target is a function.
 *
 * @param functionName of the target, without account, Region and qualifier
 * @param qualifier a version or an alias; null for {@code $LATEST}
 * @param roleName of the role that the target is invoked with
 * @param input JSON, in which Scheduler's keywords are replaced; null for Scheduler's own notice
 * @param retryPolicy how long the invocation is tried
 * @param deadLetterArn the standard queue for invocations that failed for good, if there is one
 */
record Schedule(
    String name,
    Rate rate,
    String targetArn,
    String functionName,
    @Nullable String qualifier,
    String roleName,
    @Nullable String input,
    RetryPolicy retryPolicy,
    @Nullable String deadLetterArn) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern FUNCTION =
      Pattern.compile("arn:aws:lambda:[^:]+:\\d{12}:function:([\\w-]+)(?::([\\w$-]+))?");
  private static final Pattern ROLE = Pattern.compile("arn:aws:iam::\\d{12}:role/(?:.+/)?([^/]+)");

  /**
   * @param expression such as {@code rate(5 minutes)}
   * @param target as Scheduler's CreateSchedule takes it
   * @throws AwsError if Scheduler would not take it
   * @throws IllegalArgumentException if it is not simulated
   */
  static Schedule parse(String name, String expression, ObjectNode target) {
    String arn = target.path("Arn").asText();
    Matcher function = FUNCTION.matcher(arn);
    if (!function.matches()) {
      throw new IllegalArgumentException(
          "a schedule's target that is no function is not simulated: " + arn);
    }
    Matcher role = ROLE.matcher(target.path("RoleArn").asText());
    if (!role.matches()) {
      throw AwsError.client(
          "ValidationException", "RoleArn is no role's: " + target.path("RoleArn").asText());
    }
    String deadLetters = target.path("DeadLetterConfig").path("Arn").textValue();
    if (deadLetters != null && deadLetters.endsWith(".fifo")) {
      throw AwsError.client(
          "ValidationException",
          "A FIFO queue cannot be a schedule's dead-letter queue: " + deadLetters);
    }
    return new Schedule(
        name,
        Rate.parse(expression),
        arn,
        function.group(1),
        function.group(2),
        role.group(1),
        input(target),
        RetryPolicy.parse(target.path("RetryPolicy")),
        deadLetters);
  }

  private static @Nullable String input(ObjectNode target) {
    String input = target.path("Input").textValue();
    try {
      if (input != null) {
        JSON.readTree(input);
      }
      return input;
    } catch (JsonProcessingException e) {
      throw AwsError.client(
          "ValidationException", "The input of a function is JSON, which this is not: " + input);
    }
  }
}
