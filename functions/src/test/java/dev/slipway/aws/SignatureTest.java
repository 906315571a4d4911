package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** The AWS SDK signs the same requests: what it says is right. */
class SignatureTest {
  private static Stream<Long> seeds() {
    return IntStream.range(0, 60).mapToObj(Long::valueOf);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void is_the_one_that_the_sdk_makes(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    URI uri =
        URI.create(
            random.nextBoolean()
                ? "https://api.ecr.eu-central-1.amazonaws.com"
                : "http://127.0.0.1:" + random.nextInt(1024, 65_536) + "/");
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/x-amz-json-1.1");
    headers.put("X-Amz-Target", "Prefix." + text(random));
    byte[] body =
        (text(random) + " ß€😀").repeat(random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
    Instant at = Instant.ofEpochSecond(random.nextLong(1_700_000_000L, 2_000_000_000L));
    boolean session = random.nextBoolean();
    Credentials credentials =
        new Credentials(text(random), text(random), session ? text(random) : null);

    String expected = bySdk(uri, headers, body, at, credentials);
    new Signature("eu-central-1", "ecr", at, credentials).sign(uri, headers, body);

    assertThat(headers.get("Authorization")).isEqualTo(expected);
  }

  private static String text(RandomGenerator random) {
    return random
        .ints(random.nextInt(1, 40), 'A', 'Z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String bySdk(
      URI uri, Map<String, String> headers, byte[] body, Instant at, Credentials credentials) {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(uri).encodedPath("/");
    headers.forEach(request::putHeader);
    String token = credentials.sessionToken();
    AwsCredentialsIdentity identity =
        token == null
            ? AwsCredentialsIdentity.create(
                credentials.accessKeyId(), credentials.secretAccessKey())
            : AwsSessionCredentialsIdentity.create(
                credentials.accessKeyId(), credentials.secretAccessKey(), token);
    return AwsV4HttpSigner.create()
        .sign(r ->
            r.identity(identity)
                .request(request.build())
                .payload(ContentStreamProvider.fromByteArray(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "ecr")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)))
        .request()
        .firstMatchingHeader("Authorization")
        .orElseThrow();
  }
}
