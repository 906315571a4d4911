package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.LoopbackAws;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.config.InvalidConfiguration;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crac.Core;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployHandlerTest {
  private static final String QUEUE =
      "https://sqs.us-east-1.amazonaws.com/123456789012/slipway-deploy";

  @TempDir Path directory;
  private final LoopbackAws aws = new LoopbackAws();
  private final Map<String, String> environment = new HashMap<>(aws.environment());
  private final List<String> lines = new ArrayList<>();

  @AfterEach
  void end() {
    aws.close();
  }

  private DeployHandler handler() throws IOException {
    environment.putIfAbsent(
        "SLIPWAY_CONFIG",
        Files.writeString(
                directory.resolve("staging.yaml"),
                "environments: { staging: { images: { tag: staging } } }")
            .toString());
    environment.put("SLIPWAY_TABLE_NAME", "slipway");
    return new DeployHandler(
        new FunctionContext(
            environment,
            LoopbackAws.credentials(),
            lines::add,
            InstantSource.fixed(Instant.parse("2026-11-28T10:00:00Z"))));
  }

  private static JsonNode answer(DeployHandler handler, String event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        output,
        new MinuteContext());
    return Json.read(output.toByteArray());
  }

  /** What is primed must be what runs: a message that fails would prime the handling of errors. */
  @Test
  void a_primed_handler_deploys_and_logs_no_error() throws Exception {
    SnapStartPriming priming = new SnapStartPriming("us-east-1", Environments.following("staging"));
    environment.put(
        "SLIPWAY_CONFIG",
        Files.writeString(
                directory.resolve("priming.yaml"),
                "environments: { staging: { images: { %s } } }"
                    .formatted(priming.environment().images().toString().replace("tag ", "tag: ")))
            .toString());
    DeployHandler handler = handler();
    aws.otherwise(priming::answer);

    for (int run = 0; run < 2; run++) {
      assertThat(answer(handler, priming.batch()))
          .as(String.join("\n", lines))
          .hasToString("{\"batchItemFailures\":[]}");
    }

    assertThat(lines)
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(Json.read(line).path("level").asText()).as(line).isEqualTo("INFO"));
    assertThat(aws.received("UpdateService")).hasSize(2);
    assertThat(aws.received("PutEvents")).hasSize(2);
    assertThat(aws.received())
        .extracting(LoopbackAws.Received::operation)
        .contains(
            "Query",
            "DescribeServices",
            "BatchGetImage",
            "RegisterTaskDefinition",
            "TransactWriteItems");
  }

  @Test
  void a_snapshot_is_primed_without_effect() throws Exception {
    aws.always("ListClusters", "{\"clusterArns\":[]}");

    handler().beforeCheckpoint(Core.getGlobalContext());

    assertThat(aws.received())
        .extracting(LoopbackAws.Received::operation)
        .containsExactly("ListClusters");
    assertThat(lines).isEmpty();
  }

  @Test
  void priming_that_fails_is_logged_and_keeps_nothing_from_starting() throws Exception {
    aws.fails("ListClusters", 400, "AccessDeniedException", "no");

    handler().beforeCheckpoint(Core.getGlobalContext());

    assertThat(lines)
        .singleElement()
        .asString()
        .contains("the snapshot is taken without priming", "AccessDeniedException");
  }

  private static String sample(String name) throws IOException {
    return Files.readString(Path.of("../events", name + ".json"));
  }

  private JsonNode line(int number) throws IOException {
    return Json.read(lines.get(number));
  }

  @Nested
  class An_event_by_hand {
    @Test
    void is_answered_with_what_was_started() throws Exception {
      WebService.deployable(aws);

      JsonNode answer = answer(handler(), sample("image-push-staging"));

      assertThat(answer.path("outcome").asText()).isEqualTo("Decided");
      JsonNode started = answer.path("started").path(0);
      assertThat(started.path("service").asText()).isEqualTo("main/web");
      assertThat(started.path("environment").asText()).isEqualTo("staging");
      assertThat(started.path("from").asText()).isEqualTo("web:1");
      assertThat(started.path("to").asText()).isEqualTo("web:2");
      assertThat(started.path("deployment").asText()).matches("20261128-100000-000-[0-9a-f]{8}");
      assertThat(started.path("deploymentId").asText()).isEqualTo("ecs-svc/2");
      assertThat(started.path("images").path("app").asText())
          .isEqualTo(WebService.REPOSITORY + "@" + WebService.DIGEST);
      assertThat(started.path("reason").asText()).isNotEmpty();
      assertThat(aws.received("UpdateService")).hasSize(1);
      assertThat(aws.received("PutEvents")).hasSize(1);
      assertThat(aws.received("TransactWriteItems")).hasSize(2);
    }

    @Test
    void that_nothing_follows_is_answered_with_the_reason() throws Exception {
      JsonNode answer = answer(handler(), sample("image-delete"));

      assertThat(answer)
          .hasToString(
              "{\"outcome\":\"Ignored\",\"reason\":\"the action DELETE deploys nothing, only PUSH"
                  + " does\"}");
      assertThat(lines).singleElement().asString().contains("the action DELETE deploys nothing");
      assertThat(aws.received()).isEmpty();
    }

    @Test
    void that_no_environment_follows_is_answered_with_the_reason() throws Exception {
      JsonNode answer = answer(handler(), sample("image-push-unfollowed"));

      assertThat(answer.path("outcome").asText()).isEqualTo("Ignored");
      assertThat(answer.path("reason").asText()).contains("1.4.0");
    }

    @Test
    void that_is_malformed_fails_with_words_and_is_logged() throws Exception {
      DeployHandler handler = handler();

      assertThatThrownBy(() -> answer(handler, sample("malformed")))
          .isInstanceOf(MalformedEvent.class)
          .hasMessage("detail.repository-name: missing");
      assertThat(line(0).path("level").asText()).isEqualTo("ERROR");
      assertThat(line(0).path("message").asText()).isEqualTo("detail.repository-name: missing");
      assertThat(line(0).path("eventId").asText())
          .isEqualTo("9be0c6a7-5f0b-4d4e-8f7c-2d1a3b4c5d6e");
      assertThat(line(0).path("tag").asText()).isEqualTo("staging");
    }

    @Test
    void that_is_no_json_fails_with_words() throws Exception {
      DeployHandler handler = handler();

      assertThatThrownBy(() -> answer(handler, "{\"id\""))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageStartingWith("not JSON: ");
    }

    @Test
    void that_aws_fails_fails() throws Exception {
      DeployHandler handler = handler();
      aws.always("Query", WebService.items())
          .fails("ListClusters", 400, "AccessDeniedException", "no");

      assertThatThrownBy(() -> answer(handler, sample("image-push-staging")))
          .hasMessageContaining("must allow ecs:ListClusters");
      assertThat(line(0).path("repository").asText()).isEqualTo("web");
    }
  }

  @Nested
  class A_batch {
    @Test
    void is_answered_with_its_failures() throws Exception {
      nobodyFollows();

      JsonNode answer = answer(handler(), sample("sqs-batch"));

      // the second is malformed
      assertThat(answer.path("batchItemFailures"))
          .hasToString("[{\"itemIdentifier\":\"00000002-5f1c-4c0a-9b3e-6d2f8a1e7c42\"}]");
    }

    @Test
    void is_relieved_of_what_is_malformed() throws Exception {
      environment.put("SLIPWAY_QUEUE_URL", QUEUE);
      environment.put("SLIPWAY_DEAD_LETTER_QUEUE_URL", QUEUE.replace("deploy", "dead-letters"));
      nobodyFollows();
      aws.answers(
          "SendMessage",
          Json.object()
              .put("MessageId", "m")
              .put("MD5OfMessageBody", "9b6667a3f576f7daa75acd4e9e756e7f")
              .put("MD5OfMessageAttributes", "0c41073b888c161963d9000c550e0ca5")
              .toString());

      JsonNode answer = answer(handler(), sample("sqs-batch"));

      assertThat(answer).as(String.join("\n", lines)).hasToString("{\"batchItemFailures\":[]}");
      JsonNode sent = aws.received("SendMessage").getFirst().json();
      assertThat(sent.path("QueueUrl").asText()).contains("slipway-dead-letters");
      assertThat(sent.path("MessageAttributes").path("reason").path("StringValue").asText())
          .isEqualTo("detail: expected an object, but it is \"cut off\"");
    }

    /** An account without clusters, and an empty table. */
    private void nobodyFollows() {
      aws.always("ListClusters", "{\"clusterArns\":[]}")
          .always("Query", WebService.items())
          .always("PutItem", "{}");
    }

    @Test
    void evaluates_once_what_several_messages_ask_for() throws Exception {
      nobodyFollows();
      String first = push("e-1", "2026-11-28T09:00:00Z");
      String second = push("e-2", "2026-11-28T09:00:05Z");

      JsonNode answer =
          answer(handler(), batch(second, first, first, push("e-3", "2026-11-28T09:00:01Z")));

      assertThat(answer).hasToString("{\"batchItemFailures\":[]}");
      assertThat(aws.received("Query")).hasSize(1);
      assertThat(line(0).path("trigger").path("eventId").asText())
          .as("the newest push is credited")
          .isEqualTo("e-2");
    }

    @Test
    void credits_each_operator_apart() throws Exception {
      aws.always("DescribeServices", "{\"services\":[],\"failures\":[]}")
          .always("Query", WebService.items());

      answer(
          handler(),
          batch(
              check(new Trigger.Operator("r-1", "ann")),
              check(new Trigger.Operator("r-2", "bob")),
              check(new Trigger.Sweep("s-1", Instant.EPOCH.plusSeconds(1_000_000_000))),
              check(new Trigger.ServiceChanged("c-1", "Tag Change on Resource"))));

      assertThat(aws.received("DescribeServices")).hasSize(3);
    }

    @Test
    void leaves_to_the_next_sweep_what_a_sweep_asked_for_and_failed_three_times() throws Exception {
      aws.always("Query", WebService.items());
      String sweep = check(new Trigger.Sweep("s-1", Instant.EPOCH.plusSeconds(1_000_000_000)));

      assertThat(answer(handler(), batch(sweep)).path("batchItemFailures")).hasSize(1);
      assertThat(
              answer(
                      handler(),
                      batch(sweep)
                          .replace(
                              "\"ApproximateReceiveCount\":\"1\"",
                              "\"ApproximateReceiveCount\":\"3\""))
                  .path("batchItemFailures"))
          .isEmpty();
    }

    private static String push(String id, String time) {
      ObjectNode event =
          Json.object()
              .put("id", id)
              .put("source", "aws.ecr")
              .put("detail-type", "ECR Image Action")
              .put("account", "123456789012")
              .put("region", "us-east-1")
              .put("time", time);
      event
          .putObject("detail")
          .put("result", "SUCCESS")
          .put("action-type", "PUSH")
          .put("repository-name", "web")
          .put("image-tag", "staging");
      return Json.text(event);
    }

    private static String check(Trigger trigger) {
      return Json.text(
          ServiceChecks.body(new Hint.CheckService(new ServiceArn(WebService.SERVICE), trigger)));
    }

    private static String batch(String... bodies) {
      ObjectNode batch = Json.object();
      ArrayNode records = batch.putArray("Records");
      for (String body : bodies) {
        records
            .addObject()
            .put("messageId", "m-" + records.size())
            .put("body", body)
            .put("eventSource", "aws:sqs")
            .putObject("attributes")
            .put("ApproximateReceiveCount", "1");
      }
      return Json.text(batch);
    }

    @Test
    void of_something_else_than_sqs_is_malformed() throws Exception {
      DeployHandler handler = handler();

      assertThatThrownBy(() -> answer(handler, "{\"Records\":[{\"eventSource\":\"aws:s3\"}]}"))
          .isInstanceOf(MalformedEvent.class)
          .hasMessage("Records[].eventSource: expected \"aws:sqs\", but it is \"aws:s3\"");
    }
  }

  @Nested
  class A_cold_start {
    @Test
    void fails_with_the_mistakes_of_slipway_yaml() throws Exception {
      environment.put(
          "SLIPWAY_CONFIG",
          Files.writeString(
                  directory.resolve("slipway.yaml"),
                  "environments: { staging: { image: { tag: staging } } }")
              .toString());

      assertThatThrownBy(DeployHandlerTest.this::handler)
          .isInstanceOf(InvalidConfiguration.class)
          .hasMessageContaining("image");
    }

    @Test
    void reads_slipway_yaml_at_the_root_of_the_package() {
      environment.put("LAMBDA_TASK_ROOT", directory.toString());
      environment.put("SLIPWAY_CONFIG", "");

      assertThatThrownBy(DeployHandlerTest.this::handler)
          .hasMessageContaining(directory.resolve("slipway.yaml").toString());
    }
  }
}
