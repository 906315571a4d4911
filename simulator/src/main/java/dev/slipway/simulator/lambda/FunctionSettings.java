package dev.slipway.simulator.lambda;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Caller;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A function, as the template has it.
 *
 * @param name unique in the account and Region
 * @param handler the class, perhaps with {@code ::method}
 * @param packageDirectory the function package: classes at its root, libraries in {@code lib/};
 *     what is not there shows when the function is invoked
 * @param environment the function's own variables; at most 4 KB as JSON
 * @param timeout from a second to 15 minutes
 * @param memoryMegabytes from 128 to 10240
 * @param jsonLogs whether the runtime writes its log as JSON
 * @param logGroup where the role must allow writing for the log to be kept
 * @param identity as whom it calls AWS
 * @param aliases the version that each alias points at, such as {@code live} at {@code 1}
 * @param permissions who may invoke it besides those whose own policies say so
 * @param asynchronous how often, and for how long, an asynchronous invocation is tried
 */
public record FunctionSettings(
    String name,
    String handler,
    Path packageDirectory,
    Map<String, String> environment,
    Duration timeout,
    int memoryMegabytes,
    boolean jsonLogs,
    String logGroup,
    Identity identity,
    Map<String, String> aliases,
    List<InvokePermission> permissions,
    Asynchronous asynchronous) {
  private static final int MAXIMUM_ENVIRONMENT_BYTES = 4_096;

  /**
   * As whom a function calls AWS.
   *
   * @param caller the session of the function's role
   * @param accessKeyId by which the simulator knows the caller again
   * @param secretAccessKey to sign with
   * @param sessionToken null for none
   */
  public record Identity(
      Caller caller, String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {}

  /**
   * A statement of the function's own policy ({@code AWS::Lambda::Permission}).
   *
   * @param service such as {@code events.amazonaws.com}
   * @param sourceArn for which resource the service may act; null for any
   */
  public record InvokePermission(String service, @Nullable String sourceArn) {}

  /**
   * What happens to an asynchronous invocation that fails ({@code EventInvokeConfig}).
   *
   * @param maximumRetryAttempts 0 to 2
   * @param maximumEventAge from a minute to 6 hours
   * @param onFailureQueueArn the queue that gets a record of an event that was given up, or null
   */
  public record Asynchronous(
      int maximumRetryAttempts, Duration maximumEventAge, @Nullable String onFailureQueueArn) {
    /** What AWS does if nothing is said. */
    public static Asynchronous byDefault() {
      return new Asynchronous(2, Duration.ofHours(6), null);
    }
  }

  public FunctionSettings {
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0
        || timeout.compareTo(Duration.ofMinutes(15)) > 0) {
      throw new IllegalArgumentException(
          "function " + name + ": Timeout must be 1 to 900 seconds, it is " + timeout.toSeconds());
    }
    if (memoryMegabytes < 128 || memoryMegabytes > 10_240) {
      throw new IllegalArgumentException(
          "function " + name + ": MemorySize must be 128 to 10240, it is " + memoryMegabytes);
    }
    checkSize(name, environment);
    environment = java.util.Collections.unmodifiableMap(new TreeMap<>(environment));
    aliases = Map.copyOf(aliases);
    permissions = List.copyOf(permissions);
  }

  /**
   * AWS says only that all variables together have at most 4 KB. Its refusals show that it measures
   * them as a JSON object.
   */
  private static void checkSize(String function, Map<String, String> environment) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    environment.forEach(json::put);
    String measured = json.toString();
    if (measured.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_ENVIRONMENT_BYTES) {
      throw new IllegalArgumentException(
          "function "
              + function
              + ": Lambda was unable to configure your environment variables because the"
              + " environment variables you have provided exceeded the 4KB limit. String measured: "
              + measured);
    }
  }
}
