package dev.slipway.cli.dashboard;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask. Every page that a browser shows, and every user of this machine, can reach a
 * loopback address: a request has to be for this address by its Host header (another site's name
 * may resolve to 127.0.0.1), must not come from another origin, and has to know the token, which
 * was printed for the operator alone.
 */
final class Guard {
  /** The request header with the token: no form and no image of another site can send one. */
  static final String TOKEN = "X-Slipway-Token";

  private static final Set<String> SAME = Set.of("same-origin", "none");

  private final Set<String> hosts;
  private final byte[] token;

  Guard(int port, String token) {
    this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    this.token = token.getBytes(StandardCharsets.UTF_8);
  }

  /** Why a request is refused, whatever it asks for; empty if it is not. */
  Optional<Reply> refusal(Headers headers) {
    List<String> host = headers.getOrDefault("Host", List.of());
    if (host.size() != 1 || !hosts.contains(host.getFirst())) {
      return Optional.of(Reply.refused(403, "this is not the host that was asked for"));
    }
    if (isForeign(headers, host.getFirst())) {
      return Optional.of(Reply.refused(403, "another site may not ask this one"));
    }
    return Optional.empty();
  }

  /** Why a request for data, or a change, is refused besides; empty if it is not. */
  Optional<Reply> refusalOfData(Headers headers) {
    List<String> given = headers.getOrDefault(TOKEN, List.of());
    if (given.size() != 1
        || !MessageDigest.isEqual(given.getFirst().getBytes(StandardCharsets.UTF_8), token)) {
      return Optional.of(
          Reply.refused(
              401, "the token is missing or wrong: open the URL that `slipway dashboard` printed"));
    }
    return Optional.empty();
  }

  /** A link on another site may lead here, to the empty page; nothing else of it may. */
  private static boolean isForeign(Headers headers, String host) {
    List<String> origin = headers.getOrDefault("Origin", List.of());
    if (origin.stream().anyMatch(from -> !from.equals("http://" + host))) {
      return true;
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    boolean link =
        "navigate".equals(headers.getFirst("Sec-Fetch-Mode"))
            && "document".equals(headers.getFirst("Sec-Fetch-Dest"));
    return site != null && !SAME.contains(site) && !link;
  }
}
