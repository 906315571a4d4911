package dev.slipway.simulator;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.slipway.aws.Clients;
import dev.slipway.handler.FunctionContext;
import dev.slipway.simulator.lambda.InProcessRuntime;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * Our functions in this JVM: each handler is given its environment and credentials, which it finds
 * in its process otherwise, its invocation's log, and the simulated time.
 */
public final class InProcessFunctions implements InProcessRuntime.HandlerSource {
  private final InstantSource clock;
  private final AtomicInteger generation = new AtomicInteger();
  private final List<Kill> kills = new CopyOnWriteArrayList<>();
  private final List<Running> running = new CopyOnWriteArrayList<>();

  /**
   * @param clock the time that the functions see
   */
  public InProcessFunctions(InstantSource clock) {
    this.clock = clock;
  }

  /** Ends all execution environments: each function's next invocation is a cold start. */
  public void endAll() {
    generation.incrementAndGet();
  }

  @Override
  public InProcessRuntime.Handler create(String handler, Map<String, String> environment)
      throws Exception {
    AtomicReference<Started> started =
        new AtomicReference<>(new Started(generation.get(), start(handler, environment)));
    return (event, answer, context) -> {
      if (started.get().generation() != generation.get()) {
        started.set(new Started(generation.get(), start(handler, environment)));
      }
      started.get().function().handle(event, answer, context);
    };
  }

  /**
   * Kills what runs of a function at this moment: it makes no further call of AWS, and whatever it
   * returns counts for nothing.
   *
   * @param function its name, such as {@code slipway-deploy}
   */
  public void killRunning(String function) {
    of(function).forEach(invocation -> invocation.killed = true);
  }

  /** Lets what runs of a function at this moment have less time until its timeout. */
  public void takeTime(String function, Duration time) {
    of(function).forEach(invocation -> invocation.taken = invocation.taken.plus(time));
  }

  private List<Running> of(String function) {
    return running.stream().filter(invocation -> invocation.function.equals(function)).toList();
  }

  /** An invocation that has not ended. */
  private static final class Running {
    private final String function;
    private volatile boolean killed;
    private volatile Duration taken = Duration.ZERO;

    private Running(String function) {
      this.function = function;
    }

    private void failIfKilled() {
      if (killed) {
        throw new Killed(function);
      }
    }
  }

  /**
   * Ends an execution environment of a function in the middle of its work, as a kill does: before
   * the next call of AWS that comes after so many. Calls count from now on, those of all its
   * invocations together.
   *
   * @param function its name, such as {@code slipway-deploy}
   */
  public Kill killAfter(String function, int calls) {
    Kill kill = new Kill(function, calls);
    kills.add(kill);
    return kill;
  }

  /** A kill that was asked for. */
  public static final class Kill {
    private final String function;
    private final int calls;
    private final AtomicInteger begun = new AtomicInteger();

    private Kill(String function, int calls) {
      this.function = function;
      this.calls = calls;
    }

    /** Whether the function has come so far. */
    public boolean hasHappened() {
      return begun.get() > calls;
    }

    private void begin(String caller) {
      if (caller.equals(function) && begun.getAndIncrement() == calls) {
        throw new Killed(function);
      }
    }
  }

  /** No exception: nothing in a function may catch it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    private Killed(String function) {
      super(function + " was killed");
    }
  }

  private record Started(int generation, InProcessRuntime.Handler function) {}

  private InProcessRuntime.Handler start(String handler, Map<String, String> environment)
      throws Exception {
    String className = handler.substring(0, handler.indexOf("::"));
    AwsCredentials identity =
        AwsSessionCredentials.create(
            variable(environment, "AWS_ACCESS_KEY_ID"),
            variable(environment, "AWS_SECRET_ACCESS_KEY"),
            variable(environment, "AWS_SESSION_TOKEN"));
    String name = variable(environment, "AWS_LAMBDA_FUNCTION_NAME");
    AtomicReference<@Nullable Running> current = new AtomicReference<>();
    // the SDK asks for them once for each call
    AwsCredentialsProvider credentials =
        () -> {
          kills.forEach(kill -> kill.begin(name));
          Optional.ofNullable(current.get()).ifPresent(Running::failIfKilled);
          return identity;
        };
    AtomicReference<List<String>> log = new AtomicReference<>(new ArrayList<>());
    Consumer<String> lines = line -> log.get().add(line);
    RequestStreamHandler function =
        Class.forName(className)
            .asSubclass(RequestStreamHandler.class)
            .getConstructor(FunctionContext.class)
            .newInstance(
                new FunctionContext(
                    new Clients(environment, credentials, InProcessFunctions::withoutPauses),
                    environment,
                    lines,
                    clock));
    return (event, answer, context) -> {
      log.set(context.log());
      Running invocation = new Running(name);
      current.set(invocation);
      running.add(invocation);
      try {
        function.handleRequest(event, answer, asLambdas(context, invocation));
        invocation.failIfKilled();
      } finally {
        running.remove(invocation);
      }
    };
  }

  /** Between attempts only real time would pass, while simulated time stands still. */
  private static void withoutPauses(ClientOverrideConfiguration.Builder clients) {
    clients.retryStrategy(
        AwsRetryStrategy.standardRetryStrategy().toBuilder()
            .backoffStrategy(BackoffStrategy.retryImmediately())
            .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
            .build());
  }

  private static String variable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new AssertionError("a function is not told its " + name);
    }
    return value;
  }

  /** Of Lambda's context, what our handlers ask for. */
  private static com.amazonaws.services.lambda.runtime.Context asLambdas(
      InProcessRuntime.Context context, Running invocation) {
    return (com.amazonaws.services.lambda.runtime.Context)
        Proxy.newProxyInstance(
            InProcessFunctions.class.getClassLoader(),
            new Class<?>[] {com.amazonaws.services.lambda.runtime.Context.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "getRemainingTimeInMillis" ->
                      (int) context.remaining().minus(invocation.taken).toMillis();
                  case "getAwsRequestId" -> context.invocation().requestId();
                  case "getInvokedFunctionArn" -> context.invocation().invokedArn();
                  case String other -> throw new UnsupportedOperationException(other);
                });
  }
}
