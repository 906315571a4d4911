package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
            "AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:2");
    try (Clients clients = clients(environment)) {
      assertThat(clients.ecs().serviceClientConfiguration().endpointOverride())
          .contains(URI.create("http://127.0.0.1:1"));
      assertThat(clients.ecr().serviceClientConfiguration().endpointOverride())
          .contains(URI.create("http://127.0.0.1:2"));
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
