package dev.slipway.simulator.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request as it came.
 *
 * @param path decoded
 * @param query decoded; of a repeated parameter the last
 * @param headers by lower-case name
 * @param body with its content encoding taken off
 */
record WireRequest(
    String method,
    String path,
    Map<String, String> query,
    Map<String, List<String>> headers,
    String body) {
  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).map(List::getFirst);
  }
}
