package dev.slipway.simulator.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An HTTP response as it goes. */
final class WireResponse {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  WireResponse(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.body = body.clone();
  }

  static WireResponse of(int status, String contentType, String body) {
    return new WireResponse(
        status, Map.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body.clone();
  }
}
