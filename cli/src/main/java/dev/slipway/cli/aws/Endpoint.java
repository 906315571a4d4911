package dev.slipway.cli.aws;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * Another endpoint than AWS's own, and where it is said: one that was forgotten is why a command
 * finds nothing.
 *
 * @param source the option, the variable or the profile's setting
 * @see <a
 *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">Service-specific
 *     endpoints</a>
 */
record Endpoint(URI uri, String source) {
  private static final int HTTPS = 443;
  private static final String VARIABLE = "AWS_ENDPOINT_URL";

  /**
   * The endpoint of a service, as AWS's tools look for it; empty for AWS's own.
   *
   * @param service as its variable names it, such as {@code LAMBDA}
   * @throws StackException if it is no URL
   */
  static Optional<Endpoint> of(Connection connection, String service) {
    if (connection.endpoint().isPresent()) {
      return connection.endpoint().map(uri -> new Endpoint(uri, "--endpoint-url"));
    }
    if ("true".equalsIgnoreCase(variable(connection, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) {
      return Optional.empty();
    }
    for (String name : new String[] {VARIABLE + "_" + service, VARIABLE}) {
      String value = variable(connection, name);
      if (!value.isEmpty()) {
        return Optional.of(parse(value, name));
      }
    }
    String profile = connection.profile().orElse(variable(connection, "AWS_PROFILE"));
    return ProfileFile.defaultProfileFile()
        .profile(profile.isEmpty() ? "default" : profile)
        .flatMap(found -> found.property("endpoint_url"))
        .map(value -> parse(value, "endpoint_url of the profile"));
  }

  private static String variable(Connection connection, String name) {
    return connection.environment().getOrDefault(name, "").strip();
  }

  private static Endpoint parse(String value, String source) {
    try {
      URI uri = URI.create(value);
      if (uri.getHost() != null && uri.getScheme() != null && uri.getScheme().startsWith("http")) {
        return new Endpoint(uri, source);
      }
    } catch (IllegalArgumentException _) {
      // reported below
    }
    throw new StackException(
        "%s is no URL of a server: %s. Set it to one such as http://127.0.0.1:4566, or unset it to reach AWS itself"
            .formatted(source, value));
  }

  /**
   * Whether a server begins TLS there, where that is asked for: a port that speaks plain HTTP may
   * wait for more for ever. The SDK waits for an answer as long as a function may take. Whatever
   * else goes wrong the SDK finds out by itself, on its own way there, such as by a proxy.
   *
   * @throws StackException if it takes the connection, and does not begin TLS within this time
   */
  void requireTls(Duration timeout) {
    if (!uri.getScheme().equals("https")) {
      return;
    }
    int port = uri.getPort() < 0 ? HTTPS : uri.getPort();
    int millis = Math.toIntExact(timeout.toMillis());
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(uri.getHost(), port), millis);
      plain.setSoTimeout(millis);
      try (SSLSocket tls =
          (SSLSocket)
              ((SSLSocketFactory) SSLSocketFactory.getDefault())
                  .createSocket(plain, uri.getHost(), port, true)) {
        handshake(tls);
      }
    } catch (IOException _) {
      // the SDK says so
    }
  }

  private void handshake(SSLSocket tls) throws IOException {
    try {
      tls.startHandshake();
    } catch (SocketTimeoutException e) {
      throw new StackException(
          "nothing speaks TLS at %s (%s): %s. Say http:// if it is plain HTTP, or %s"
              .formatted(
                  uri,
                  source,
                  Reachability.sentence(e).orElseGet(() -> String.valueOf(e.getMessage())),
                  source.startsWith("--")
                      ? "leave --endpoint-url out to reach AWS itself"
                      : "unset %s to reach AWS itself".formatted(source)),
          e);
    }
  }

  /** Such as {@code , at http://127.0.0.1:4566 (AWS_ENDPOINT_URL)}. */
  String place() {
    return ", at %s (%s)".formatted(uri, source);
  }

  /** What to do where nothing, or the wrong thing, answers there. */
  String remedy() {
    return source.startsWith("--")
        ? ". Does anything listen there? Without --endpoint-url it is AWS itself"
        : ". Does anything listen there? Unset %s to reach AWS itself".formatted(source);
  }
}
