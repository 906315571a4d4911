package dev.slipway.simulator.http;

import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.LambdaApi;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's REST protocol.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>
 */
final class LambdaPaths {
  /** Which function a path names: its name and, if it is said, its version or alias. */
  record Target(String functionName, @Nullable String qualifier) {}

  private static final Pattern INVOCATION =
      Pattern.compile("/2015-03-31/functions/([^/]+)/invocations/?");

  /** A name, a partial ARN ({@code account:function:name}) or an ARN, each with a qualifier. */
  private static final Pattern FUNCTION =
      Pattern.compile(
          "(?:(?:arn:[^:]+:lambda:[^:]+:)?\\d{12}:function:)?([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?");

  private LambdaPaths() {}

  static Optional<Target> invocation(WireRequest request) {
    Matcher path = INVOCATION.matcher(request.path());
    if (!request.method().equals("POST") || !path.matches()) {
      return Optional.empty();
    }
    Matcher function = FUNCTION.matcher(path.group(1));
    if (!function.matches()) {
      throw AwsError.client(
          "ValidationException",
          "Value '"
              + path.group(1)
              + "' at 'functionName' failed to satisfy constraint: Member must"
              + " be a function's name or ARN");
    }
    String qualifier = request.query().getOrDefault("Qualifier", function.group(2));
    return Optional.of(new Target(function.group(1), qualifier));
  }

  static LambdaApi.Invoke invoke(Target target, Caller caller, WireRequest request) {
    LambdaApi.InvocationType type =
        switch (request.header("x-amz-invocation-type").orElse("RequestResponse")) {
          case "RequestResponse" -> LambdaApi.InvocationType.REQUEST_RESPONSE;
          case "Event" -> LambdaApi.InvocationType.EVENT;
          case "DryRun" -> LambdaApi.InvocationType.DRY_RUN;
          case String other ->
              throw AwsError.client(
                  "InvalidParameterValueException", "Unknown invocation type: " + other);
        };
    return new LambdaApi.Invoke(
        caller,
        target.functionName(),
        target.qualifier(),
        type,
        request.header("x-amz-log-type").map("Tail"::equals).orElse(false),
        request.body().isEmpty() ? "{}" : request.body());
  }

  static Map<String, String> headers(LambdaApi.Answer answer) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (answer.functionError() != null) {
      headers.put("X-Amz-Function-Error", answer.functionError());
    }
    if (answer.executedVersion() != null) {
      headers.put("X-Amz-Executed-Version", answer.executedVersion());
    }
    if (answer.logTail() != null) {
      headers.put(
          "X-Amz-Log-Result",
          Base64.getEncoder().encodeToString(answer.logTail().getBytes(StandardCharsets.UTF_8)));
    }
    return headers;
  }
}
