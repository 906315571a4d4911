package dev.slipway.simulator.lambda;

import dev.slipway.simulator.world.Account;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The environment variables that a function sees: its own, and those that Lambda sets. */
public final class FunctionEnvironment {
  private final Account account;
  private final Supplier<String> endpoint;

  /**
   * @param endpoint where the simulator is reached, such as {@code http://127.0.0.1:4566}
   */
  public FunctionEnvironment(Account account, Supplier<String> endpoint) {
    this.account = account;
    this.endpoint = endpoint;
  }

  /**
   * All variables of a function (<a
   * href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html">Lambda's
   * variables</a>); AWS's SDKs find the simulator by them. As in Lambda, those that Lambda sets
   * win.
   */
  Map<String, String> of(Invocation invocation) {
    FunctionSettings function = invocation.function();
    String version = invocation.version();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("AWS_ENDPOINT_URL", endpoint.get());
    function
        .environment()
        .forEach((name, value) -> {
          // an empty one is what `sam local` makes of an absent one: the SDK breaks on it
          if (!name.equals("AWS_ENDPOINT_URL") || !value.isEmpty()) {
            all.put(name, value);
          }
        });
    all.put("_HANDLER", function.handler());
    all.put("AWS_REGION", account.region());
    all.put("AWS_DEFAULT_REGION", account.region());
    all.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
    all.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    all.put("AWS_LAMBDA_FUNCTION_VERSION", version);
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMegabytes()));
    all.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    all.put("AWS_LAMBDA_LOG_GROUP_NAME", function.logGroup());
    all.put("AWS_LAMBDA_LOG_STREAM_NAME", invocation.logStream());
    all.put("AWS_LAMBDA_LOG_FORMAT", function.jsonLogs() ? "JSON" : "Text");
    all.put("LAMBDA_TASK_ROOT", function.packageDirectory().toAbsolutePath().toString());
    all.put("AWS_ACCESS_KEY_ID", function.identity().accessKeyId());
    all.put("AWS_SECRET_ACCESS_KEY", function.identity().secretAccessKey());
    String token = function.identity().sessionToken();
    if (token != null) {
      all.put("AWS_SESSION_TOKEN", token);
    }
    all.put("TZ", ":UTC");
    all.put("LANG", "en_US.UTF-8");
    return all;
  }
}
