package dev.slipway.cli.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.cli.stack.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * A page about a stack, on 127.0.0.1 alone, for whoever knows its URL.
 *
 * <p>The server is the JDK's. Every reply forbids the browser whatever the page does not need: see
 * docs/decisions/0039-dashboard.md.
 */
public final class Dashboard implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;

  /** A plan's request is short; its longest member is a note. */
  private static final int MAX_BODY = 64 * 1024;

  /** So long the end waits for what is being answered, so that a change under way is told. */
  private static final int ENDING_SECONDS = 10;

  private static final Map<String, String> ALWAYS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-store",
          "X-Frame-Options",
          "DENY",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answering = new AtomicInteger();
  private final PageFiles files = new PageFiles();
  private final String token;
  private final Guard guard;
  private final Api api;
  private final BiConsumer<String, Throwable> defects;

  /**
   * What the page says of itself.
   *
   * @param stack its name
   * @param environment whose services alone are shown; empty for all
   * @param readOnly whether nothing can be changed
   */
  public record About(String stack, Optional<String> environment, boolean readOnly) {}

  private Dashboard(
      HttpServer server,
      Stack stack,
      About about,
      InstantSource clock,
      BiConsumer<String, Throwable> defects) {
    SecureRandom random = new SecureRandom();
    this.server = server;
    this.token = secret(random);
    this.guard = new Guard(server.getAddress().getPort(), token);
    this.api = new Api(stack, about, new Plans(() -> secret(random), clock), clock);
    this.defects = defects;
  }

  /**
   * Asks the stack how its services stand, and then serves the page until it is closed.
   *
   * @param port to listen on; 0 for one that is free
   * @param defects told what this class did not expect
   * @throws Refusal if the stack refuses
   * @throws StackException if the stack gives no answer
   * @throws IOException if the port is taken
   */
  public static Dashboard open(
      int port,
      Stack stack,
      About about,
      InstantSource clock,
      BiConsumer<String, Throwable> defects)
      throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    Dashboard dashboard = new Dashboard(server, stack, about, clock, defects);
    server.setExecutor(dashboard.threads);
    server.createContext("/", dashboard::answer);
    try {
      dashboard.api.look();
    } catch (RuntimeException e) {
      dashboard.close();
      throw e;
    }
    server.start();
    return dashboard;
  }

  private static String secret(SecureRandom random) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Where it is, with the token: a browser does not send what is behind the {@code #}. */
  public URI url() {
    return URI.create(
        "http://127.0.0.1:%d/#token=%s".formatted(server.getAddress().getPort(), token));
  }

  private void answer(HttpExchange exchange) throws IOException {
    answering.incrementAndGet();
    try (exchange) {
      send(exchange, reply(exchange));
    } finally {
      answering.decrementAndGet();
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String method = exchange.getRequestMethod();
    Headers headers = exchange.getRequestHeaders();
    Optional<Reply> refused = guard.refusal(headers);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (Api.isRead(path) || Api.isChange(path)) {
      String allowed = Api.isChange(path) ? "POST" : "GET";
      if (!method.equals(allowed)) {
        return notAllowed(allowed);
      }
      return guard.refusalOfData(headers).orElseGet(() -> data(exchange, path));
    }
    Optional<Reply> file = files.file(path);
    if (file.isEmpty()) {
      return Reply.refused(404, "there is nothing here");
    }
    return method.equals("GET") || method.equals("HEAD") ? file.get() : notAllowed("GET, HEAD");
  }

  private static Reply notAllowed(String allowed) {
    Reply reply = Reply.refused(405, "this is not how it is asked");
    return new Reply(reply.status(), reply.type(), reply.body(), Map.of("Allow", allowed));
  }

  private Reply data(HttpExchange exchange, String path) {
    Headers headers = exchange.getRequestHeaders();
    try {
      if (!Api.isChange(path)) {
        return api.read(
            path,
            service(exchange.getRequestURI()),
            Optional.ofNullable(headers.getFirst("If-None-Match")));
      }
      if (!"application/json".equals(headers.getFirst("Content-Type"))) {
        return Reply.refused(415, "expected application/json");
      }
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      return body.length > MAX_BODY
          ? Reply.refused(413, "the request is too long")
          : api.change(path, new String(body, StandardCharsets.UTF_8));
    } catch (Refusal e) {
      return Reply.refused(409, Text.of(String.valueOf(e.getMessage())));
    } catch (StackException e) {
      return Reply.failed(502, Text.of(String.valueOf(e.getMessage())));
    } catch (IOException | RuntimeException e) {
      defects.accept(path, e);
      return Reply.failed(500, "a defect of the dashboard: the terminal in which it runs has more");
    }
  }

  /** {@code ?service=cluster/name}; nothing else is ever asked. */
  private static Optional<String> service(URI uri) {
    String query = uri.getRawQuery();
    String member = "service=";
    return query == null || !query.startsWith(member)
        ? Optional.empty()
        : Optional.of(URLDecoder.decode(query.substring(member.length()), StandardCharsets.UTF_8))
            .filter(name -> !name.isBlank());
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    ALWAYS.forEach(headers::set);
    headers.set("Content-Type", reply.type());
    reply.headers().forEach(headers::set);
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : body.length);
    if (!bodiless) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Takes no more requests, answers those that are there, and frees the port. */
  @Override
  public void close() {
    server.stop(answering.get() > 0 ? ENDING_SECONDS : 0);
    threads.shutdown();
  }
}
