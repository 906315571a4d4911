package dev.slipway.simulator.sqs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqsServiceTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");

  private World world;
  private SqsService sqs;

  @BeforeEach
  void begin() {
    begin(0);
  }

  /**
   * @param speed of the world; 0 where only the test lets time pass, and no receiver waits
   */
  private void begin(double speed) {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), speed);
    Journal silent = (topic, line) -> {};
    Iam iam = new Iam(world, ACCOUNT, silent);
    sqs = new SqsService(world, iam, iam, silent, ACCOUNT, () -> "http://127.0.0.1:4566");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private JsonNode call(String operation, String body) {
    return world.call(() -> sqs.call(new AwsRequest(ACCOUNT.root(), operation, json(body))));
  }

  private String queue(String name, String attributes) {
    return call("CreateQueue", "{'QueueName':'" + name + "','Attributes':" + attributes + "}")
        .path("QueueUrl")
        .asText();
  }

  private String fifo(String name, String attributes) {
    return queue(
        name,
        "{'FifoQueue':'true','ContentBasedDeduplication':'true'"
            + (attributes.isEmpty() ? "" : "," + attributes)
            + "}");
  }

  private JsonNode send(String url, String body, String members) {
    return call(
        "SendMessage",
        "{'QueueUrl':'"
            + url
            + "','MessageBody':'"
            + body
            + "'"
            + (members.isEmpty() ? "" : "," + members)
            + "}");
  }

  private JsonNode receive(String url, int most) {
    return call(
            "ReceiveMessage",
            "{'QueueUrl':'"
                + url
                + "','MaxNumberOfMessages':"
                + most
                + ",'MessageSystemAttributeNames':['All'],'MessageAttributeNames':['All']}")
        .path("Messages");
  }

  private static List<String> bodies(JsonNode messages) {
    List<String> bodies = new ArrayList<>();
    messages.forEach(message -> bodies.add(message.path("Body").asText()));
    return bodies;
  }

  private void delete(String url, JsonNode message) {
    call(
        "DeleteMessage",
        "{'QueueUrl':'"
            + url
            + "','ReceiptHandle':'"
            + message.path("ReceiptHandle").asText()
            + "'}");
  }

  private void pass(Duration time) {
    assertThat(world.runUntil(() -> false, time)).isFalse();
    Instant now = world.now();
    world.after(time, () -> {});
    world.runUntil(() -> !world.now().isBefore(now.plus(time)), time);
  }

  @Nested
  class A_standard_queue {
    @Test
    void hides_a_received_message_until_its_visibility_timeout_is_over() {
      String url = queue("work", "{'VisibilityTimeout':'30'}");
      send(url, "a", "");

      assertThat(bodies(receive(url, 1))).containsExactly("a");
      assertThat(receive(url, 1)).isEmpty();
      pass(Duration.ofSeconds(31));
      JsonNode again = receive(url, 1);

      assertThat(bodies(again)).containsExactly("a");
      assertThat(again.get(0).at("/Attributes/ApproximateReceiveCount").asText()).isEqualTo("2");
    }

    @Test
    void delivers_a_delayed_message_later() {
      String url = queue("work", "{}");
      send(url, "a", "'DelaySeconds':5");

      assertThat(receive(url, 1)).isEmpty();
      pass(Duration.ofSeconds(6));

      assertThat(bodies(receive(url, 1))).containsExactly("a");
    }

    @Test
    void lets_the_receiver_change_the_visibility() {
      String url = queue("work", "{}");
      send(url, "a", "");
      String handle = receive(url, 1).get(0).path("ReceiptHandle").asText();

      call(
          "ChangeMessageVisibility",
          "{'QueueUrl':'" + url + "','ReceiptHandle':'" + handle + "','VisibilityTimeout':0}");

      assertThat(bodies(receive(url, 1))).containsExactly("a");
    }

    @Test
    void counts_what_is_visible_in_flight_and_delayed() {
      String url = queue("work", "{}");
      send(url, "a", "");
      send(url, "b", "");
      send(url, "c", "'DelaySeconds':60");
      receive(url, 1);

      JsonNode attributes =
          call(
                  "GetQueueAttributes",
                  "{'QueueUrl':'"
                      + url
                      + "','AttributeNames':['ApproximateNumberOfMessages',"
                      + "'ApproximateNumberOfMessagesNotVisible','ApproximateNumberOfMessagesDelayed']}")
              .path("Attributes");

      assertThat(attributes)
          .isEqualTo(
              JSON.createObjectNode()
                  .put("ApproximateNumberOfMessages", "1")
                  .put("ApproximateNumberOfMessagesNotVisible", "1")
                  .put("ApproximateNumberOfMessagesDelayed", "1"));
    }

    @Test
    void forgets_a_message_when_its_retention_is_over() {
      String url = queue("work", "{'MessageRetentionPeriod':'60'}");
      send(url, "a", "");

      pass(Duration.ofSeconds(61));

      assertThat(receive(url, 1)).isEmpty();
    }

    @Test
    void carries_attributes_with_the_checksum_that_clients_compute() {
      String url = queue("work", "{}");
      // as an independent implementation (moto) computes it
      JsonNode sent =
          send(
              url,
              "hello",
              "'MessageAttributes':{'kind':{'DataType':'String','StringValue':'push'},"
                  + "'n':{'DataType':'Number','StringValue':'7'},"
                  + "'raw':{'DataType':'Binary','BinaryValue':'AAEC'}}");
      JsonNode received = receive(url, 1).get(0);

      assertThat(sent.path("MD5OfMessageBody").asText())
          .isEqualTo("5d41402abc4b2a76b9719d911017c592");
      assertThat(sent.path("MD5OfMessageAttributes").asText())
          .isEqualTo("94e50ef57d2834d3121df519ef1f59e3")
          .isEqualTo(received.path("MD5OfMessageAttributes").asText());
      assertThat(received.at("/MessageAttributes/raw/BinaryValue").asText()).isEqualTo("AAEC");
      assertThat(received.at("/MessageAttributes/kind/StringValue").asText()).isEqualTo("push");
    }

    @Test
    void answers_a_batch_entry_by_entry() {
      String url = queue("work", "{}");

      JsonNode answer =
          call(
              "SendMessageBatch",
              "{'QueueUrl':'"
                  + url
                  + "','Entries':[{'Id':'1','MessageBody':'a'},"
                  + "{'Id':'2','MessageBody':'b','DelaySeconds':901}]}");

      assertThat(answer.at("/Successful/0/Id").asText()).isEqualTo("1");
      assertThat(answer.at("/Failed/0/Id").asText()).isEqualTo("2");
      assertThat(answer.at("/Failed/0/Code").asText()).isEqualTo("InvalidParameterValue");
      assertThat(bodies(receive(url, 10))).containsExactly("a");
    }

    @Test
    void lets_a_receiver_wait_for_a_message_without_holding_the_world() throws Exception {
      end();
      begin(1);
      String url = queue("work", "{}");

      CompletableFuture<JsonNode> waiting =
          CompletableFuture.supplyAsync(
              () -> call("ReceiveMessage", "{'QueueUrl':'" + url + "','WaitTimeSeconds':20}"));
      send(url, "a", "");

      assertThat(bodies(waiting.get(30, TimeUnit.SECONDS).path("Messages"))).containsExactly("a");
    }
  }

  @Nested
  class A_fifo_queue {
    @Test
    void keeps_the_order_of_a_group_and_hands_it_out_one_batch_at_a_time() {
      String url = fifo("work.fifo", "");
      send(url, "a1", "'MessageGroupId':'a'");
      send(url, "b1", "'MessageGroupId':'b'");
      send(url, "a2", "'MessageGroupId':'a'");
      send(url, "a3", "'MessageGroupId':'a'");

      JsonNode first = receive(url, 1);
      assertThat(bodies(first)).containsExactly("a1");
      JsonNode second = receive(url, 10);
      assertThat(bodies(second)).as("a is in flight").containsExactly("b1");

      delete(url, first.get(0));
      assertThat(bodies(receive(url, 10))).containsExactly("a2", "a3");
    }

    @Test
    void holds_a_group_back_while_a_later_message_of_it_is_in_flight() {
      String url = fifo("work.fifo", "");
      send(url, "a1", "'MessageGroupId':'a'");
      send(url, "a2", "'MessageGroupId':'a'");
      JsonNode both = receive(url, 10);

      call(
          "ChangeMessageVisibility",
          "{'QueueUrl':'"
              + url
              + "','ReceiptHandle':'"
              + both.get(0).path("ReceiptHandle").asText()
              + "','VisibilityTimeout':0}");
      assertThat(receive(url, 10)).isEmpty();

      pass(Duration.ofSeconds(31));
      assertThat(bodies(receive(url, 10))).containsExactly("a1", "a2");
    }

    @Test
    void takes_the_same_content_once_within_five_minutes() {
      String url = fifo("work.fifo", "");
      JsonNode first = send(url, "a", "'MessageGroupId':'g'");
      JsonNode duplicate = send(url, "a", "'MessageGroupId':'g'");
      JsonNode other = send(url, "b", "'MessageGroupId':'g'");

      assertThat(duplicate.path("MessageId")).isEqualTo(first.path("MessageId"));
      assertThat(duplicate.path("SequenceNumber")).isEqualTo(first.path("SequenceNumber"));
      assertThat(other.path("SequenceNumber").asText())
          .hasSize(20)
          .isGreaterThan(first.path("SequenceNumber").asText());
      JsonNode received = receive(url, 10);
      assertThat(bodies(received)).containsExactly("a", "b");
      received.forEach(message -> delete(url, message));

      send(url, "a", "'MessageGroupId':'g'");
      assertThat(receive(url, 10)).as("deleted, and still remembered").isEmpty();
      pass(Duration.ofMinutes(5));
      send(url, "a", "'MessageGroupId':'g'");
      assertThat(bodies(receive(url, 10))).containsExactly("a");
    }

    @Test
    void tells_what_it_knows_of_a_message() {
      String url = fifo("work.fifo", "");
      send(url, "a", "'MessageGroupId':'g','MessageDeduplicationId':'d'");

      JsonNode attributes = receive(url, 1).get(0).path("Attributes");

      assertThat(attributes.path("MessageGroupId").asText()).isEqualTo("g");
      assertThat(attributes.path("MessageDeduplicationId").asText()).isEqualTo("d");
      assertThat(attributes.path("ApproximateReceiveCount").asText()).isEqualTo("1");
      assertThat(attributes.path("SentTimestamp").asLong())
          .isEqualTo(Instant.parse("2026-11-21T10:00:00Z").toEpochMilli());
    }

    @Test
    void refuses_to_delete_with_an_expired_receipt_handle() {
      String url = fifo("work.fifo", "'VisibilityTimeout':'10'");
      send(url, "a", "'MessageGroupId':'g'");
      JsonNode message = receive(url, 1).get(0);

      pass(Duration.ofSeconds(11));

      assertThatThrownBy(() -> delete(url, message))
          .isInstanceOf(AwsError.class)
          .hasMessageContaining("The receipt handle has expired");
    }

    @Test
    void sends_a_message_to_the_dead_letter_queue_and_goes_on_with_its_group() {
      String dead = fifo("dead.fifo", "");
      String url =
          fifo(
              "work.fifo",
              "'VisibilityTimeout':'10','RedrivePolicy':'{\\'deadLetterTargetArn\\':"
                  + "\\'arn:aws:sqs:us-east-1:123456789012:dead.fifo\\',\\'maxReceiveCount\\':2}'");
      String id = send(url, "poison", "'MessageGroupId':'g'").path("MessageId").asText();
      send(url, "fine", "'MessageGroupId':'g'");

      assertThat(bodies(receive(url, 1))).containsExactly("poison");
      pass(Duration.ofSeconds(11));
      assertThat(bodies(receive(url, 1))).containsExactly("poison");
      pass(Duration.ofSeconds(11));
      assertThat(bodies(receive(url, 1))).containsExactly("fine");

      JsonNode letter = receive(dead, 10).get(0);
      assertThat(letter.path("Body").asText()).isEqualTo("poison");
      assertThat(letter.path("MessageId").asText()).isEqualTo(id);
      assertThat(letter.at("/Attributes/MessageGroupId").asText()).isEqualTo("g");
      assertThat(letter.at("/Attributes/DeadLetterQueueSourceArn").asText())
          .isEqualTo("arn:aws:sqs:us-east-1:123456789012:work.fifo");
    }
  }

  @Test
  void a_message_counts_with_its_attributes() {
    queue("q", "{}");
    String send =
        "{'QueueUrl':'http://x/123456789012/q','MessageBody':'%s','MessageAttributes':"
            + "{'ab':{'DataType':'String','StringValue':'cd'}}}";
    // ab, String and cd are ten bytes
    call("SendMessage", send.formatted("x".repeat(1_048_566)));
    assertThatThrownBy(() -> call("SendMessage", send.formatted("x".repeat(1_048_567))))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("Message must be shorter than 1048576 bytes.");
  }

  @Test
  void a_batch_is_no_larger_than_a_message() {
    queue("q", "{}");
    String send =
        "{'QueueUrl':'http://x/123456789012/q','Entries':[{'Id':'1','MessageBody':'%s'},"
            + "{'Id':'2','MessageBody':'%s'}]}";
    String half = "x".repeat(524_288);
    assertThat(call("SendMessageBatch", send.formatted(half, half)).path("Successful")).hasSize(2);
    assertThatThrownBy(() -> call("SendMessageBatch", send.formatted(half, half + "x")))
        .isInstanceOfSatisfying(
            AwsError.class, error -> assertThat(error.code()).isEqualTo("BatchRequestTooLong"));
  }

  @Test
  void a_message_has_ten_attributes_at_most() {
    queue("q", "{}");
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      attributes
          .append(i == 0 ? "" : ",")
          .append("'a" + i + "':{'DataType':'String','StringValue':'v'}");
    }
    assertThatThrownBy(() ->
            call(
                "SendMessage",
                "{'QueueUrl':'http://x/123456789012/q','MessageBody':'a','MessageAttributes':{"
                    + attributes
                    + "}}"))
        .isInstanceOf(AwsError.class)
        .hasMessage("Number of message attributes [11] exceeds the allowed maximum [10].");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GetQueueUrl    | {'QueueName':'none'}                                        | QueueDoesNotExist
          SendMessage    | {'QueueUrl':'http://x/123456789012/none','MessageBody':'a'} | QueueDoesNotExist
          SendMessage    | {'QueueUrl':'http://x/999999999999/q','MessageBody':'a'}    | QueueDoesNotExist
          SendMessage    | {'QueueUrl':'http://x/123456789012/q'}                      | MissingParameter
          SendMessage    | {'QueueUrl':'http://x/123456789012/f.fifo','MessageBody':'a'} | MissingParameter
          SendMessage    | {'QueueUrl':'http://x/123456789012/f.fifo','MessageBody':'a','MessageGroupId':'g'} | InvalidParameterValue
          SendMessage    | {'QueueUrl':'http://x/123456789012/f.fifo','MessageBody':'a','MessageGroupId':'a b','MessageDeduplicationId':'d'} | InvalidParameterValue
          SendMessage    | {'QueueUrl':'http://x/123456789012/q','MessageBody':'\\u0001'} | InvalidMessageContents
          SendMessageBatch | {'QueueUrl':'http://x/123456789012/q','Entries':[]}       | EmptyBatchRequest
          SendMessageBatch | {'QueueUrl':'http://x/123456789012/q','Entries':[{'Id':'1','MessageBody':'a'},{'Id':'1','MessageBody':'b'}]} | BatchEntryIdsNotDistinct
          CreateQueue    | {'QueueName':'n','Attributes':{'ContentBasedDeduplication':'true'}} | InvalidAttributeName
          SendMessage    | {'QueueUrl':'http://x/123456789012/q','MessageBody':'a','MessageDeduplicationId':'d'} | InvalidParameterValue
          ReceiveMessage | {'QueueUrl':'http://x/123456789012/q','MaxNumberOfMessages':11} | InvalidParameterValue
          ChangeMessageVisibility | {'QueueUrl':'http://x/123456789012/q','ReceiptHandle':'h','VisibilityTimeout':1} | MessageNotInflight
          CreateQueue    | {'QueueName':'q','Attributes':{'VisibilityTimeout':'5'}}    | QueueNameExists
          CreateQueue    | {'QueueName':'n','Attributes':{'Visibility':'5'}}           | InvalidAttributeName
          CreateQueue    | {'QueueName':'n','Attributes':{'VisibilityTimeout':'50000'}} | InvalidAttributeValue
          CreateQueue    | {'QueueName':'n','Attributes':{'FifoQueue':'true'}}         | InvalidParameterValue
          CreateQueue    | {'QueueName':'n','Attributes':{'RedrivePolicy':'{}'}}       | InvalidParameterValue
          """)
  void refuses_with_the_error_that_sqs_answers(String operation, String body, String code) {
    queue("q", "{}");
    queue("f.fifo", "{'FifoQueue':'true'}");

    assertThatThrownBy(() -> call(operation, body))
        .isInstanceOfSatisfying(AwsError.class, error -> assertThat(error.code()).isEqualTo(code));
  }

  @Test
  void a_deny_in_the_queues_policy_holds_for_everybody() {
    String url =
        queue(
            "closed",
            "{'Policy':'{\\'Statement\\':[{\\'Effect\\':\\'Deny\\',\\'Principal\\':\\'*\\',"
                + "\\'Action\\':\\'sqs:SendMessage\\',\\'Resource\\':\\'*\\'}]}'}");

    assertThatThrownBy(() -> send(url, "a", ""))
        .isInstanceOfSatisfying(
            AwsError.class, error -> assertThat(error.code()).isEqualTo("AccessDenied"));
    assertThat(receive(url, 1)).isEmpty();
  }

  @Test
  void a_dead_letter_queue_says_whose_letters_it_takes() {
    fifo(
        "dead.fifo",
        "'RedriveAllowPolicy':'{\\'redrivePermission\\':\\'byQueue\\',\\'sourceQueueArns\\':"
            + "[\\'arn:aws:sqs:us-east-1:123456789012:work.fifo\\']}'");
    String redrive =
        "'RedrivePolicy':'{\\'deadLetterTargetArn\\':"
            + "\\'arn:aws:sqs:us-east-1:123456789012:dead.fifo\\',\\'maxReceiveCount\\':2}'";

    fifo("work.fifo", redrive);
    assertThatThrownBy(() -> fifo("other.fifo", redrive))
        .hasMessageContaining("the RedriveAllowPolicy of dead.fifo does not allow");
  }

  @Test
  void a_queue_created_twice_with_the_same_attributes_is_the_same() {
    Map<String, String> attributes = Map.of("VisibilityTimeout", "60");

    assertThat(sqs.create("q", attributes, Map.of()))
        .isSameAs(sqs.create("q", attributes, Map.of()));
  }
}
