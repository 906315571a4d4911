package dev.slipway.aws;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of a POST request without a query.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">how
 *     a request is signed</a>
 */
record Signature(String region, String service, Instant at, Credentials credentials) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /** Adds the headers of a signature over the body and the headers that are there. */
  void sign(URI uri, Map<String, String> headers, byte[] body) {
    String time = time();
    String hash = Sha256.hex(body);
    headers.put("X-Amz-Content-Sha256", hash);
    headers.put("X-Amz-Date", time);
    String token = credentials.sessionToken();
    if (token != null) {
      headers.put("X-Amz-Security-Token", token);
    }
    Map<String, String> signed = new TreeMap<>();
    signed.put("host", host(uri));
    headers.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
    StringBuilder canonical = new StringBuilder("POST\n").append(path(uri)).append("\n\n");
    signed.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    String names = String.join(";", signed.keySet());
    canonical.append('\n').append(names).append('\n').append(hash);
    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String toSign =
        ALGORITHM + "\n" + time + "\n" + scope + "\n" + Sha256.hex(canonical.toString());
    headers.put(
        "Authorization",
        ALGORITHM
            + " Credential="
            + credentials.accessKeyId()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(hmac(key(time.substring(0, 8)), toSign)));
  }

  private byte[] key(String day) {
    byte[] secret = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    return hmac(hmac(hmac(hmac(secret, day), region), service), "aws4_request");
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** In ISO 8601's basic format. */
  private String time() {
    return at.truncatedTo(ChronoUnit.SECONDS).toString().replace("-", "").replace(":", "");
  }

  /** With the port, as it is sent, unless it is the scheme's own. */
  private static String host(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static String path(URI uri) {
    String path = uri.getRawPath();
    return path.isEmpty() ? "/" : path;
  }
}
