package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.ecs.model.EcsException;

class ClientsTest {
  @AfterEach
  void forget() {
    System.clearProperty("aws.ignoreConfiguredEndpointUrls");
  }

  private static Clients clients(Map<String, String> environment) {
    return new Clients(environment, LoopbackAws.credentials());
  }

  @Test
  void call_aws_itself_where_no_endpoint_is_given() {
    try (Clients clients = clients(Map.of("AWS_REGION", "eu-central-1"))) {
      assertThat(clients.ecs().serviceClientConfiguration().endpointOverride()).isEmpty();
      assertThat(clients.ecs().serviceClientConfiguration().region()).hasToString("eu-central-1");
    }
  }

  @Test
  void take_an_empty_endpoint_for_none_and_keep_the_sdk_from_reading_it() {
    try (Clients clients = clients(Map.of("AWS_REGION", "us-east-1", "AWS_ENDPOINT_URL", ""))) {
      assertThat(clients.sqs().serviceClientConfiguration().endpointOverride()).isEmpty();
      assertThat(System.getProperty("aws.ignoreConfiguredEndpointUrls")).isEqualTo("true");
    }
  }

  @Test
  void call_the_endpoint_that_is_given_for_all_or_for_one_service() {
    Map<String, String> environment =
        Map.of(
            "AWS_REGION", "us-east-1",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
            "AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:2",
            "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:3");
    try (Clients clients = clients(environment)) {
      assertThat(clients.ecs().serviceClientConfiguration().endpointOverride())
          .contains(URI.create("http://127.0.0.1:1"));
      assertThat(clients.ecr().serviceClientConfiguration().endpointOverride())
          .contains(URI.create("http://127.0.0.1:2"));
      assertThat(clients.dynamoDb().serviceClientConfiguration().endpointOverride())
          .contains(URI.create("http://127.0.0.1:3"));
    }
  }

  /** DynamoDB's client has retries of its own: nine attempts, the first after 25 ms. */
  @Test
  void try_three_times_whichever_the_service() {
    try (LoopbackAws aws = new LoopbackAws()) {
      for (int i = 0; i < 10; i++) {
        aws.fails("DescribeClusters", 500, "ServerException", "internal")
            .fails("GetItem", 500, "InternalServerError", "internal");
      }

      assertThatThrownBy(() -> aws.clients().ecs().describeClusters())
          .isInstanceOf(EcsException.class);
      assertThatThrownBy(() -> aws.clients().dynamoDb().getItem(r -> r.tableName("slipway")))
          .isInstanceOf(InternalServerErrorException.class);

      assertThat(aws.received("DescribeClusters")).hasSize(3);
      assertThat(aws.received("GetItem")).hasSize(3);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void have_the_same_limits_whichever_the_service(Function<Clients, AwsClient> client) {
    try (Clients clients = clients(Map.of("AWS_REGION", "us-east-1"))) {
      ClientOverrideConfiguration limits =
          client.apply(clients).serviceClientConfiguration().overrideConfiguration();

      assertThat(limits.apiCallTimeout()).contains(Clients.CALL_TIMEOUT);
      assertThat(limits.apiCallAttemptTimeout()).contains(Duration.ofSeconds(10));
      assertThat(limits.retryStrategy())
          .get()
          .asString()
          .contains("maxAttempts=3", "baseDelay=PT0.1S");
    }
  }

  static List<Function<Clients, AwsClient>> all() {
    return List.of(
        Clients::ecs,
        Clients::ecr,
        Clients::sqs,
        Clients::sns,
        Clients::logs,
        Clients::eventBridge,
        Clients::dynamoDb);
  }

  /** Credentials that name their account do not change where DynamoDB is. */
  @Test
  void call_dynamodb_at_the_regions_endpoint() {
    AwsBasicCredentials ofAnAccount =
        AwsBasicCredentials.builder()
            .accessKeyId("key")
            .secretAccessKey("secret")
            .accountId("123456789012")
            .build();
    HostOnly http = new HostOnly();
    try (Clients clients =
        new Clients(
            Map.of("AWS_REGION", "eu-central-1"),
            StaticCredentialsProvider.create(ofAnAccount),
            http)) {
      clients.dynamoDb().getItem(r -> r.tableName("slipway"));

      assertThat(http.host).isEqualTo("dynamodb.eu-central-1.amazonaws.com");
    }
  }

  /** Keeps the host that was called, and answers {}. */
  private static final class HostOnly implements SdkHttpClient {
    private final PrimingHttp answering = new PrimingHttp((_, _) -> "{}");
    private String host = "";

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      host = request.httpRequest().host();
      return answering.prepareRequest(request);
    }

    @Override
    public void close() {
      answering.close();
    }
  }

  @Test
  void are_made_once_each() {
    try (Clients clients = clients(Map.of("AWS_REGION", "us-east-1"))) {
      assertThat(clients.sns()).isSameAs(clients.sns());
      assertThat(clients.logs()).isSameAs(clients.logs());
    }
  }

  @Test
  void need_a_region() {
    assertThatThrownBy(() -> clients(Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("AWS_REGION is not set");
  }
}
