package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.DeadLetterSink;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.Resending;
import dev.slipway.aws.RetryBackoff;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.Throttled;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SqsBatchProcessorTest {
  private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:slipway-deploy";
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  private final ArrayNode records = JsonNodeFactory.instance.arrayNode();
  private final List<String> handled = new ArrayList<>();
  private final List<DeadLetterSink.FailedMessage> dead = new ArrayList<>();
  private final List<String> shortened = new ArrayList<>();
  private final List<String> sentAnew = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Log log = new Log(lines::add, InstantSource.fixed(Instant.EPOCH));
  private final RetryBackoff backoff =
      (delay, queue, handles) -> shortened.add(delay.toSeconds() + " s: " + handles);

  /** Bodies up to a colon say what they ask for. */
  private final class Messages implements SqsBatchProcessor.MessageHandler {
    @Override
    public String key(Message message) {
      if (message.body().startsWith("unreadable")) {
        throw new MalformedEvent("detail.repository-name: missing");
      }
      return message.body().replaceAll(":.*", "");
    }

    @Override
    public void handle(List<Message> alike, Supplier<Duration> remaining) {
      handled.add(String.join(" ", alike.stream().map(Message::body).toList()));
      String body = alike.getFirst().body();
      if (body.startsWith("malformed")) {
        throw new MalformedEvent("detail.image-tag: missing");
      }
      if (body.startsWith("refused")) {
        throw new EcsClientError("no such cluster", new IllegalStateException());
      }
      if (body.startsWith("swept")) {
        throw new RetriedBySweep(new IllegalStateException("ECS is busy"));
      }
      if (body.startsWith("throttled")) {
        throw new Throttled("Rate exceeded", new IllegalStateException());
      }
      if (body.startsWith("fails")) {
        throw new IllegalStateException("ECS is busy");
      }
    }
  }

  private SqsBatchProcessor processor(Optional<DeadLetterSink> deadLetters) {
    return processor(
        deadLetters,
        (body, first, _) ->
            sentAnew.add("%s, first sent %s as %s".formatted(body, first.at(), first.id())));
  }

  private SqsBatchProcessor processor(Optional<DeadLetterSink> deadLetters, Resending resending) {
    return new SqsBatchProcessor(
        new Messages(), deadLetters, backoff, Optional.of(resending), () -> NOW, log, 8);
  }

  private SqsBatchProcessor processor() {
    return processor(Optional.of(dead::add));
  }

  /** A message whose id is its body, delivered for the first time. */
  private SqsBatchProcessorTest message(String body) {
    return message(body, 1);
  }

  private SqsBatchProcessorTest message(String body, int deliveries) {
    added(body).putObject("attributes").put("ApproximateReceiveCount", "" + deliveries);
    return this;
  }

  private ObjectNode added(String body) {
    return records
        .addObject()
        .put("messageId", body)
        .put("receiptHandle", "r-" + body)
        .put("body", body)
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", QUEUE);
  }

  /** A message at its last delivery, sent by SQS's word. */
  private ObjectNode sent(String body, Instant at) {
    ObjectNode message = added(body);
    message
        .putObject("attributes")
        .put("ApproximateReceiveCount", "8")
        .put("SentTimestamp", "" + at.toEpochMilli());
    return message;
  }

  private JsonNode answer(SqsBatchProcessor processor, Supplier<Duration> remaining) {
    ObjectNode event = Json.object();
    event.set("Records", records);
    return SqsJson.response(processor.handle(SqsJson.event(event), remaining));
  }

  private List<String> failures(SqsBatchProcessor processor) {
    JsonNode answer = answer(processor, () -> ENOUGH);
    return StreamSupport.stream(answer.path("batchItemFailures").spliterator(), false)
        .map(failure -> failure.path("itemIdentifier").asText())
        .toList();
  }

  @Test
  void without_failures_the_answer_has_none() {
    message("a").message("b").message("c");

    assertThat(answer(processor(), () -> ENOUGH)).hasToString("{\"batchItemFailures\":[]}");
    assertThat(handled).containsExactly("a", "b", "c");
    assertThat(shortened).isEmpty();
  }

  @Test
  void messages_that_ask_for_the_same_are_handled_together_once() {
    message("a:1").message("b:1").message("a:2").message("a:3");

    assertThat(failures(processor())).isEmpty();
    assertThat(handled).containsExactly("a:1 a:2 a:3", "b:1");
  }

  /** The queues are standard ones: order never mattered. */
  @Test
  void no_message_waits_for_another_that_failed() {
    message("a").message("fails").message("c");

    assertThat(failures(processor())).containsExactly("fails");
    assertThat(handled).containsExactly("a", "fails", "c");
  }

  @Test
  void messages_that_were_handled_together_fail_together_and_come_again_each_in_its_time() {
    message("fails:1").message("fails:2", 2).message("b");

    assertThat(failures(processor())).containsExactly("fails:1", "fails:2");
    assertThat(shortened).containsExactly("5 s: [r-fails:1]", "20 s: [r-fails:2]");
  }

  @Test
  void the_oftener_it_failed_the_later_it_comes_again_and_at_last_when_the_queue_says() {
    for (int deliveries = 1; deliveries <= 6; deliveries++) {
      message("fails " + deliveries, deliveries);
    }

    failures(processor());

    assertThat(shortened)
        .containsExactly(
            "5 s: [r-fails 1]", "20 s: [r-fails 2]", "60 s: [r-fails 3]", "60 s: [r-fails 4]");
  }

  @Test
  void what_fails_at_the_last_delivery_goes_to_the_dead_letters_with_its_reason() {
    message("fails 7", 7).message("fails 8", 8).message("b");

    assertThat(failures(processor())).containsExactly("fails 7");
    assertThat(dead)
        .containsExactly(
            new DeadLetterSink.FailedMessage("fails 8", "fails 8", QUEUE, 8, "ECS is busy"));
    assertThat(handled).contains("b");
  }

  /** How often it was delivered does not matter. */
  @Test
  void what_ecs_throttles_is_sent_anew_at_any_delivery_and_counts_as_done() {
    sent("throttled:1", NOW.minusSeconds(60));
    sent("throttled:2", NOW.minusSeconds(90));
    message("b");

    assertThat(failures(processor())).isEmpty();
    assertThat(sentAnew)
        .containsExactly(
            "throttled:1, first sent 2026-11-28T11:59:00Z as throttled:1",
            "throttled:2, first sent 2026-11-28T11:58:30Z as throttled:2");
    assertThat(dead).isEmpty();
    assertThat(shortened).isEmpty();
    assertThat(lines).hasSize(2).allMatch(line -> line.contains("sent anew: Rate exceeded"));
  }

  @Test
  void what_ecs_throttles_for_four_days_has_as_many_deliveries_as_what_fails_otherwise() {
    sent("throttled:old", NOW.minus(Duration.ofDays(4).plusSeconds(1)));
    sent("throttled again", NOW)
        .putObject("messageAttributes")
        .putObject("firstSent")
        .put("stringValue", "2026-11-24T11:59:59Z")
        .put("dataType", "String");
    ObjectNode attributes = sent("throttled once more", NOW).putObject("messageAttributes");
    attributes
        .putObject("firstSent")
        .put("stringValue", "2026-11-24T12:00:00Z")
        .put("dataType", "String");
    attributes.putObject("firstId").put("stringValue", "m-first").put("dataType", "String");
    message("throttled by hand", 7);

    assertThat(failures(processor())).containsExactly("throttled by hand");
    assertThat(sentAnew)
        .containsExactly("throttled once more, first sent 2026-11-24T12:00:00Z as m-first");
    assertThat(dead)
        .extracting(DeadLetterSink.FailedMessage::body, DeadLetterSink.FailedMessage::reason)
        .containsExactly(
            tuple("throttled:old", "Rate exceeded"), tuple("throttled again", "Rate exceeded"));
  }

  /** It would be sent anew for ever. */
  @Test
  void what_claims_to_come_from_the_future_is_as_old_as_its_own_sending() {
    sent("throttled", NOW.minusSeconds(60))
        .putObject("messageAttributes")
        .putObject("firstSent")
        .put("stringValue", "9999-01-01T00:00:00Z")
        .put("dataType", "String");

    assertThat(failures(processor())).isEmpty();
    assertThat(sentAnew).containsExactly("throttled, first sent 2026-11-28T11:59:00Z as throttled");
  }

  @Test
  void what_cannot_be_sent_anew_comes_again_as_what_fails_otherwise() {
    added("throttled")
        .putObject("attributes")
        .put("ApproximateReceiveCount", "2")
        .put("SentTimestamp", "" + NOW.toEpochMilli());

    assertThat(
            failures(
                processor(
                    Optional.of(dead::add),
                    (body, first, now) -> {
                      throw new IllegalStateException("SQS is away");
                    })))
        .containsExactly("throttled");
    assertThat(shortened).containsExactly("20 s: [r-throttled]");
    assertThat(lines).anyMatch(line -> line.contains("throttled, and not sent anew: SQS is away"));
  }

  @Test
  void what_a_sweep_asked_for_is_dropped_after_three_tries() {
    message("swept 2", 2).message("swept 3", 3);

    assertThat(failures(processor())).containsExactly("swept 2");
    assertThat(dead).isEmpty();
    assertThat(lines).anyMatch(line -> line.contains("the next sweep tries again: ECS is busy"));
  }

  @Test
  void permanent_failures_go_to_the_dead_letters_and_hold_nothing_up() {
    message("unreadable").message("malformed").message("b").message("refused");

    assertThat(failures(processor())).isEmpty();
    assertThat(handled).containsExactly("malformed", "b", "refused");
    assertThat(dead)
        .containsExactly(
            new DeadLetterSink.FailedMessage(
                "unreadable", "unreadable", QUEUE, 1, "detail.repository-name: missing"),
            new DeadLetterSink.FailedMessage(
                "malformed", "malformed", QUEUE, 1, "detail.image-tag: missing"),
            new DeadLetterSink.FailedMessage("refused", "refused", QUEUE, 1, "no such cluster"));
    assertThat(lines)
        .hasSize(3)
        .first()
        .asString()
        .contains(
            "\"level\":\"ERROR\"",
            "sent to the dead-letter queue: detail.repository-name: missing");
  }

  @Test
  void without_a_dead_letter_queue_of_its_own_they_are_left_to_the_redrive_policy() {
    message("unreadable").message("malformed").message("b");

    assertThat(failures(processor(Optional.empty()))).containsExactly("unreadable", "malformed");
  }

  @Test
  void a_message_that_the_dead_letters_do_not_take_is_not_lost() {
    message("malformed").message("b");

    assertThat(
            failures(
                processor(
                    Optional.of(letter -> {
                      throw new IllegalStateException("full");
                    }))))
        .containsExactly("malformed");
    assertThat(lines)
        .singleElement()
        .asString()
        .contains(
            "the dead-letter queue did not take a message that failed (detail.image-tag:"
                + " missing): full");
  }

  @Test
  void nothing_is_begun_when_the_time_runs_out() {
    message("a").message("b:1").message("b:2").message("c");
    List<Duration> remaining =
        new ArrayList<>(List.of(ENOUGH, Duration.ofSeconds(29), Duration.ofSeconds(28)));

    JsonNode answer = answer(processor(), remaining::removeFirst);

    assertThat(handled).containsExactly("a");
    assertThat(answer)
        .hasToString(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"b:1\"},{\"itemIdentifier\":\"b:2\"},"
                + "{\"itemIdentifier\":\"c\"}]}");
  }

  @Test
  void a_failure_is_logged_with_what_it_was_about() {
    records.addObject().put("messageId", "m-1").put("body", "fails").put("eventSource", "aws:sqs");

    failures(processor(Optional.empty()));

    assertThat(lines.getFirst())
        .contains(
            "\"level\":\"ERROR\"",
            "failed at delivery 1, to be delivered again: ECS is busy",
            "\"messageId\":\"m-1\"",
            "\"body\":\"fails\"",
            "\"errorType\":\"java.lang.IllegalStateException\"");
  }

  @Test
  void the_event_in_a_message_is_named_as_far_as_it_can_be_read() {
    SQSMessage record = new SQSMessage();
    record.setMessageId("m-1");
    record.setBody(
        "{\"id\":\"e-1\",\"detail\":{\"repository-name\":\"web\",\"image-tag\":\"v1\"}}");
    record.setAttributes(Map.of());
    Message message = Message.of(record);

    assertThat(message.described())
        .hasToString(
            "{\"messageId\":\"m-1\",\"deliveries\":1,\"eventId\":\"e-1\",\"repository\":\"web\",\"tag\":\"v1\"}");
  }

  @Test
  void a_batch_whose_failures_could_not_be_told_fails_whole() {
    records.addObject().put("body", "a").put("eventSource", "aws:sqs");

    assertThatThrownBy(() -> failures(processor(Optional.empty())))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageStartingWith("Records[].messageId: missing");
    assertThat(handled).isEmpty();
  }
}
