package dev.slipway.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Where the simulated services are reached: one port, on one or more addresses. */
public final class HttpEndpoint implements AutoCloseable {
  static {
    // read once, when the JDK's server is first used. Without nodelay every answer takes 40 ms
    // longer; an idle connection is kept longer than any SDK keeps it, so that only the client
    // closes it.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "600");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
  }

  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Gateway gateway;
  private final CallRecorder recorder;
  private final int port;

  /**
   * Begins to listen.
   *
   * @param port 0 for any that is free
   * @param addresses the first is the one that {@link #uri} names
   * @throws BindException naming the address that is taken
   */
  public HttpEndpoint(Gateway gateway, CallRecorder recorder, int port, List<InetAddress> addresses)
      throws IOException {
    this.gateway = gateway;
    this.recorder = recorder;
    int chosen = port;
    try {
      for (InetAddress address : addresses) {
        chosen = listen(new InetSocketAddress(address, chosen));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
    this.port = chosen;
  }

  private int listen(InetSocketAddress address) throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (BindException e) {
      BindException named =
          new BindException(
              address.getAddress().getHostAddress()
                  + ":"
                  + address.getPort()
                  + ": "
                  + e.getMessage());
      named.initCause(e);
      throw named;
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    servers.add(server);
    return server.getAddress().getPort();
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** For AWS_ENDPOINT_URL. */
  public URI uri() {
    InetAddress first = servers.getFirst().getAddress().getAddress();
    return URI.create("http://" + first.getHostAddress() + ":" + port);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      WireRequest request = read(exchange);
      var answer = gateway.answer(request);
      if (answer.isEmpty()) {
        return; // closing an exchange that was not answered breaks the connection
      }
      WireResponse response = answer.get();
      recorder.record(request, response);
      response.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = response.body();
      boolean bodyless = body.length == 0 || request.method().equals("HEAD");
      exchange.sendResponseHeaders(response.status(), bodyless ? -1 : body.length);
      if (!bodyless) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static WireRequest read(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    URI uri = exchange.getRequestURI();
    String rawQuery = uri.getRawQuery();
    boolean gzip =
        headers.getOrDefault("content-encoding", List.of()).stream()
            .anyMatch(e -> e.contains("gzip"));
    try (InputStream raw = exchange.getRequestBody();
        InputStream body = gzip ? new GZIPInputStream(raw) : raw) {
      return new WireRequest(
          exchange.getRequestMethod(),
          uri.getPath(),
          rawQuery == null ? Map.of() : FormParameters.parse(rawQuery),
          headers,
          new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
