package dev.slipway.simulator.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The API by which one process of a function asks for its next invocation and answers it (<a
 * href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>), on
 * loopback, at a port of its own.
 */
public final class RuntimeApi implements AutoCloseable {
  /** What the process said of an invocation: its answer, or what failed. */
  public record Reply(boolean failed, String payload) {}

  /** An invocation in the hands of the process. */
  public static final class Given {
    private final Invocation invocation;
    private final long deadline;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final CompletableFuture<Reply> replied = new CompletableFuture<>();

    private Given(Invocation invocation, long deadline) {
      this.invocation = invocation;
      this.deadline = deadline;
    }

    /**
     * Comes when the process asks for its next invocation: as in Lambda, that ends this one. Errors
     * are logged after they have been told.
     */
    public CompletableFuture<Void> finished() {
      return finished;
    }

    /** Comes as soon as the process has said something, be it an answer or what failed. */
    public CompletableFuture<Reply> replied() {
      return replied;
    }

    /** What the process said, if it has. */
    @Nullable Reply reply() {
      return replied.getNow(null);
    }
  }

  private static final String ROOT = "/2018-06-01/runtime/";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LinkedBlockingQueue<Given> waiting = new LinkedBlockingQueue<>();
  private final CompletableFuture<Reply> initialised = new CompletableFuture<>();
  private final CompletableFuture<Void> checkpoint = new CompletableFuture<>();
  private final CompletableFuture<Void> restored = new CompletableFuture<>();
  private volatile @Nullable Given current;

  /** Begins to listen. */
  public RuntimeApi() {
    // without it every answer waits for the acknowledgement of its headers, for 40 ms
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback for a function's process", e);
    }
    server.setExecutor(threads);
    server.createContext(ROOT, this::handle);
    server.start();
  }

  /** Host and port, for the variable {@code AWS_LAMBDA_RUNTIME_API}. */
  public String address() {
    return server.getAddress().getAddress().getHostAddress() + ":" + server.getAddress().getPort();
  }

  /**
   * Comes when the process has either asked for its first invocation (not failed) or said why it
   * could not be initialised.
   */
  public CompletableFuture<Reply> initialised() {
    return initialised;
  }

  /**
   * Hands an invocation to the process.
   *
   * @param deadline when its time is out, in milliseconds of the real clock: the runtime compares
   */
  public Given give(Invocation invocation, long deadline) {
    Given given = new Given(invocation, deadline);
    waiting.add(given);
    return given;
  }

  /**
   * Comes when a process that was started for SnapStart is ready for its snapshot: initialised, and
   * through with what it does before a checkpoint.
   */
  public CompletableFuture<Void> checkpoint() {
    return checkpoint;
  }

  /** Lets a process that waits at its checkpoint go on, as one that starts from a snapshot does. */
  public void restore() {
    restored.complete(null);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(ROOT.length());
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Given given = current;
      if (path.equals("invocation/next")) {
        next(exchange);
      } else if (path.equals("restore/next")) {
        checkpoint.complete(null);
        restored.join();
        answer(exchange, 200, "{}");
      } else if (path.equals("init/error") || path.equals("restore/error")) {
        initialised.complete(new Reply(true, body));
        answer(exchange, 202, "{\"status\":\"OK\"}");
      } else if (given != null && path.equals(pathOf(given, "response"))) {
        given.replied.complete(new Reply(false, body.isEmpty() ? "null" : body));
        answer(exchange, 202, "{\"status\":\"OK\"}");
      } else if (given != null && path.equals(pathOf(given, "error"))) {
        given.replied.complete(new Reply(true, body));
        answer(exchange, 202, "{\"status\":\"OK\"}");
      } else {
        answer(
            exchange,
            404,
            "{\"errorType\":\"NotFound\",\"errorMessage\":\"nothing is at " + path + "\"}");
      }
    }
  }

  private static String pathOf(Given given, String what) {
    return "invocation/" + given.invocation.requestId() + "/" + what;
  }

  private void next(HttpExchange exchange) throws IOException {
    initialised.complete(new Reply(false, ""));
    Given former = current;
    if (former != null) {
      former.finished.complete(null);
    }
    Given given;
    try {
      given = waiting.take();
    } catch (InterruptedException e) {
      // the process is being ended: it gets no answer
      Thread.currentThread().interrupt();
      return;
    }
    current = given;
    exchange
        .getResponseHeaders()
        .set("Lambda-Runtime-Aws-Request-Id", given.invocation.requestId());
    exchange.getResponseHeaders().set("Lambda-Runtime-Deadline-Ms", Long.toString(given.deadline));
    exchange
        .getResponseHeaders()
        .set("Lambda-Runtime-Invoked-Function-Arn", given.invocation.invokedArn());
    answer(exchange, 200, given.invocation.payload());
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
