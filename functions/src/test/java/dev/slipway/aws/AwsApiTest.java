package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How AWS is called: where, as whom, and how often. */
class AwsApiTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("AWS_REGION", "us-east-1", "AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "s");

  private final Wire wire = new Wire();
  private final Hourglass time = new Hourglass();

  /** Answers in the order in which they were prepared; null breaks the connection. */
  private static final class Wire implements Http {
    final Queue<Optional<Answer>> answers = new ArrayDeque<>();
    final List<URI> asked = new ArrayList<>();
    final List<Map<String, String>> headers = new ArrayList<>();

    @Override
    public Answer post(URI uri, Map<String, String> sent, byte[] body, Duration left)
        throws IOException {
      return get(uri, sent, left);
    }

    @Override
    public Answer get(URI uri, Map<String, String> sent, Duration left) throws IOException {
      asked.add(uri);
      headers.add(new HashMap<>(sent));
      return answers.remove().orElseThrow(() -> new IOException("the connection broke"));
    }

    Wire answers(int status, String body) {
      answers.add(Optional.of(new Answer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8))));
      return this;
    }

    Wire breaks() {
      answers.add(Optional.empty());
      return this;
    }
  }

  /** Time that passes only in pauses. */
  private static final class Hourglass implements Retries.Time {
    final List<Duration> pauses = new ArrayList<>();
    long nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void pause(Duration duration) {
      pauses.add(duration);
      nanos += duration.toNanos();
    }
  }

  private AwsApis apis(Map<String, String> environment) {
    return new AwsApis(environment, wire, time, () -> Instant.parse("2026-11-21T10:00:00Z"));
  }

  private AwsApi ecs() {
    return apis(ENVIRONMENT).of(AwsApi.ECS);
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1, https://api.ecr.us-east-1.amazonaws.com",
    "us-gov-west-1, https://api.ecr.us-gov-west-1.amazonaws.com",
    "cn-north-1, https://api.ecr.cn-north-1.amazonaws.com.cn",
    "eusc-de-east-1, https://api.ecr.eusc-de-east-1.amazonaws.eu"
  })
  void the_endpoint_is_the_regions(String region, String endpoint) {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("AWS_REGION", region);
    environment.put("AWS_ENDPOINT_URL", ""); // as `sam local` passes what the template leaves out

    assertThat(apis(environment).of(AwsApi.ECR).endpoint()).hasToString(endpoint);
  }

  @Test
  void an_endpoint_may_be_given_for_all_or_for_one_service() {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    environment.put("AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:2");

    assertThat(apis(environment).of(AwsApi.ECS).endpoint()).hasToString("http://127.0.0.1:1");
    assertThat(apis(environment).of(AwsApi.ECR).endpoint()).hasToString("http://127.0.0.1:2");
  }

  @Test
  void a_region_is_needed() {
    assertThatThrownBy(() -> apis(Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("AWS_REGION is not set");
  }

  @Test
  void without_credentials_nothing_is_called() {
    AwsApi ecs = apis(Map.of("AWS_REGION", "us-east-1")).of(AwsApi.ECS);

    assertThatThrownBy(() -> ecs.call("ListClusters", Json.object()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("no credentials");
    assertThat(wire.asked).isEmpty();
  }

  @Test
  void a_snapshots_credentials_are_fetched_and_fetched_again_before_they_expire() {
    Map<String, String> environment =
        Map.of(
            "AWS_REGION",
            "us-east-1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://127.0.0.1:9/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "token");
    wire.answers(200, credentials("first", "2026-11-21T10:04:00Z"))
        .answers(200, "{}")
        .answers(200, credentials("second", "2026-11-21T16:00:00Z"))
        .answers(200, "{}")
        .answers(200, "{}");
    AwsApi ecs = apis(environment).of(AwsApi.ECS);

    ecs.call("ListClusters", Json.object());
    ecs.call("ListClusters", Json.object());
    ecs.call("ListClusters", Json.object());

    assertThat(wire.headers.getFirst()).containsEntry("Authorization", "token");
    assertThat(List.of(1, 3, 4))
        .extracting(
            i -> String.valueOf(wire.headers.get(i).get("Authorization")).replaceAll("/.*", ""))
        .containsExactly(
            "AWS4-HMAC-SHA256 Credential=first",
            "AWS4-HMAC-SHA256 Credential=second",
            "AWS4-HMAC-SHA256 Credential=second");
    assertThat(wire.headers.get(1)).containsEntry("X-Amz-Security-Token", "session");
  }

  @Test
  void credentials_that_are_still_good_are_used_where_no_others_can_be_had() {
    wire.answers(200, credentials("first", "2026-11-21T10:04:00Z"))
        .answers(200, "{}")
        .breaks()
        .answers(200, "{}");
    AwsApi ecs =
        apis(Map.of(
                "AWS_REGION",
                "us-east-1",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:9/v1/credentials"))
            .of(AwsApi.ECS);

    ecs.call("ListClusters", Json.object());
    ecs.call("ListClusters", Json.object());

    assertThat(wire.headers.getLast().get("Authorization")).contains("Credential=first/");
  }

  private static String credentials(String key, String expiration) {
    return Json.object()
        .put("AccessKeyId", key)
        .put("SecretAccessKey", "secret")
        .put("Token", "session")
        .put("Expiration", expiration)
        .toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"__type\":\"com.amazonaws.ecs#ClientException\",\"message\":\"No.\"}",
        "{\"__type\":\"ClientException\",\"Message\":\"No.\"}",
        "{\"code\":\"ClientException:http://internal.amazon.com/\",\"message\":\"No.\"}"
      })
  void an_error_has_its_name_and_words_and_is_not_tried_again(String body) {
    wire.answers(400, body);

    assertThatThrownBy(() -> ecs().call("UpdateService", Json.object()))
        .isInstanceOfSatisfying(
            AwsFailure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo("ClientException");
              assertThat(failure.words()).isEqualTo("No.");
            })
        .hasMessageStartingWith("ecs:UpdateService: ClientException: No. (HTTP status 400");
    assertThat(wire.asked).hasSize(1);
  }

  @Test
  void what_is_no_json_is_told_as_it_came() {
    wire.answers(403, "<html>a proxy</html>");

    assertThatThrownBy(() -> ecs().call("UpdateService", Json.object()))
        .isInstanceOf(AwsFailure.class)
        .hasMessageContaining("<html>a proxy</html> (HTTP status 403");
  }

  @Test
  void what_may_pass_is_tried_three_times_after_pauses_that_grow() {
    wire.answers(503, "").breaks().answers(500, "{}");

    assertThatThrownBy(() -> ecs().call("UpdateService", Json.object()))
        .isInstanceOf(AwsFailure.class);
    assertThat(wire.asked).hasSize(3);
    assertThat(time.pauses.get(0)).isLessThanOrEqualTo(Duration.ofMillis(100));
    assertThat(time.pauses.get(1)).isLessThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void a_service_that_is_out_of_reach_is_told_by_its_address() {
    wire.breaks().breaks().breaks();

    assertThatThrownBy(() -> ecs().call("UpdateService", Json.object()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("ecs:UpdateService: no answer from https://ecs.us-east-1.amazonaws.com");
  }

  @Test
  void a_service_in_trouble_is_soon_asked_only_once_a_call() {
    AwsApi ecs = ecs();
    for (int i = 0; i < 400; i++) {
      wire.answers(500, "{}");
    }

    int calls = 0;
    for (; wire.asked.size() < 300; calls++) {
      assertThatThrownBy(() -> ecs.call("UpdateService", Json.object()))
          .isInstanceOf(AwsFailure.class);
    }

    // 500 pay for 100 retries, two a call; then none are left
    assertThat(calls).isEqualTo(50 + 150);
  }
}
