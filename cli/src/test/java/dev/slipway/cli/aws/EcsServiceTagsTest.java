package dev.slipway.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcsServiceTagsTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:123456789012:service/website/web";

  /** What ECS answers next. */
  private record Response(int status, String body) {}

  private final Deque<Response> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private EcsServiceTags tags;

  @BeforeEach
  void start() throws IOException {
    System.setProperty("aws.accessKeyId", "key");
    System.setProperty("aws.secretAccessKey", "secret");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    tags = at(Optional.of(URI.create(at())), Map.of());
  }

  @AfterEach
  void stop() {
    tags.close();
    server.stop(0);
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  private static EcsServiceTags at(Optional<URI> endpoint, Map<String, String> environment) {
    return new EcsServiceTags(
        new Connection(
            "slipway", Optional.of("eu-central-1"), Optional.empty(), endpoint, environment));
  }

  private String at() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add(exchange.getRequestHeaders().getFirst("X-Amz-Target") + " " + body);
      Response answer = answers.removeFirst();
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private void refuse(String type, String message) {
    answers.add(
        new Response(400, "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(type, message)));
  }

  @Test
  void sets_the_one_tag_and_takes_it_away() {
    answers.add(new Response(200, "{}"));
    answers.add(new Response(200, "{}"));

    tags.follow(ARN, "staging");
    tags.unfollow(ARN);

    assertThat(requests)
        .containsExactly(
            "AmazonEC2ContainerServiceV20141113.TagResource {\"resourceArn\":\""
                + ARN
                + "\",\"tags\":[{\"key\":\"slipway:environment\",\"value\":\"staging\"}]}",
            "AmazonEC2ContainerServiceV20141113.UntagResource {\"resourceArn\":\""
                + ARN
                + "\",\"tagKeys\":[\"slipway:environment\"]}");
  }

  @Test
  void says_what_the_caller_may_not_do_and_which_statement_allows_it() {
    refuse("AccessDeniedException", "User: bob is not authorized to perform: ecs:TagResource");

    assertThatThrownBy(() -> tags.follow(ARN, "staging"))
        .isInstanceOf(StackException.class)
        .hasMessage(
            """
            you may not call ecs:TagResource on %s
            User: bob is not authorized to perform: ecs:TagResource (AccessDeniedException)
            Nothing was changed. Whoever manages the account can allow it with the statement below.
            follow and unfollow need no other:
            {
              "Effect": "Allow",
              "Action": ["ecs:TagResource", "ecs:UntagResource"],
              "Resource": "%s",
              "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["slipway:environment"]}}
            }\
            """
                .formatted(ARN, ARN));
  }

  @Test
  void says_so_of_the_other_action_and_offers_no_statement_where_none_would_help() {
    refuse(
        "AccessDeniedException",
        "User: bob is not authorized to perform: ecs:UntagResource with an explicit deny in a"
            + " service control policy");

    assertThatThrownBy(() -> tags.unfollow(ARN))
        .hasMessageContainingAll(
            "you may not call ecs:UntagResource on " + ARN,
            "A policy denies it, so that no other permission helps. Nothing was changed.")
        .message()
        .doesNotContain("Allow");
  }

  /** ECS's words, as people have quoted them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Long arn format must be used for tagging operations",
        "The new ARN and resource ID format must be enabled to add tags to the service. Opt in to"
            + " the new format and try again",
        "The specified service does not have the longArn format."
      })
  void names_the_way_to_the_long_arn(String words) {
    refuse("InvalidParameterException", words);

    assertThatThrownBy(() -> tags.follow(ARN, "staging"))
        .hasMessageContainingAll(
            "ecs:TagResource on " + ARN + " failed in Region eu-central-1, at " + at(),
            words,
            "service-arn-migration.html");
  }

  @Test
  void gives_ecs_own_words_for_the_rest() {
    refuse("InvalidParameterException", "Tags can not have more than 50 elements.");

    assertThatThrownBy(() -> tags.follow(ARN, "staging"))
        .hasMessageEndingWith(
            ": Tags can not have more than 50 elements. (InvalidParameterException)");
  }

  @Test
  void names_the_variable_of_an_endpoint_that_was_forgotten() {
    server.stop(0);

    try (EcsServiceTags forgotten = at(Optional.empty(), Map.of("AWS_ENDPOINT_URL_ECS", at()))) {
      assertThatThrownBy(() -> forgotten.follow(ARN, "staging"))
          .hasMessageContaining(", at " + at() + " (AWS_ENDPOINT_URL_ECS): ")
          .hasMessageEndingWith("Unset AWS_ENDPOINT_URL_ECS to reach AWS itself");
    }
  }
}
