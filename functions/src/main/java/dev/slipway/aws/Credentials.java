package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By which AWS knows the function's role.
 *
 * @param sessionToken null for those of a user
 */
public record Credentials(
    String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {

  @Override
  public String toString() {
    return accessKeyId; // the rest is secret
  }

  /** Where credentials come from. */
  public interface Source {
    /** Those to be used now. */
    Credentials current();
  }

  /**
   * Those of a function: in its variables, or after a start from a snapshot, where they would be
   * outdated, at the endpoint that its variables name (<a
   * href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html#snapstart-credentials">SnapStart's
   * credentials</a>).
   */
  static Source of(Map<String, String> environment, Http http, InstantSource clock) {
    String accessKeyId = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secretAccessKey = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    if (!accessKeyId.isEmpty() && !secretAccessKey.isEmpty()) {
      String token = environment.getOrDefault("AWS_SESSION_TOKEN", "");
      Credentials fixed =
          new Credentials(accessKeyId, secretAccessKey, token.isEmpty() ? null : token);
      return () -> fixed;
    }
    String endpoint = environment.getOrDefault("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    if (endpoint.isEmpty()) {
      return () -> {
        throw new IllegalStateException(
            "no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor"
                + " AWS_CONTAINER_CREDENTIALS_FULL_URI are set, of which Lambda sets one for every"
                + " function");
      };
    }
    return new FromEndpoint(
        URI.create(endpoint),
        environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", ""),
        http,
        clock);
  }

  /** Asks again a while before they expire; until they have, a failure to get others is no harm. */
  private static final class FromEndpoint implements Source {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final URI endpoint;
    private final String authorization;
    private final Http http;
    private final InstantSource clock;
    private @Nullable Credentials held;
    private Instant expires = Instant.MIN;

    FromEndpoint(URI endpoint, String authorization, Http http, InstantSource clock) {
      this.endpoint = endpoint;
      this.authorization = authorization;
      this.http = http;
      this.clock = clock;
    }

    @Override
    public synchronized Credentials current() {
      Credentials known = held;
      Instant now = clock.instant();
      if (known != null && now.isBefore(expires.minus(AHEAD))) {
        return known;
      }
      try {
        return fetch();
      } catch (IOException e) {
        if (known != null && now.isBefore(expires)) {
          return known;
        }
        throw new UncheckedIOException("no credentials from " + endpoint, e);
      }
    }

    private Credentials fetch() throws IOException {
      Map<String, String> headers = new LinkedHashMap<>();
      if (!authorization.isEmpty()) {
        headers.put("Authorization", authorization);
      }
      Http.Answer answer = http.get(endpoint, headers, TIMEOUT);
      if (answer.status() != 200) {
        throw new IOException("it answers with HTTP status " + answer.status());
      }
      JsonNode document = Json.read(answer.body());
      Credentials fresh =
          new Credentials(
              required(document, "AccessKeyId"),
              required(document, "SecretAccessKey"),
              document.path("Token").asText(null));
      expires = Instant.parse(required(document, "Expiration"));
      held = fresh;
      return fresh;
    }

    private static String required(JsonNode document, String name) throws IOException {
      String value = document.path(name).asText("");
      if (value.isEmpty()) {
        throw new IOException("its answer has no " + name);
      }
      return value;
    }
  }
}
