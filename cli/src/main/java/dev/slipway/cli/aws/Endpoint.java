package dev.slipway.cli.aws;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import java.net.URI;
import java.util.Optional;
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
