package dev.slipway.simulator.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs functions in this JVM, for tests: fast, and within reach of a debugger. A handler is made
 * once for each invocation that runs at the same time, and used again while it is idle, as Lambda
 * does.
 */
public final class InProcessRuntime implements FunctionRuntime {
  /** A handler: takes the event, writes the answer. */
  @FunctionalInterface
  public interface Handler {
    /** Handles one event. */
    void handle(InputStream event, OutputStream answer, Context context) throws Exception;
  }

  /** Makes handlers. */
  @FunctionalInterface
  public interface HandlerSource {
    /**
     * Makes one.
     *
     * @param handler the class name, as the template has it
     * @param environment every variable the function would see
     */
    Handler create(String handler, Map<String, String> environment) throws Exception;
  }

  /**
   * What a handler may ask of its invocation.
   *
   * @param invocation what is handled
   * @param deadlineNanos when {@link System#nanoTime} says that time is out
   * @param log where its lines go
   */
  public record Context(Invocation invocation, long deadlineNanos, List<String> log) {
    /** How much time is left. */
    public Duration remaining() {
      return Duration.ofNanos(deadlineNanos - System.nanoTime());
    }
  }

  private final HandlerSource source;
  private final FunctionEnvironment environment;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("function-", 0).factory());
  private final Map<String, Deque<Handler>> idle = new HashMap<>();

  /**
   * @param environment what a function sees of the world
   * @param source makes the handlers
   */
  public InProcessRuntime(FunctionEnvironment environment, HandlerSource source) {
    this.environment = environment;
    this.source = source;
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    FunctionSettings function = invocation.function();
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    Future<Outcome> running = threads.submit(() -> run(invocation, log));
    try {
      return running.get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      running.cancel(true);
      return Failures.timedOut(invocation, snapshot(log));
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause(), snapshot(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while function " + function.name() + " ran", e);
    }
  }

  private Outcome run(Invocation invocation, List<String> log) throws Exception {
    FunctionSettings function = invocation.function();
    String key = function.name() + ":" + invocation.version();
    Handler handler = takeIdle(key);
    if (handler == null) {
      handler = source.create(function.handler(), environment.of(invocation));
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    Context context =
        new Context(invocation, System.nanoTime() + function.timeout().toNanos(), log);
    Outcome outcome;
    try {
      handler.handle(
          new ByteArrayInputStream(invocation.payload().getBytes(StandardCharsets.UTF_8)),
          answer,
          context);
      String payload = answer.toString(StandardCharsets.UTF_8);
      outcome = new Outcome(false, payload.isEmpty() ? "null" : payload, snapshot(log));
    } catch (Exception e) {
      outcome = failed(e, snapshot(log));
    }
    // one that ran out of time is interrupted and not used again
    if (!Thread.currentThread().isInterrupted()) {
      putIdle(key, handler);
    }
    return outcome;
  }

  private synchronized @Nullable Handler takeIdle(String key) {
    Deque<Handler> handlers = idle.get(key);
    return handlers == null ? null : handlers.pollFirst();
  }

  private synchronized void putIdle(String key, Handler handler) {
    idle.computeIfAbsent(key, _ -> new ArrayDeque<>()).addFirst(handler);
  }

  private static List<String> snapshot(List<String> log) {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  /** As AWS's Java runtime tells of an exception. */
  private static Outcome failed(Throwable e, List<String> log) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("errorMessage", String.valueOf(e.getMessage()));
    error.put("errorType", e.getClass().getName());
    ArrayNode trace = error.putArray("stackTrace");
    for (StackTraceElement element : e.getStackTrace()) {
      trace.add(element.toString());
    }
    List<String> all = new ArrayList<>(log);
    all.add(error.toString());
    return new Outcome(true, error.toString(), all);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
