package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BinaryOperator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A server on the loopback address that gives prepared answers to AWS's JSON protocols. */
public final class LoopbackAws implements AutoCloseable {
  /** Where it gives credentials, as Lambda does to functions that started from a snapshot. */
  public static final String CREDENTIALS_PATH = "/v1/credentials";

  /** The access key id that it gives there. */
  public static final String CONTAINERS_KEY = "container";

  /**
   * A request as it arrived.
   *
   * @param operation without the service's prefix
   */
  public record Received(
      String operation, String body, String contentLength, String authorization) {
    /** The body's document. */
    public JsonNode json() {
      try {
        return Json.read(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Prepared(int status, String body, int announcedLength, boolean damaged) {
    Prepared(int status, String body) {
      this(status, body, body.getBytes(StandardCharsets.UTF_8).length, false);
    }
  }

  private final HttpServer server;
  private final Map<String, Queue<Prepared>> answers = new HashMap<>();
  private final Map<String, Prepared> standing = new HashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private @Nullable BinaryOperator<String> others;
  private final Clients clients;

  /** Listens on a free port. */
  public LoopbackAws() {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.createContext(CREDENTIALS_PATH, LoopbackAws::giveCredentials);
    server.start();
    clients = new Clients(environment(), credentials());
  }

  /** The variables that make a function call this server. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_REGION",
        "us-east-1",
        "AWS_ENDPOINT_URL",
        "http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Credentials that mean nothing. */
  public static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"));
  }

  /** Clients of this server. */
  public Clients clients() {
    return clients;
  }

  /** Prepares the next answer to an operation. */
  public LoopbackAws answers(String operation, String body) {
    return answers(operation, 200, body);
  }

  /** Prepares the answer to an operation for whenever no other is prepared. */
  public synchronized LoopbackAws always(String operation, String body) {
    standing.put(operation, new Prepared(200, body));
    return this;
  }

  /**
   * Answers whatever no answer is prepared for.
   *
   * @param by gives the body of an answer, by the operation and the body of the request
   */
  public synchronized LoopbackAws otherwise(BinaryOperator<String> by) {
    others = by;
    return this;
  }

  /** Prepares DynamoDB's answer to a transaction that it cancels. */
  public LoopbackAws cancels(String... reasons) {
    ObjectNode error =
        Json.object()
            .put("__type", "com.amazonaws.dynamodb.v20120810#TransactionCanceledException")
            .put("Message", "Transaction cancelled, please refer cancellation reasons");
    ArrayNode list = error.putArray("CancellationReasons");
    for (String reason : reasons) {
      list.addObject().put("Code", reason).put("Message", "in words: " + reason);
    }
    return answers("TransactWriteItems", 400, error.toString());
  }

  /** Prepares an error as the next answer to an operation. */
  public LoopbackAws fails(String operation, int status, String code, String message) {
    return answers(
        operation, status, Json.object().put("__type", code).put("message", message).toString());
  }

  /** Prepares an answer that breaks off in the middle. */
  public LoopbackAws breaksOff(String operation, String body) {
    prepare(operation, new Prepared(200, body, body.length() + 100, false));
    return this;
  }

  /** Prepares an answer that is not what its checksum was made of, where the service sends one. */
  public LoopbackAws damages(String operation, String body) {
    prepare(operation, new Prepared(200, body, body.getBytes(StandardCharsets.UTF_8).length, true));
    return this;
  }

  private LoopbackAws answers(String operation, int status, String body) {
    prepare(operation, new Prepared(status, body));
    return this;
  }

  private synchronized void prepare(String operation, Prepared answer) {
    answers.computeIfAbsent(operation, _ -> new ArrayDeque<>()).add(answer);
  }

  /** All requests until now. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** The requests for one operation. */
  public List<Received> received(String operation) {
    return received.stream().filter(r -> r.operation().equals(operation)).toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      String operation = target.substring(target.lastIndexOf('.') + 1);
      Received request =
          new Received(
              operation,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              exchange.getRequestHeaders().getFirst("Content-Length"),
              exchange.getRequestHeaders().getFirst("Authorization"));
      received.add(request);
      Prepared answer = answerTo(request);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
      if (target.startsWith("DynamoDB_")) {
        // DynamoDB sends the CRC32 of each response; the SDK compares it with what arrived
        CRC32 sum = new CRC32();
        sum.update(body);
        exchange
            .getResponseHeaders()
            .add("x-amz-crc32", Long.toString(sum.getValue() ^ (answer.damaged() ? 1 : 0)));
      }
      exchange.sendResponseHeaders(answer.status(), answer.announcedLength());
      exchange.getResponseBody().write(body);
      exchange.getResponseBody().flush();
    }
  }

  private synchronized Prepared answerTo(Received request) {
    Queue<Prepared> prepared = answers.getOrDefault(request.operation(), new ArrayDeque<>());
    if (!prepared.isEmpty()) {
      return prepared.remove();
    }
    if (standing.containsKey(request.operation())) {
      return standing.get(request.operation());
    }
    if (others == null) {
      return unprepared(request.operation());
    }
    try {
      return new Prepared(200, others.apply(request.operation(), request.body()));
    } catch (IllegalStateException noAnswer) {
      return unprepared(request.operation() + ": " + noAnswer.getMessage());
    }
  }

  private static void giveCredentials(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body =
          Json.object()
              .put("AccessKeyId", CONTAINERS_KEY)
              .put("SecretAccessKey", "secret")
              .put("Token", "session")
              .put("Expiration", "2999-01-01T00:00:00Z")
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Prepared unprepared(String operation) {
    String body =
        Json.object()
            .put("__type", "NotPreparedException")
            .put("message", "the test prepared no answer to " + operation)
            .toString();
    return new Prepared(400, body);
  }

  @Override
  public void close() {
    clients.close();
    server.stop(0);
  }
}
