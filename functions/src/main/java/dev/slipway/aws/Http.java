package dev.slipway.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One HTTP exchange. */
interface Http {
  /**
   * What came back.
   *
   * @param headers by their names in lower case
   */
  @SuppressWarnings("ArrayRecordComponent") // answers are not compared
  record Answer(int status, Map<String, String> headers, byte[] body) {
    /** A header by its name, in any case. */
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * Sends a body.
   *
   * @param left time after which the exchange must have failed
   */
  Answer post(URI uri, Map<String, String> headers, byte[] body, Duration left) throws IOException;

  /** Asks for a document. */
  Answer get(URI uri, Map<String, String> headers, Duration left) throws IOException;

  /**
   * By the JDK's oldest client: what it needs is loaded in a tenth of the time that {@code
   * java.net.http} takes, it has no threads, and keeps its connections.
   */
  static Http ofTheJdk() {
    return new UrlConnections();
  }

  /** The JDK's HttpURLConnection. */
  final class UrlConnections implements Http {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    static {
      // by itself it would send a request again whose answer did not come: that is our caller's
      // part
      System.setProperty("sun.net.http.retryPost", "false");
    }

    @Override
    public Answer post(URI uri, Map<String, String> headers, byte[] body, Duration left)
        throws IOException {
      HttpURLConnection connection = connection(uri, headers, left);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      return answer(connection);
    }

    @Override
    public Answer get(URI uri, Map<String, String> headers, Duration left) throws IOException {
      return answer(connection(uri, headers, left));
    }

    private static HttpURLConnection connection(URI uri, Map<String, String> headers, Duration left)
        throws IOException {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout(millis(CONNECT_TIMEOUT, left));
      connection.setReadTimeout(millis(READ_TIMEOUT, left));
      headers.forEach(connection::setRequestProperty);
      return connection;
    }

    /** At least 1: 0 would mean without end. */
    private static int millis(Duration most, Duration left) {
      return (int) Math.max(1, Math.min(most.toMillis(), left.toMillis()));
    }

    /** Reads to the end, so that the connection can be used again. */
    private static Answer answer(HttpURLConnection connection) throws IOException {
      int status = connection.getResponseCode();
      Map<String, String> headers = new TreeMap<>();
      connection
          .getHeaderFields()
          .forEach((name, values) -> {
            if (name != null) { // the status line
              headers.put(name.toLowerCase(Locale.ROOT), values.getFirst());
            }
          });
      byte[] body = new byte[0];
      try (InputStream in =
          status < HttpURLConnection.HTTP_BAD_REQUEST
              ? connection.getInputStream()
              : connection.getErrorStream()) {
        if (in != null) {
          body = in.readAllBytes();
        }
      }
      int announced = connection.getContentLength();
      if (announced > body.length) {
        throw new IOException(
            "the answer broke off after %d of %d bytes".formatted(body.length, announced));
      }
      return new Answer(status, headers, body);
    }
  }
}
