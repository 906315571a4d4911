package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqsTest {
  private static final Trigger.Push PUSH =
      new Trigger.Push(
          "13cde686",
          new Repository("123456789012", "us-east-1", "web"),
          new ImageTag("staging"),
          Optional.of(new ImageDigest("sha256:" + "a".repeat(64))),
          Optional.empty());
  private static final String QUEUE =
      "https://sqs.us-east-1.amazonaws.com/123456789012/slipway-deploy";
  private static final String QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:slipway-deploy";

  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();
  private final Log log = new Log(lines::add, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void end() {
    aws.close();
  }

  @Nested
  class Hints {
    private final SqsHintQueue queue = new SqsHintQueue(aws.clients().sqs(), QUEUE);

    private static List<Hint.CheckService> hints(int count) {
      return IntStream.range(0, count)
          .mapToObj(i -> new Hint.CheckService(arn("web-" + i), PUSH))
          .toList();
    }

    private static ServiceArn arn(String name) {
      return new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/" + name);
    }

    private static String sent(int... failing) {
      ObjectNode answer = Json.object();
      answer.putArray("Successful");
      var failed = answer.putArray("Failed");
      for (int id : failing) {
        failed
            .addObject()
            .put("Id", Integer.toString(id))
            .put("Code", "InternalError")
            .put("Message", "Oops")
            .put("SenderFault", false);
      }
      return answer.toString();
    }

    private List<String> idsOf(int request) {
      return StreamSupport.stream(
              aws.received("SendMessageBatch").get(request).json().path("Entries").spliterator(),
              false)
          .map(entry -> entry.path("Id").asText())
          .toList();
    }

    @Test
    void are_sent_in_tens() {
      aws.answers("SendMessageBatch", sent())
          .answers("SendMessageBatch", sent())
          .answers("SendMessageBatch", sent());

      queue.send(hints(23));

      assertThat(idsOf(0)).hasSize(10);
      assertThat(idsOf(1)).hasSize(10);
      assertThat(idsOf(2)).hasSize(3);
    }

    /** The queues are standard ones: they take no group and no deduplication id. */
    @Test
    void are_events_of_slipway_without_group_and_deduplication_id() throws Exception {
      aws.answers("SendMessageBatch", sent());

      queue.send(hints(1));

      JsonNode entry = aws.received("SendMessageBatch").getFirst().json().path("Entries").path(0);
      assertThat(entry.has("MessageGroupId")).isFalse();
      assertThat(entry.has("MessageDeduplicationId")).isFalse();
      assertThat(Json.read(entry.path("MessageBody").asText()))
          .hasToString(
              """
              {"version":"0","id":"13cde686","detail-type":"Service Check Requested",\
              "source":"slipway","account":"123456789012","region":"us-east-1",\
              "resources":["arn:aws:ecs:us-east-1:123456789012:service/main/web-0"],\
              "detail":{"service":"arn:aws:ecs:us-east-1:123456789012:service/main/web-0",\
              "trigger":"push","repository-name":"web","image-tag":"staging",\
              "image-digest":"sha256:%s"}}\
              """
                  .formatted("a".repeat(64)));
    }

    @ParameterizedTest
    @CsvSource({
      "15, 14, 0",
      "16, 15, 1",
      "500, 14, 0",
      "500, 15, 1",
      "500, 499, 485",
      "915, 914, 900",
      "5000, 4999, 900",
      "5000, 2507, 450"
    })
    void are_spread_over_time_as_ecs_takes_new_revisions(int all, int index, int seconds) {
      aws.always("SendMessageBatch", sent());

      queue.send(hints(all));

      JsonNode entry =
          aws.received("SendMessageBatch").get(index / 10).json().path("Entries").path(index % 10);
      assertThat(entry.path("DelaySeconds").asInt()).isEqualTo(seconds);
    }

    /** A search goes on once its services have had their turn, and never at once. */
    @ParameterizedTest
    @CsvSource({"0, 5", "1, 15", "14, 15", "20, 21", "500, 501", "899, 900"})
    void by_which_a_search_goes_on_come_after_the_others(int others, int seconds) {
      aws.always("SendMessageBatch", sent());
      List<Hint> all = new ArrayList<>(hints(others));
      all.add(new Hint.SearchServices(PUSH, Optional.of("main/token"), 2, true));

      queue.send(all);

      JsonNode entry =
          aws.received("SendMessageBatch").getLast().json().path("Entries").path(others % 10);
      assertThat(entry.path("DelaySeconds").asInt()).isEqualTo(seconds);
    }

    @Test
    void none_are_no_call() {
      queue.send(List.of());

      assertThat(aws.received()).isEmpty();
    }

    @Test
    void rollout_checks_name_the_service() throws Exception {
      aws.answers("SendMessageBatch", sent());

      queue.request(List.of(arn("web")));

      assertThat(
              Json.read(
                  aws.received("SendMessageBatch")
                      .getFirst()
                      .json()
                      .at("/Entries/0/MessageBody")
                      .asText()))
          .hasToString(
              """
              {"version":"0","id":"main.web","detail-type":"Rollout Check Requested",\
              "source":"slipway","account":"123456789012","region":"us-east-1",\
              "resources":["arn:aws:ecs:us-east-1:123456789012:service/main/web"],\
              "detail":{"service":"arn:aws:ecs:us-east-1:123456789012:service/main/web"}}\
              """);
    }

    @Test
    void that_sqs_fails_to_take_are_sent_again() {
      aws.answers("SendMessageBatch", sent(1, 3)).answers("SendMessageBatch", sent());

      queue.send(hints(5));

      assertThat(idsOf(1)).containsExactly("1", "3");
    }

    @Test
    void that_sqs_never_takes_are_an_error() {
      aws.answers("SendMessageBatch", sent(1))
          .answers("SendMessageBatch", sent(1))
          .answers("SendMessageBatch", sent(1));

      assertThatThrownBy(() -> queue.send(hints(5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "sqs:SendMessage on " + QUEUE + " failed for 1 of 5 messages: InternalError: Oops");
    }

    @Test
    void that_are_at_fault_are_not_sent_again() {
      aws.answers("SendMessageBatch", sent(1).replace("false", "true"));

      assertThatThrownBy(() -> queue.send(hints(5))).isInstanceOf(IllegalStateException.class);
      assertThat(aws.received()).hasSize(1);
    }
  }

  @Nested
  class Dead_letters {
    /** The SDK compares the MD5 sums with its own. */
    private static String sent(String body, String attributes) {
      return Json.object()
          .put("MessageId", "new")
          .put("MD5OfMessageBody", body)
          .put("MD5OfMessageAttributes", attributes)
          .toString();
    }

    @Test
    void carry_the_reason_and_where_they_come_from() {
      aws.answers(
          "SendMessage",
          sent("8dc5c6733a3e1fbed7a282a804d390eb", "e06a903b8d75f71d1eef6b0be93e3d33"));

      new SqsDeadLetterSink(aws.clients().sqs(), QUEUE)
          .put(
              new DeadLetterSink.FailedMessage(
                  "{\"body\": 1}", "id-1", QUEUE_ARN, 8, "detail: missing \u0001"));

      JsonNode request = aws.received("SendMessage").getFirst().json();
      assertThat(request.path("MessageBody").asText()).isEqualTo("{\"body\": 1}");
      assertThat(request.has("MessageGroupId")).isFalse();
      assertThat(request.has("MessageDeduplicationId")).isFalse();
      JsonNode attributes = request.path("MessageAttributes");
      assertThat(attributes.path("reason").path("StringValue").asText())
          .isEqualTo("detail: missing ?");
      assertThat(attributes.path("messageId").path("StringValue").asText()).isEqualTo("id-1");
      assertThat(attributes.path("queue").path("StringValue").asText()).isEqualTo(QUEUE_ARN);
      assertThat(attributes.size()).isEqualTo(4);
      assertThat(attributes.path("deliveries").path("StringValue").asText()).isEqualTo("8");
    }

    @Test
    void have_a_reason_of_4_000_characters_at_most() {
      aws.answers(
          "SendMessage",
          sent("92eb5ffee6ae2fec3ad71c777531578f", "a5d4a3a7bf01e2b68db1dd6c7182fb1a"));

      new SqsDeadLetterSink(aws.clients().sqs(), QUEUE)
          .put(new DeadLetterSink.FailedMessage("b", "id-1", QUEUE_ARN, 1, "x".repeat(10_000)));

      JsonNode request = aws.received("SendMessage").getFirst().json();
      assertThat(request.path("MessageAttributes").path("reason").path("StringValue").asText())
          .hasSize(4_000);
    }

    @Test
    void leave_room_for_a_body_that_is_nearly_as_long_as_a_message_can_be() {
      aws.answers(
          "SendMessage",
          sent("ec16b0ec17837b9708a4db5266d20311", "00089860f4ef1cee057ea5658c6f1362"));

      new SqsDeadLetterSink(aws.clients().sqs(), QUEUE)
          .put(
              new DeadLetterSink.FailedMessage(
                  "b".repeat(262_000), "id-1", QUEUE_ARN, 1, "x".repeat(10_000)));

      assertThat(
              aws.received("SendMessage")
                  .getFirst()
                  .json()
                  .at("/MessageAttributes/reason/StringValue")
                  .asText())
          .isEqualTo("x".repeat(99) + "…");
    }
  }

  @Nested
  class Throttled_messages {
    @ParameterizedTest
    @CsvSource({
      "0, 0, 1, 95, 5",
      "3, 1, 240, 1000, 244",
      "0, 0, 5000, 0, 900",
      "0, 0, 1, 1600, 100",
      "0, 0, 1, 345600, 900"
    })
    void are_sent_to_come_again_within_as_many_seconds_as_the_queue_holds_or_a_part_of_their_age(
        int visible, int beingHandled, int delayed, long age, int longest) {
      ObjectNode answer = Json.object();
      answer
          .putObject("Attributes")
          .put("ApproximateNumberOfMessages", "" + visible)
          .put("ApproximateNumberOfMessagesNotVisible", "" + beingHandled)
          .put("ApproximateNumberOfMessagesDelayed", "" + delayed);
      aws.answers("GetQueueAttributes", answer.toString());
      // the SDK compares the MD5 sums with its own
      aws.answers(
          "SendMessage",
          Json.object()
              .put("MessageId", "new")
              .put("MD5OfMessageBody", "8dc5c6733a3e1fbed7a282a804d390eb")
              .put("MD5OfMessageAttributes", "61f233dc79af0bc0e395394246c565b1")
              .toString());

      new SqsResending(aws.clients().sqs(), QUEUE, below -> below - 1)
          .sendAnew(
              "{\"body\": 1}",
              new Resending.Origin("m-1", Instant.ofEpochSecond(42)),
              Instant.ofEpochSecond(42 + age));

      JsonNode sent = aws.received("SendMessage").getFirst().json();
      assertThat(sent.path("MessageBody").asText()).isEqualTo("{\"body\": 1}");
      assertThat(sent.path("DelaySeconds").asInt()).isEqualTo(longest);
      assertThat(sent.at("/MessageAttributes/firstSent/StringValue").asText())
          .isEqualTo("1970-01-01T00:00:42Z");
      assertThat(sent.at("/MessageAttributes/firstId/StringValue").asText()).isEqualTo("m-1");
    }
  }

  @Nested
  class Retries {
    private final SqsRetryBackoff backoff = new SqsRetryBackoff(aws.clients().sqs(), QUEUE, log);

    @Test
    void come_after_the_time_given() {
      aws.answers("ChangeMessageVisibilityBatch", "{\"Successful\":[],\"Failed\":[]}");

      backoff.after(Duration.ofSeconds(20), QUEUE_ARN, List.of("r1", "r2"));

      JsonNode request = aws.received("ChangeMessageVisibilityBatch").getFirst().json();
      assertThat(request.path("QueueUrl").asText()).isEqualTo(QUEUE);
      assertThat(request.path("Entries"))
          .hasToString(
              """
              [{"Id":"0","ReceiptHandle":"r1","VisibilityTimeout":20},\
              {"Id":"1","ReceiptHandle":"r2","VisibilityTimeout":20}]\
              """);
    }

    @Test
    void from_another_queue_are_left_alone() {
      backoff.after(
          Duration.ofSeconds(20), "arn:aws:sqs:us-east-1:123456789012:other", List.of("r"));

      assertThat(aws.received()).isEmpty();
    }

    @Test
    void whose_visibility_cannot_be_shortened_are_no_failure() {
      aws.fails("ChangeMessageVisibilityBatch", 400, "AccessDeniedException", "no");

      assertThatCode(() -> backoff.after(Duration.ofSeconds(5), QUEUE_ARN, List.of("r")))
          .doesNotThrowAnyException();
      assertThat(lines)
          .singleElement()
          .asString()
          .contains("\"level\":\"ERROR\"", "must allow sqs:ChangeMessageVisibility");
    }
  }
}
