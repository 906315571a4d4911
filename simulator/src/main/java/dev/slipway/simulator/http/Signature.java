package dev.slipway.simulator.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the Authorization header of Signature Version 4 says. The signature itself is not checked:
 * nobody has a secret here.
 *
 * @param accessKeyId who signed
 * @param region of the credential's scope
 * @param service the signing name, such as {@code ecs}
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html">Authentication
 *     methods</a>
 */
record Signature(String accessKeyId, String region, String service) {
  private static final Pattern CREDENTIAL =
      Pattern.compile("Credential=([^/,\\s]+)/\\d{8}/([^/]+)/([^/]+)/aws4_request");

  static Optional<Signature> of(WireRequest request) {
    return request.header("authorization").flatMap(Signature::parse);
  }

  static Optional<Signature> parse(String authorization) {
    Matcher credential = CREDENTIAL.matcher(authorization);
    return credential.find()
        ? Optional.of(new Signature(credential.group(1), credential.group(2), credential.group(3)))
        : Optional.empty();
  }
}
