package dev.slipway.simulator.lambda;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.sqs.Outgoing;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.LambdaApi;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** AWS Lambda: functions, their invocation, and the event source mappings that feed them. */
public final class LambdaService implements LambdaApi, AutoCloseable {
  private static final String LATEST = "$LATEST";
  private static final int REMEMBERED_LINES = 10_000;
  private static final int TAIL_BYTES = 4_096;
  private static final DateTimeFormatter STREAM_DATE =
      DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final World world;
  private final Authorizer authorizer;
  private final Journal journal;
  private final Account account;
  private final SqsService sqs;
  private final LogsService cloudWatch;
  private final FunctionRuntime runtime;
  private final Map<String, FunctionSettings> functions = new LinkedHashMap<>();
  private final List<EventSourceMapping> mappings = new ArrayList<>();
  private final Map<String, Deque<String>> logs = new LinkedHashMap<>();
  private final Map<String, Integer> invocations = new LinkedHashMap<>();
  private final ExecutorService invokers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("invocation-", 0).factory());

  private final String began;
  private volatile boolean closed;

  /**
   * Lambda, without functions yet.
   *
   * @param sqs where event source mappings take messages from
   * @param cloudWatch where functions' log groups are
   * @param runtime runs the functions; closed with this
   */
  public LambdaService(
      World world,
      Authorizer authorizer,
      Journal journal,
      Account account,
      SqsService sqs,
      LogsService cloudWatch,
      FunctionRuntime runtime) {
    this.world = world;
    this.authorizer = authorizer;
    this.journal = journal;
    this.account = account;
    this.sqs = sqs;
    this.cloudWatch = cloudWatch;
    this.runtime = runtime;
    this.began = STREAM_DATE.format(world.now());
  }

  /** Creates a function. */
  public void create(FunctionSettings function) {
    world.run(() -> functions.put(function.name(), function));
  }

  /** The ARN of a function, without a qualifier. */
  public String arnOf(String functionName) {
    return account.arn("lambda", "function:" + functionName);
  }

  /**
   * Creates an event source mapping, which begins to take messages at once.
   *
   * @throws AwsError if Lambda would not create it: the queue or the function is not there, the
   *     function's role may not take messages, or the queue's visibility timeout is shorter than
   *     the function's timeout
   */
  public void create(MappingSettings settings) {
    world.run(() -> createUnderLock(settings));
  }

  private void createUnderLock(MappingSettings settings) {
    FunctionReference function = reference(settings.functionName(), settings.qualifier());
    Queue queue =
        sqs.queueByArn(settings.queueArn())
            .orElseThrow(() ->
                AwsError.client(
                    "InvalidParameterValueException",
                    "Error occurred while ReceiveMessage. SQS Error Code:"
                        + " AWS.SimpleQueueService.NonExistentQueue: "
                        + settings.queueArn()));
    for (String action : List.of("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")) {
      try {
        authorizer.authorize(
            function.function().identity().caller(), "sqs:" + action, queue.arn(), Map.of());
      } catch (AwsError e) {
        throw AwsError.client(
            "InvalidParameterValueException",
            "The function execution role does not have permissions to call "
                + action
                + " on SQS: "
                + e.getMessage());
      }
    }
    Duration timeout = function.function().timeout();
    if (queue.visibilityTimeout().compareTo(timeout) < 0) {
      throw AwsError.client(
          "InvalidParameterValueException",
          "Queue visibility timeout: "
              + queue.visibilityTimeout().toSeconds()
              + " seconds is less than Function timeout: "
              + timeout.toSeconds()
              + " seconds");
    }
    EventSourceMapping mapping =
        new EventSourceMapping(
            world, journal, account, queue, settings, function, this::invokeOutside);
    mappings.add(mapping);
    mapping.start();
  }

  /** The newest lines of a function's log, oldest first. */
  public List<String> log(String functionName) {
    return world.call(() -> List.copyOf(logs.getOrDefault(functionName, new ArrayDeque<>())));
  }

  /** How often each function was invoked. */
  public Map<String, Integer> invocations() {
    return world.call(() -> Map.copyOf(invocations));
  }

  // --- invocation

  @Override
  public Answer invoke(Invoke request) {
    PayloadLimits.checkRequest(request.type(), request.payload());
    FunctionReference function =
        world.call(() -> {
          String arn = arnOf(request.functionName());
          String qualified = request.qualifier() == null ? arn : arn + ":" + request.qualifier();
          authorizer.authorize(request.caller(), "lambda:InvokeFunction", qualified, Map.of());
          return reference(request.functionName(), request.qualifier());
        });
    return switch (request.type()) {
      case DRY_RUN -> new Answer(204, null, null, null, "");
      case EVENT -> {
        world.run(() -> invokeLater(function, request.payload()));
        yield new Answer(202, null, null, null, "");
      }
      case REQUEST_RESPONSE -> {
        world.workBegins();
        Outcome outcome;
        try {
          outcome = run(function, request.payload(), newRequestId());
        } finally {
          world.workEnds();
        }
        yield new Answer(
            200,
            outcome.failed() ? "Unhandled" : null,
            request.tail() ? tail(outcome.log()) : null,
            function.version(),
            outcome.payload());
      }
    };
  }

  /** Finds a function by an ARN that may have a qualifier. */
  Optional<FunctionReference> find(String arn) {
    String prefix = arnOf("");
    if (!arn.startsWith(prefix)) {
      return Optional.empty();
    }
    String[] parts = arn.substring(prefix.length()).split(":", 2);
    try {
      return Optional.of(reference(parts[0], parts.length == 2 ? parts[1] : null));
    } catch (AwsError e) {
      return Optional.empty();
    }
  }

  private FunctionReference reference(String name, @Nullable String qualifier) {
    String arn = qualifier == null ? arnOf(name) : arnOf(name) + ":" + qualifier;
    FunctionSettings function = functions.get(name);
    String version = function == null ? null : version(function, qualifier);
    if (function == null || version == null) {
      throw new AwsError("ResourceNotFoundException", 404, "Function not found: " + arn);
    }
    return new FunctionReference(function, qualifier, version, arn);
  }

  private static @Nullable String version(FunctionSettings function, @Nullable String qualifier) {
    if (qualifier == null || qualifier.equals(LATEST)) {
      return LATEST;
    }
    return function.aliases().containsValue(qualifier)
        ? qualifier
        : function.aliases().get(qualifier);
  }

  /**
   * Invokes a function asynchronously, under the world's lock; a failure is tried again after one
   * minute, and after two more (<a
   * href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">error
   * handling of asynchronous invocations</a>).
   */
  void invokeLater(FunctionReference function, String payload) {
    invokeAsynchronously(function, payload, newRequestId(), world.now(), 1);
  }

  private void invokeAsynchronously(
      FunctionReference function, String payload, String requestId, Instant queued, int count) {
    FunctionSettings.Asynchronous settings = function.function().asynchronous();
    invokeOutside(
        function,
        payload,
        requestId,
        outcome -> {
          if (!outcome.failed()) {
            return;
          }
          Duration pause = Duration.ofMinutes(count);
          if (count > settings.maximumRetryAttempts()) {
            giveUp(function, payload, requestId, "RetriesExhausted", count, outcome);
          } else if (world.now().plus(pause).isAfter(queued.plus(settings.maximumEventAge()))) {
            giveUp(function, payload, requestId, "EventAgeExceeded", count, outcome);
          } else {
            journal.note("lambda", function.title() + " failed and is tried again in " + pause);
            world.after(
                pause, () -> invokeAsynchronously(function, payload, requestId, queued, count + 1));
          }
        });
  }

  private void giveUp(
      FunctionReference function,
      String payload,
      String requestId,
      String condition,
      int count,
      Outcome outcome) {
    String destination = function.function().asynchronous().onFailureQueueArn();
    Queue queue = destination == null ? null : sqs.queueByArn(destination).orElse(null);
    if (queue == null) {
      journal.note("lambda", function.title() + ": an event is given up, and dropped");
      return;
    }
    authorizer.authorize(
        function.function().identity().caller(), "sqs:SendMessage", queue.arn(), Map.of());
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("version", "1.0");
    entry.put("timestamp", world.now().toString());
    entry
        .putObject("requestContext")
        .put("requestId", requestId)
        .put("functionArn", arnOf(function.function().name()) + ":" + function.version())
        .put("condition", condition)
        .put("approximateInvokeCount", count);
    entry.putRawValue("requestPayload", new RawValue(payload));
    entry
        .putObject("responseContext")
        .put("statusCode", 200)
        .put("executedVersion", function.version())
        .put("functionError", "Unhandled");
    entry.putRawValue("responsePayload", new RawValue(outcome.payload()));
    queue.send(
        new Outgoing(
            entry.toString(),
            Map.of(),
            null,
            null,
            null,
            null,
            function.function().identity().caller().arn()));
    journal.note("lambda", function.title() + ": an event is given up → " + queue.name());
  }

  /** Runs a function on a thread of its own; what comes of it is settled under the lock. */
  private void invokeOutside(
      FunctionReference function, String payload, String requestId, Consumer<Outcome> settle) {
    if (closed) {
      return; // what the world still had to do after the end
    }
    world.workBegins();
    invokers.execute(() -> {
      try {
        Outcome outcome = run(function, payload, requestId);
        world.run(() -> settle.accept(outcome));
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        // a defect of the simulator: whoever runs the world is to see it
        world.after(
            Duration.ZERO,
            () -> {
              throw new IllegalStateException("could not run " + function.title(), e);
            });
      } finally {
        world.workEnds();
      }
    });
  }

  private void invokeOutside(FunctionReference function, String payload, Consumer<Outcome> settle) {
    invokeOutside(function, payload, newRequestId(), settle);
  }

  private Outcome run(FunctionReference function, String payload, String requestId) {
    world.run(() -> invocations.merge(function.function().name(), 1, Integer::sum));
    String stream = logStream(function);
    print(
        function,
        stream,
        List.of("START RequestId: " + requestId + " Version: " + function.version()));
    long began = System.nanoTime();
    Outcome outcome =
        PayloadLimits.checked(
            runtime.invoke(
                new Invocation(
                    function.function(),
                    function.version(),
                    function.arn(),
                    requestId,
                    stream,
                    payload)));
    double milliseconds = (System.nanoTime() - began) / 1e6;
    List<String> end =
        List.of(
            "END RequestId: " + requestId,
            String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d"
                    + " MB%s",
                requestId,
                milliseconds,
                (long) Math.ceil(milliseconds),
                function.function().memoryMegabytes(),
                outcome.failed() ? "\tStatus: error" : ""));
    List<String> all = new ArrayList<>(outcome.log());
    all.addAll(end);
    print(function, stream, all);
    return new Outcome(outcome.failed(), outcome.payload(), all);
  }

  /** In Lambda every execution environment has a stream of its own; here each version has one. */
  private String logStream(FunctionReference function) {
    String id = UUID.nameUUIDFromBytes(function.arn().getBytes(StandardCharsets.UTF_8)).toString();
    return "%s/[%s]%s".formatted(began, function.version(), id.replace("-", ""));
  }

  private void print(FunctionReference function, String stream, List<String> lines) {
    world.run(() -> {
      String name = function.function().name();
      Deque<String> log = logs.computeIfAbsent(name, _ -> new ArrayDeque<>());
      for (String line : lines) {
        log.addLast(line);
        if (log.size() > REMEMBERED_LINES) {
          log.removeFirst();
        }
        journal.note("lambda", name + ": " + line);
      }
      if (mayLog(function.function(), stream)) {
        cloudWatch.write(function.function().logGroup(), stream, lines);
      }
    });
  }

  /**
   * Whether Lambda may write a function's log as the function's role; otherwise it is lost. A log
   * group that is missing is created if the role may do that.
   */
  private boolean mayLog(FunctionSettings function, String stream) {
    String group = function.logGroup();
    boolean missing = !cloudWatch.has(group);
    String resource = account.arn("logs", "log-group:" + group + ":log-stream:");
    try {
      if (missing) {
        authorizer.authorize(
            function.identity().caller(), "logs:CreateLogGroup", resource, Map.of());
      }
      for (String action : List.of("logs:CreateLogStream", "logs:PutLogEvents")) {
        authorizer.authorize(function.identity().caller(), action, resource + stream, Map.of());
      }
    } catch (AwsError e) {
      journal.note("lambda", function.name() + ": its log is lost: " + e.getMessage());
      return false;
    }
    if (missing) {
      cloudWatch.create(group, null);
    }
    return true;
  }

  private static String tail(List<String> log) {
    byte[] all = (String.join("\n", log) + "\n").getBytes(StandardCharsets.UTF_8);
    int from = Math.max(0, all.length - TAIL_BYTES);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  /** Stops taking messages, and ends every function that runs. */
  @Override
  public void close() {
    closed = true;
    world.run(() -> mappings.forEach(EventSourceMapping::stop));
    runtime.close();
    invokers.close();
  }
}
