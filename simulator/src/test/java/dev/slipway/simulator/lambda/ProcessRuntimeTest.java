package dev.slipway.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.world.Account;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions in processes of their own, from a package that has nothing but the handler in it, over
 * each transport that this machine can run.
 */
@ParameterizedClass
@MethodSource("transports")
class ProcessRuntimeTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path packageDirectory;

  private final RuntimeTransport transport;
  private ProcessRuntime runtime;

  ProcessRuntimeTest(RuntimeTransport transport) {
    this.transport = transport;
  }

  static Set<RuntimeTransport> transports() {
    return EnumSet.of(RuntimeTransport.JAVA, RuntimeTransport.ofThisMachine());
  }

  @BeforeAll
  static void buildPackage() throws IOException {
    String resource = ProbeHandler.class.getName().replace('.', '/') + ".class";
    Path target = packageDirectory.resolve(resource);
    Files.createDirectories(target.getParent());
    try (InputStream bytes = ProbeHandler.class.getClassLoader().getResourceAsStream(resource)) {
      assertThat(bytes).isNotNull();
      Files.copy(bytes, target);
    }
  }

  @BeforeEach
  void begin() {
    runtime =
        new ProcessRuntime(
            new FunctionEnvironment(
                new Account(Account.DEFAULT_ID, "eu-west-1"), () -> "http://127.0.0.1:4566"),
            transport);
  }

  @AfterEach
  void end() {
    runtime.close();
  }

  private static FunctionSettings function(Map<String, String> environment, Duration timeout) {
    return Functions.function(
        ProbeHandler.class.getName() + "::handleRequest", packageDirectory, environment, timeout);
  }

  private static FunctionSettings function() {
    return function(Map.of(), Duration.ofSeconds(60));
  }

  private Outcome invoke(FunctionSettings function, String what) {
    return runtime.invoke(invocation(function, what));
  }

  private static Invocation invocation(FunctionSettings function, String what) {
    return new Invocation(
        function,
        "1",
        "arn:aws:lambda:eu-west-1:123456789012:function:deploy:live",
        UUID.randomUUID().toString(),
        "2026/11/21/[1]0",
        "\"" + what + "\"");
  }

  private static JsonNode json(Outcome outcome) {
    try {
      return JSON.readTree(outcome.payload());
    } catch (IOException e) {
      throw new IllegalArgumentException(outcome.payload(), e);
    }
  }

  @Test
  void sees_the_variables_of_the_template_and_of_lambda_and_no_others() {
    JsonNode seen =
        json(
            invoke(
                function(
                    Map.of("SLIPWAY_QUEUE_URL", "http://queue", "AWS_REGION", "forged"),
                    Duration.ofSeconds(60)),
                "environment"));

    assertThat(seen.path("SLIPWAY_QUEUE_URL").asText()).isEqualTo("http://queue");
    assertThat(seen.path("AWS_REGION").asText()).isEqualTo("eu-west-1");
    assertThat(seen.path("AWS_ENDPOINT_URL").asText()).isEqualTo("http://127.0.0.1:4566");
    assertThat(seen.path("AWS_ACCESS_KEY_ID").asText()).isEqualTo("AKIADEPLOY");
    assertThat(seen.path("LAMBDA_TASK_ROOT").asText()).isEqualTo(packageDirectory.toString());
    assertThat(seen.properties().stream().map(Map.Entry::getKey))
        .allMatch(name ->
            name.startsWith("AWS_")
                || List.of(
                        "SLIPWAY_QUEUE_URL", "LAMBDA_TASK_ROOT", "_HANDLER", "PATH", "TZ", "LANG")
                    .contains(name));
  }

  @Test
  void has_the_memory_of_the_template() {
    // three quarters of 256 MB
    assertThat(json(invoke(function(), "heap")).asInt()).isBetween(180, 192);
  }

  @Test
  void knows_as_what_it_was_invoked_and_how_long_it_may_take() {
    assertThat(json(invoke(function(), "context")).asText())
        .isEqualTo("deploy arn:aws:lambda:eu-west-1:123456789012:function:deploy:live true");
  }

  @Test
  void uses_a_warm_process_again_and_another_one_while_it_is_busy() throws Exception {
    FunctionSettings function = function();
    String first = invoke(function, "pid").payload();
    assertThat(invoke(function, "pid").payload()).isEqualTo(first);
    assertThat(invoke(function, "invocations").payload()).isEqualTo("3");

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket hung = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FunctionSettings impatient = function(Map.of(), Duration.ofSeconds(3));
      Future<Outcome> busy = threads.submit(() -> invoke(impatient, "hang " + hung.getLocalPort()));
      try (Socket _ = hung.accept()) {
        String second = invoke(function, "pid").payload();

        assertThat(second).isNotEqualTo(first);
        assertThat(busy.get().failed()).isTrue();
        assertThat(invoke(function, "pid").payload()).isEqualTo(second);
      }
    }
  }

  @Test
  void gives_the_lines_it_wrote() {
    assertThat(invoke(function(), "log").log())
        .contains("said by the logger", "said on standard out");
  }

  @Test
  void tells_what_the_function_threw_and_goes_on() {
    FunctionSettings function = function();
    Outcome outcome = invoke(function, "throw");

    assertThat(outcome.failed()).isTrue();
    assertThat(json(outcome).path("errorType").asText())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(json(outcome).path("errorMessage").asText()).isEqualTo("thrown by the function");
    assertThat(json(outcome).path("stackTrace").path(0).asText())
        .startsWith(ProbeHandler.class.getName() + ".handleRequest");
    assertThat(outcome.log()).anyMatch(line -> line.contains("thrown by the function"));
    assertThat(invoke(function, "invocations").payload()).isEqualTo("2");
  }

  @Test
  void ends_a_process_that_runs_out_of_time_and_starts_a_fresh_one() throws IOException {
    FunctionSettings function = function(Map.of(), Duration.ofSeconds(2));
    invoke(function, "pid");

    Outcome outcome;
    try (ServerSocket hung = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      outcome = invoke(function, "hang " + hung.getLocalPort());
    }

    assertThat(outcome.failed()).isTrue();
    assertThat(json(outcome).path("errorType").asText()).isEqualTo("Sandbox.Timedout");
    assertThat(json(outcome).path("errorMessage").asText())
        .endsWith("Task timed out after 2.00 seconds");
    assertThat(invoke(function, "invocations").payload()).isEqualTo("1");
  }

  @Test
  void tells_of_a_process_that_ends() {
    FunctionSettings function = function();
    Outcome outcome = invoke(function, "exit");

    assertThat(outcome.failed()).isTrue();
    assertThat(json(outcome).path("errorType").asText()).isEqualTo("Runtime.ExitError");
    assertThat(json(outcome).path("errorMessage").asText())
        .endsWith("Runtime exited with error: exit status 7");
    assertThat(invoke(function, "invocations").payload()).isEqualTo("1");
  }

  @Test
  void tells_of_a_process_that_is_killed() throws Exception {
    FunctionSettings function = function();
    long pid = json(invoke(function, "pid")).asLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket hung = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Future<Outcome> hanging =
          threads.submit(() -> invoke(function, "hang " + hung.getLocalPort()));
      try (Socket _ = hung.accept()) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertThat(json(hanging.get()).path("errorMessage").asText())
            .endsWith("Runtime exited with error: signal: killed");
      }
    }
  }

  @Test
  void shows_the_functions_own_message_when_it_cannot_be_initialised() {
    Outcome outcome =
        invoke(
            function(Map.of("FAIL_INIT", "slipway.yaml: line 3"), Duration.ofSeconds(60)), "pid");

    assertThat(outcome.failed()).isTrue();
    assertThat(outcome.payload() + outcome.log()).contains("slipway.yaml: line 3");
  }

  /** What AWS's client does around a snapshot calls what is native of it, too. */
  @Test
  void passes_the_checkpoint_of_a_function_with_snap_start() throws Exception {
    FunctionSettings function = function();
    try (RuntimeInterfaceClient client = new RuntimeInterfaceClient(transport);
        RuntimeApi api = new RuntimeApi()) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(client.arguments(function.handler()).toList());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(packageDirectory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.environment().clear();
      builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
      builder.environment().put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
      Process process = builder.start();
      try {
        api.checkpoint().get(60, TimeUnit.SECONDS);
        assertThat(api.initialised()).isNotDone();

        api.restore();
        RuntimeApi.Given given =
            api.give(invocation(function, "invocations"), System.currentTimeMillis() + 60_000);

        assertThat(given.replied().get(60, TimeUnit.SECONDS))
            .isEqualTo(new RuntimeApi.Reply(false, "1"));
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void says_where_the_package_should_be() {
    Path missing = packageDirectory.resolve("not-built");
    Outcome outcome =
        invoke(Functions.function("Any", missing, Map.of(), Duration.ofSeconds(60)), "pid");

    assertThat(outcome.failed()).isTrue();
    assertThat(outcome.payload()).contains(missing.toString(), "sam build");
  }

  @Test
  void leaves_no_process_behind() {
    List<ProcessHandle> before = children();
    invoke(function(), "pid");
    assertThat(children().size()).isGreaterThan(before.size());

    runtime.close();

    assertThat(children()).hasSameSizeAs(before);
  }

  private static List<ProcessHandle> children() {
    return new ArrayList<>(
        ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList());
  }
}
