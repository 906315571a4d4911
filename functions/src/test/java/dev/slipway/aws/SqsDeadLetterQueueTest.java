package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.operate.DeadLetter;
import dev.slipway.operate.Redrive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SqsDeadLetterQueueTest {
  private static final String DEAD = "https://sqs.us-east-1.amazonaws.com/123456789012/dead";
  private static final String SOURCE = "https://sqs.us-east-1.amazonaws.com/123456789012/deploy";
  private final LoopbackAws aws = new LoopbackAws();
  private final SqsDeadLetterQueue queue =
      new SqsDeadLetterQueue(aws.clients().sqs(), "deploy", DEAD, SOURCE);

  @AfterEach
  void end() {
    aws.close();
  }

  private static String message(String id) {
    return """
    {"MessageId": "%s", "ReceiptHandle": "r-%s", "Body": "{}", "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
     "MD5OfMessageAttributes": "f29aa930786b77df35d37ef0cf390e66",
     "Attributes": {"SentTimestamp": "1795255200000"},
     "MessageAttributes": {
       "reason": {"DataType": "String", "StringValue": "the role may not be passed"},
       "deliveries": {"DataType": "String", "StringValue": "8"}}}
    """
        .formatted(id, id);
  }

  private void has(String... ids) {
    String messages =
        String.join(",", List.of(ids).stream().map(SqsDeadLetterQueueTest::message).toList());
    aws.answers("ReceiveMessage", "{\"Messages\": [" + messages + "]}")
        .always("ReceiveMessage", "{}")
        .always("ChangeMessageVisibilityBatch", "{\"Successful\": [], \"Failed\": []}")
        .always(
            "SendMessage",
            "{\"MessageId\": \"new\", \"MD5OfMessageBody\": \"99914b932bd37a50b983c5e7c90ae93b\"}")
        .always("DeleteMessage", "{}");
  }

  @Test
  void messages_are_received_with_why_they_are_there() {
    has("m1", "m2");

    assertThat(queue.receive(Duration.ofSeconds(30)))
        .first()
        .isEqualTo(
            new DeadLetter(
                "m1",
                "deploy",
                "{}",
                Instant.ofEpochMilli(1_795_255_200_000L),
                OptionalInt.of(8),
                Optional.of("the role may not be passed")));
  }

  @Test
  void a_message_is_sent_before_it_is_deleted_and_to_no_message_group() {
    has("m1", "m2");

    Redrive.Result result =
        new Redrive(List.of(queue)).redrive(new Redrive.Wanted.Named(List.of("m1", "m9")));

    assertThat(result.taken()).extracting(DeadLetter::id).containsExactly("m1");
    assertThat(result.left()).isEqualTo(1);
    assertThat(result.warnings()).containsExactly("there is no message m9");
    assertThat(aws.received().stream().map(LoopbackAws.Received::operation))
        .containsSubsequence("SendMessage", "DeleteMessage", "ChangeMessageVisibilityBatch");
    var sent = aws.received("SendMessage").getFirst().json();
    assertThat(sent.path("QueueUrl").asText()).isEqualTo(SOURCE);
    assertThat(sent.has("MessageGroupId")).isFalse();
    assertThat(sent.has("MessageDeduplicationId")).isFalse();
  }

  @Test
  void a_message_that_is_discarded_is_deleted_and_sent_nowhere() {
    has("m1", "m2");

    Redrive.Result result = new Redrive(List.of(queue)).discard(List.of("m1"));

    assertThat(result.taken()).extracting(DeadLetter::id).containsExactly("m1");
    assertThat(result.left()).isEqualTo(1);
    assertThat(aws.received("SendMessage")).isEmpty();
    assertThat(aws.received("DeleteMessage").getFirst().json().path("ReceiptHandle").asText())
        .isEqualTo("r-m1");
  }

  @Test
  void what_is_not_there_cannot_be_discarded() {
    has("m1");

    assertThatThrownBy(() -> new Redrive(List.of(queue)).discard(List.of("m9")))
        .hasMessage("there is no message m9");
    assertThat(aws.received("DeleteMessage")).isEmpty();
  }

  @Test
  void a_dry_run_takes_nothing_away() {
    has("m1");

    assertThat(new Redrive(List.of(queue)).preview(new Redrive.Wanted.All()).taken()).hasSize(1);

    assertThat(aws.received("SendMessage")).isEmpty();
    assertThat(aws.received("ChangeMessageVisibilityBatch")).hasSize(1);
  }

  @Test
  void a_message_that_was_not_received_here_cannot_be_redriven() {
    DeadLetter unknown =
        new DeadLetter("x", "deploy", "{}", Instant.EPOCH, OptionalInt.empty(), Optional.empty());

    assertThatThrownBy(() -> queue.redrive(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a message that was received here: x");
  }
}
