package dev.slipway.cli.dashboard;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One HTTP request, letter by letter: also such as no client would send. */
final class Http {
  private final int port;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private String method = "GET";
  private String body = "";

  Http(int port) {
    this.port = port;
    headers.put("Host", List.of("127.0.0.1:" + port));
  }

  /**
   * What came back.
   *
   * @param headers by their names in lower case
   */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError(body, e);
      }
    }
  }

  Http with(String name, String... values) {
    headers.put(name, List.of(values));
    return this;
  }

  Http method(String name) {
    method = name;
    return this;
  }

  /** A change as the page asks for one. */
  Http posting(String json) {
    body = json.replace('\'', '"');
    return method("POST").with("Content-Type", "application/json");
  }

  Answer send(String path) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    headers.forEach((name, values) ->
        values.forEach(value -> head.append(name).append(": ").append(value).append("\r\n")));
    head.append("Connection: close\r\nContent-Length: ").append(content.length).append("\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(content);
      socket.getOutputStream().flush();
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    List<String> lines = text.substring(0, end).lines().toList();
    return new Answer(
        Integer.parseInt(lines.getFirst().split(" ", -1)[1]),
        lines.stream()
            .skip(1)
            .collect(
                toMap(
                    line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                    line -> line.substring(line.indexOf(':') + 2),
                    (first, _) -> first)),
        text.substring(end + 4));
  }
}
