package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.DeadLetterSink;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.RetryBackoff;
import dev.slipway.deploy.EcsClientError;
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

class BatchTest {
  private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:slipway-deploy.fifo";
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  private final ArrayNode records = JsonNodeFactory.instance.arrayNode();
  private final List<String> handled = new ArrayList<>();
  private final List<DeadLetterSink.DeadLetter> dead = new ArrayList<>();
  private final List<String> hastened = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Log log = new Log(lines::add, InstantSource.fixed(Instant.EPOCH));
  private final RetryBackoff redelivery =
      (delay, queue, handles) -> hastened.add(delay.toSeconds() + " s: " + handles);

  private Batch batch(Optional<DeadLetterSink> deadLetters) {
    return new Batch((body, _) -> handle(body), deadLetters, redelivery, log);
  }

  private void handle(String body) {
    handled.add(body);
    if (body.startsWith("malformed")) {
      throw new MalformedEvent("detail.repository-name: missing");
    }
    if (body.startsWith("refused")) {
      throw new EcsClientError("no such cluster", new IllegalStateException());
    }
    if (body.startsWith("swept")) {
      throw new RetriedBySweep(new IllegalStateException("ECS is busy"));
    }
    if (body.startsWith("fails")) {
      throw new IllegalStateException("ECS is busy");
    }
  }

  /** A message whose id is its body, delivered for the first time. */
  private BatchTest message(String group, String body) {
    return message(group, body, 1);
  }

  private BatchTest message(String group, String body, int deliveries) {
    var item =
        records
            .addObject()
            .put("messageId", body)
            .put("receiptHandle", "r-" + body)
            .put("body", body)
            .put("eventSource", "aws:sqs")
            .put("eventSourceARN", QUEUE);
    var attributes =
        item.putObject("attributes").put("ApproximateReceiveCount", Integer.toString(deliveries));
    if (!group.isEmpty()) {
      attributes.put("MessageGroupId", group);
    }
    return this;
  }

  private JsonNode answer(Batch batch, Supplier<Duration> remaining) {
    ObjectNode event = Json.object();
    event.set("Records", records);
    return SqsJson.answer(batch.handle(SqsJson.event(event), remaining));
  }

  private List<String> failures(Batch batch) {
    JsonNode answer = answer(batch, () -> ENOUGH);
    return StreamSupport.stream(answer.path("batchItemFailures").spliterator(), false)
        .map(failure -> failure.path("itemIdentifier").asText())
        .toList();
  }

  @Test
  void without_failures_the_answer_has_none() {
    message("web", "a").message("web", "b").message("api", "c");

    assertThat(answer(batch(Optional.of(dead::add)), () -> ENOUGH))
        .hasToString("{\"batchItemFailures\":[]}");
    assertThat(handled).containsExactly("a", "b", "c");
    assertThat(hastened).isEmpty();
  }

  @Test
  void after_a_failure_the_rest_of_its_group_waits_and_other_groups_do_not() {
    message("web", "a").message("web", "fails").message("api", "c").message("web", "d");

    assertThat(failures(batch(Optional.of(dead::add)))).containsExactly("fails", "d");
    assertThat(handled).containsExactly("a", "fails", "c");
  }

  @Test
  void all_that_waits_of_a_group_comes_again_at_the_same_time() {
    message("web", "fails").message("web", "b").message("api", "fails too", 2);

    failures(batch(Optional.of(dead::add)));

    assertThat(hastened).containsExactly("5 s: [r-fails, r-b]", "20 s: [r-fails too]");
  }

  @Test
  void the_oftener_it_failed_the_later_it_comes_again() {
    message("a", "fails 1", 1)
        .message("b", "fails 2", 2)
        .message("c", "fails 3", 3)
        .message("d", "fails 4", 4);

    failures(batch(Optional.of(dead::add)));

    assertThat(hastened)
        .containsExactly("5 s: [r-fails 1]", "20 s: [r-fails 2]", "60 s: [r-fails 3]");
  }

  @Test
  void what_fails_at_the_last_delivery_goes_to_the_dead_letters_with_its_reason() {
    message("web", "fails 7", 7).message("api", "fails 8", 8).message("api", "b");

    assertThat(failures(batch(Optional.of(dead::add)).withLastDelivery(8)))
        .containsExactly("fails 7");
    assertThat(dead)
        .containsExactly(
            new DeadLetterSink.DeadLetter("fails 8", "fails 8", "api", QUEUE, 8, "ECS is busy"));
    assertThat(handled).contains("b");
  }

  @Test
  void what_a_sweep_asked_for_is_dropped_after_three_tries() {
    message("web", "swept 2", 2).message("api", "swept 3", 3);

    assertThat(failures(batch(Optional.of(dead::add)))).containsExactly("swept 2");
    assertThat(dead).isEmpty();
    assertThat(lines).anyMatch(line -> line.contains("the next sweep tries again: ECS is busy"));
  }

  @Test
  void what_no_later_try_can_mend_goes_to_the_dead_letters_and_holds_nothing_up() {
    message("web", "malformed").message("web", "b").message("api", "refused");

    assertThat(failures(batch(Optional.of(dead::add)))).isEmpty();
    assertThat(handled).containsExactly("malformed", "b", "refused");
    assertThat(dead)
        .containsExactly(
            new DeadLetterSink.DeadLetter(
                "malformed", "malformed", "web", QUEUE, 1, "detail.repository-name: missing"),
            new DeadLetterSink.DeadLetter(
                "refused", "refused", "api", QUEUE, 1, "no such cluster"));
    assertThat(lines)
        .hasSize(2)
        .first()
        .asString()
        .contains(
            "\"level\":\"ERROR\"",
            "given up, and put into the dead-letter queue: detail.repository-name: missing",
            "\"messageGroup\":\"web\"");
  }

  @Test
  void without_a_dead_letter_queue_of_its_own_it_is_left_to_the_redrive_policy() {
    message("web", "malformed").message("web", "b");

    assertThat(failures(batch(Optional.empty()))).containsExactly("malformed", "b");
  }

  @Test
  void a_message_that_the_dead_letters_do_not_take_is_not_lost() {
    message("web", "malformed").message("web", "b");

    assertThat(
            failures(
                batch(
                    Optional.of(letter -> {
                      throw new IllegalStateException("full");
                    }))))
        .containsExactly("malformed", "b");
    assertThat(lines).singleElement().asString().contains("did not take it: full");
  }

  @Test
  void nothing_is_begun_when_the_time_runs_out() {
    message("web", "a").message("web", "b").message("api", "c");
    List<Duration> remaining =
        new ArrayList<>(List.of(ENOUGH, Duration.ofSeconds(10), Duration.ofSeconds(9)));

    JsonNode answer = answer(batch(Optional.of(dead::add)), remaining::removeFirst);

    assertThat(handled).containsExactly("a");
    assertThat(answer)
        .hasToString(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"b\"},{\"itemIdentifier\":\"c\"}]}");
  }

  @Test
  void in_a_standard_queue_no_message_waits_for_another() {
    message("", "fails").message("", "b").message("", "malformed");

    assertThat(failures(batch(Optional.of(dead::add)))).containsExactly("fails");
    assertThat(handled).containsExactly("fails", "b", "malformed");
    assertThat(dead).singleElement().extracting(DeadLetterSink.DeadLetter::group).isNull();
  }

  @Test
  void a_failure_is_logged_with_what_it_was_about() {
    records.addObject().put("messageId", "m-1").put("body", "fails").put("eventSource", "aws:sqs");
    message("web", "fails");

    failures(batch(Optional.empty()));

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

    assertThatThrownBy(() -> failures(batch(Optional.empty())))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageStartingWith("Records[].messageId: missing");
    assertThat(handled).isEmpty();
  }
}
