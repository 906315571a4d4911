package dev.slipway.bench;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.slipway.simulator.lambda.FunctionSettings;
import dev.slipway.simulator.lambda.RuntimeInterfaceClient;
import dev.slipway.simulator.world.Account;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A function to be measured: how its process is started.
 *
 * @param name for the table
 * @param environment variables; those by which it finds AWS are added
 */
record Contender(
    String name, List<String> command, Path directory, Map<String, String> environment) {
  private static final String QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012/";

  Contender {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * Slipway's DeployFunction as Lambda starts it: AWS's runtime client, and the JVM options that
   * Lambda's own start script gives.
   *
   * @param memory in MB
   * @param options of the JVM, in the variable JAVA_TOOL_OPTIONS
   */
  static Contender slipway(
      Path packageDirectory, RuntimeInterfaceClient runtime, int memory, String options) {
    return slipway(
        packageDirectory,
        runtime,
        memory,
        List.of("-XX:TieredStopAtLevel=1"),
        "on-demand",
        options);
  }

  /** The same for SnapStart, with which Lambda lets the JVM compile as far as it likes. */
  static Contender restoring(
      Path packageDirectory, RuntimeInterfaceClient runtime, int memory, String options) {
    return slipway(packageDirectory, runtime, memory, List.of(), "snap-start", options);
  }

  /** The JVM options of the template's DeployFunction. */
  static String options(Path template) throws IOException {
    String name = "JAVA_TOOL_OPTIONS:";
    return Files.readAllLines(template).stream()
        .map(String::strip)
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(name.length()).strip())
        .orElse("");
  }

  private static Contender slipway(
      Path packageDirectory,
      RuntimeInterfaceClient runtime,
      int memory,
      List<String> more,
      String initialization,
      String options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(more);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            // as much as the JVM finds in Lambda, not what this machine has
            "-XX:MaxRAM=" + memory + "m",
            "-Xmx" + memory * 3 / 4 + "m",
            "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac"));
    command.addAll(runtime.arguments("dev.slipway.handler.DeployHandler::handleRequest").toList());
    return new Contender(
        "Slipway",
        command,
        packageDirectory,
        Map.of(
            "JAVA_TOOL_OPTIONS",
            options,
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            initialization,
            "LAMBDA_TASK_ROOT",
            packageDirectory.toAbsolutePath().toString(),
            "SLIPWAY_TABLE_NAME",
            Website.TABLE,
            "SLIPWAY_QUEUE_URL",
            QUEUES + "slipway-deploy",
            "SLIPWAY_ROLLOUT_QUEUE_URL",
            QUEUES + "slipway-rollout",
            "SLIPWAY_DEAD_LETTER_QUEUE_URL",
            QUEUES + "slipway-deploy-dead-letters"));
  }

  /** The Python handler, run by AWS's own runtime client for Python. */
  static Contender peer(Path directory, Path python) {
    return new Contender(
        "Python",
        List.of(python.toAbsolutePath().toString(), "-m", "awslambdaric", "handler.handle"),
        directory,
        Map.of("LAMBDA_TASK_ROOT", directory.toAbsolutePath().toString()));
  }

  /** The same with more variables. */
  Contender with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(environment);
    all.putAll(more);
    return new Contender(name, command, directory, all);
  }

  /**
   * The same process with another function in it, which has the same libraries.
   *
   * @param handler a class of the bench
   */
  Contender instead(Class<? extends RequestStreamHandler> handler) throws IOException {
    Path root = Files.createTempDirectory("slipway-bench-");
    Files.createSymbolicLink(root.resolve("lib"), directory.resolve("lib").toAbsolutePath());
    String file = handler.getName().replace('.', '/') + ".class";
    Files.createDirectories(root.resolve(file).getParent());
    try (InputStream bytes = handler.getResourceAsStream("/" + file)) {
      Files.copy(Objects.requireNonNull(bytes, file), root.resolve(file));
    }
    List<String> other = new ArrayList<>(command);
    other.set(other.size() - 1, handler.getName() + "::handleRequest"); // its last argument
    return new Contender(name, other, root, environment)
        .with(Map.of("LAMBDA_TASK_ROOT", root.toString()));
  }

  /** The same, on one processor: a function has no more at these sizes. */
  Contender onOneProcessor(int processor) {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(processor)));
    pinned.addAll(command);
    return new Contender(name, pinned, directory, environment);
  }

  /** The same in an account. */
  Contender in(Website website) {
    Map<String, String> lambda = new TreeMap<>(website.clientEnvironment());
    lambda.put("AWS_LAMBDA_FUNCTION_NAME", "slipway-deploy");
    lambda.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    lambda.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
    lambda.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    lambda.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/slipway-deploy");
    lambda.put("AWS_LAMBDA_LOG_STREAM_NAME", "[1]bench");
    lambda.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
    lambda.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    lambda.put("TZ", ":UTC");
    lambda.put("LANG", "en_US.UTF-8");
    lambda.putAll(environment);
    return new Contender(name, command, directory, lambda);
  }

  String arn() {
    return "arn:aws:lambda:us-east-1:123456789012:function:slipway-deploy:live";
  }

  /** What the runtime API needs to know of a function. */
  FunctionSettings function() {
    Account account = new Account(Account.DEFAULT_ID, "us-east-1");
    return new FunctionSettings(
        "slipway-deploy",
        name,
        directory,
        Map.of(),
        Duration.ofSeconds(60),
        1024,
        true,
        "/aws/lambda/slipway-deploy",
        new FunctionSettings.Identity(account.root(), "bench", "bench", null),
        Map.of(),
        List.of(),
        FunctionSettings.Asynchronous.byDefault());
  }
}
