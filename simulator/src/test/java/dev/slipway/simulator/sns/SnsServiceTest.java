package dev.slipway.simulator.sns;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Policy;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnsServiceTest {
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:news";

  private final List<String> journal = new ArrayList<>();
  private World world;
  private Iam iam;
  private SqsService sqs;
  private SnsService sns;

  @BeforeEach
  void begin() {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
    iam = new Iam(world, ACCOUNT, (topic, line) -> {});
    sqs = new SqsService(world, iam, iam, (topic, line) -> {}, ACCOUNT, () -> "http://queues");
    sns =
        new SnsService(
            world, iam, iam, (topic, line) -> journal.add(topic + " " + line), ACCOUNT, sqs);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private JsonNode call(String operation, String body) {
    return call(ACCOUNT.root(), operation, json(body));
  }

  private JsonNode call(Caller caller, String operation, ObjectNode body) {
    return world.call(() -> sns.call(new AwsRequest(caller, operation, body)));
  }

  private void topic() {
    call("CreateTopic", "{'Name':'news'}");
  }

  private String subscribe(String protocol, String endpoint, String attributes) {
    ObjectNode body =
        json(
            "{'TopicArn':'%s','Protocol':'%s','Endpoint':'%s'}"
                .formatted(TOPIC, protocol, endpoint));
    if (!attributes.isEmpty()) {
      body.putObject("Attributes").setAll(json(attributes));
    }
    return call(ACCOUNT.root(), "Subscribe", body).path("SubscriptionArn").asText();
  }

  private String filtered(String endpoint, String policy) {
    ObjectNode body =
        json("{'TopicArn':'%s','Protocol':'email','Endpoint':'%s'}".formatted(TOPIC, endpoint));
    body.putObject("Attributes").put("FilterPolicy", policy.replace('\'', '"'));
    return call(ACCOUNT.root(), "Subscribe", body).path("SubscriptionArn").asText();
  }

  private void publish(String members) {
    call(ACCOUNT.root(), "Publish", json(members).put("TopicArn", TOPIC));
    world.runUntilQuiet(Duration.ofMinutes(1));
  }

  @Test
  void a_letter_has_the_subject_and_the_message() {
    topic();
    String subscription = subscribe("email", "ops@example.com", "");

    publish("{'Subject':'web is deployed','Message':'It took 95 s.\\nAll 3 tasks run.'}");

    assertThat(sns.deliveredTo("ops@example.com"))
        .containsExactly(
            new Delivered(
                Instant.parse("2026-11-21T10:00:00.100Z"),
                TOPIC,
                subscription,
                "email",
                "ops@example.com",
                "web is deployed",
                "It took 95 s.\nAll 3 tasks run."));
    assertThat(journal)
        .containsExactly("sns news: web is deployed", "sns web is deployed → ops@example.com");
  }

  @Test
  void a_url_is_sent_an_envelope_or_the_message_as_it_is() {
    topic();
    subscribe("https", "https://a.example.com/", "");
    subscribe("https", "https://b.example.com/", "{'RawMessageDelivery':'true'}");

    publish(
        "{'Message':'hello','MessageAttributes':{'format':{'DataType':'String','StringValue':'chat'}}}");

    ObjectNode envelope = json(sns.deliveredTo("https://a.example.com/").getFirst().body());
    assertThat(envelope.path("Type").asText()).isEqualTo("Notification");
    assertThat(envelope.path("TopicArn").asText()).isEqualTo(TOPIC);
    assertThat(envelope.path("Message").asText()).isEqualTo("hello");
    assertThat(envelope.has("Subject")).isFalse();
    assertThat(envelope.path("Timestamp").asText()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(envelope.path("MessageAttributes").toString())
        .isEqualTo("{\"format\":{\"Type\":\"String\",\"Value\":\"chat\"}}");
    assertThat(sns.deliveredTo("https://b.example.com/"))
        .extracting(Delivered::body)
        .containsExactly("hello");
  }

  @Test
  void each_protocol_may_have_a_text_of_its_own() {
    topic();
    subscribe("email", "ops@example.com", "");
    subscribe("https", "https://example.com/", "{'RawMessageDelivery':'true'}");
    ObjectNode body = json("{'MessageStructure':'json'}").put("TopicArn", TOPIC);
    body.put("Message", json("{'default':'all','https':'chat'}").toString());

    call(ACCOUNT.root(), "Publish", body);
    world.runUntilQuiet(Duration.ofMinutes(1));

    assertThat(sns.delivered()).extracting(Delivered::body).containsExactly("all", "chat");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'format':['text',{'exists':false}]}   | {}                                   | no
          {'format':[{'exists':false}]}          | {}                                   | no
          {'format':[{'exists':false}]}          | {'other':['String','chat']}          | yes
          {'format':['text',{'exists':false}]}   | {'format':['String','text']}         | yes
          {'format':['text',{'exists':false}]}   | {'format':['String','chat']}         | no
          {'format':['text',{'exists':false}]}   | {'other':['String','chat']}          | yes
          {'format':['text','chat']}             | {'format':['String','chat']}         | yes
          {'format':['text']}                    | {}                                   | no
          {'format':[{'exists':true}]}           | {'format':['String','any']}          | yes
          {'format':[{'exists':true}]}           | {}                                   | no
          {'format':[{'anything-but':['text']}]} | {'format':['String','chat']}         | yes
          {'format':[{'anything-but':['text']}]} | {'format':['String','text']}         | no
          {'format':[{'anything-but':['text']}]} | {}                                   | no
          {'format':[{'prefix':'te'}]}           | {'format':['String','text']}         | yes
          {'format':[{'prefix':'te'}]}           | {'format':['String','chat']}         | no
          {'a':['1'],'b':['2']}                  | {'a':['String','1']}                 | no
          {'a':['1'],'b':['2']}                  | {'a':['String','1'],'b':['String','2']} | yes
          {'tries':[{'numeric':['>',2]}]}        | {'tries':['Number','3']}             | yes
          {'tries':[{'numeric':['>',2]}]}        | {'tries':['Number','2']}             | no
          {'tries':[{'numeric':['>',2]}]}        | {'tries':['String','3']}             | no
          {'tags':['staging']}                   | {'tags':['String.Array','[\\"a\\",\\"staging\\"]']} | yes
          {'raw':[{'exists':true}]}              | {'raw':['Binary','AAAA']}            | no
          {}                                     | {}                                   | yes
          """)
  void a_filter_policy_chooses_by_attributes(String policy, String attributes, String wanted) {
    topic();
    filtered("ops@example.com", policy);
    ObjectNode body = json("{'Message':'hello'}").put("TopicArn", TOPIC);
    ObjectNode all = body.putObject("MessageAttributes");
    json(attributes)
        .properties()
        .forEach(attribute -> {
          String type = attribute.getValue().path(0).asText();
          all.putObject(attribute.getKey())
              .put("DataType", type)
              .put(
                  type.equals("Binary") ? "BinaryValue" : "StringValue",
                  attribute.getValue().path(1).asText());
        });

    call(ACCOUNT.root(), "Publish", body);
    world.runUntilQuiet(Duration.ofMinutes(1));

    assertThat(sns.delivered()).hasSize(wanted.equals("yes") ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                           | FilterPolicy: Filter policy must be an object
          {'a':'b'}                     | FilterPolicy: "a" must be an object or an array
          {'a':{'b':['c']}}             | Filter policy scope MessageAttributes does not support nested filter policy
          {'a':[1],'b':[1],'c':[1],'d':[1],'e':[1],'f':[1]} | FilterPolicy: Filter policy can not have more than 5 keys
          """)
  void a_filter_policy_that_sns_would_not_take_is_refused(String policy, String message) {
    topic();
    assertThatThrownBy(() -> filtered("ops@example.com", policy))
        .isInstanceOf(AwsError.class)
        .hasMessage("Invalid parameter: " + message);
  }

  @Test
  void a_filter_policy_that_event_ruler_does_not_understand_is_refused() {
    topic();
    assertThatThrownBy(() -> filtered("ops@example.com", "{'a':[{'unheard':'of'}]}"))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("Invalid parameter: FilterPolicy: ")
        .hasMessageContaining("unheard");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'Message':''}                                           | InvalidParameter: Invalid parameter: Empty message
          {}                                                       | InvalidParameter: Invalid parameter: Empty message
          {'Message':'m','Subject':''}                             | InvalidParameter: Invalid parameter: Subject
          {'Message':'m','Subject':'two\\nlines'}                  | InvalidParameter: Invalid parameter: Subject
          {'Message':'m','MessageStructure':'xml'}                 | InvalidParameter: Invalid parameter: MessageStructure
          {'Message':'m','MessageStructure':'json'}                | InvalidParameter: Invalid parameter: Message Structure - JSON message body failed to parse
          {'Message':'{}','MessageStructure':'json'}               | InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON message body
          {'Message':'m','PhoneNumber':'+1'}                       | InvalidParameter: Invalid parameter: PhoneNumber Reason: the simulator sends no SMS
          {'Message':'m','MessageAttributes':{'a':{'DataType':'String','StringValue':''}}} | ParameterValueInvalid: The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.
          {'Message':'m','MessageAttributes':{'a':{'DataType':'Number','StringValue':'x'}}} | ParameterValueInvalid: Could not cast message attribute 'a' value to number.
          """,
      quoteCharacter = '`')
  void a_message_that_sns_would_not_take_is_refused(String members, String error) {
    topic();
    assertThatThrownBy(() -> publish(members))
        .isInstanceOfSatisfying(
            AwsError.class, e -> assertThat(e.code() + ": " + e.getMessage()).isEqualTo(error));
  }

  @Test
  void a_message_of256_kibibytes_is_the_longest() {
    topic();
    publish("{'Message':'" + "x".repeat(262_144) + "'}");
    assertThatThrownBy(() -> publish("{'Message':'" + "x".repeat(262_145) + "'}"))
        .hasMessage("Invalid parameter: Message too long");
    assertThatThrownBy(() ->
            publish(
                "{'Message':'"
                    + "x".repeat(262_144)
                    + "','MessageAttributes':{'a':{'DataType':'String','StringValue':'b'}}}"))
        .hasMessage("Invalid parameter: Message too long");
  }

  @Test
  void a_subject_of100_characters_is_the_longest() {
    topic();
    publish("{'Message':'m','Subject':'" + "s".repeat(100) + "'}");
    assertThatThrownBy(() -> publish("{'Message':'m','Subject':'" + "s".repeat(101) + "'}"))
        .hasMessage("Invalid parameter: Subject");
  }

  @Test
  void a_topic_that_is_not_there_is_not_found() {
    assertThatThrownBy(() -> publish("{'Message':'m'}"))
        .isInstanceOfSatisfying(
            AwsError.class,
            e -> {
              assertThat(e.code()).isEqualTo("NotFound");
              assertThat(e.status()).isEqualTo(404);
              assertThat(e).hasMessage("Topic does not exist");
            });
    assertThatThrownBy(() -> call("Publish", "{'TopicArn':'news','Message':'m'}"))
        .hasMessage(
            "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pigeon | loft                                     | Invalid parameter: Does not support this protocol string: pigeon
          email  | nobody                                   | Invalid parameter: Email address
          https  | http://example.com                       | Invalid parameter: Endpoint must match the specified protocol
          sqs    | work                                     | Invalid parameter: SQS endpoint ARN
          sqs    | arn:aws:sqs:us-east-1:123456789012:a.fifo | Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics
          """)
  void an_endpoint_that_sns_would_not_take_is_refused(
      String protocol, String endpoint, String message) {
    topic();
    assertThatThrownBy(() -> subscribe(protocol, endpoint, "")).hasMessage(message);
  }

  @Test
  void subscribing_twice_is_one_subscription() {
    topic();
    String first = subscribe("email", "ops@example.com", "");
    assertThat(subscribe("email", "ops@example.com", "")).isEqualTo(first);
    assertThatThrownBy(() -> filtered("ops@example.com", "{'a':['b']}"))
        .hasMessage(
            "Invalid parameter: Attributes Reason: Subscription already exists with different"
                + " attributes");
  }

  @Test
  void what_is_there_is_listed() {
    topic();
    String subscription = filtered("ops@example.com", "{'format':['text']}");

    assertThat(call("ListTopics", "{}").toString())
        .isEqualTo("{\"Topics\":[{\"TopicArn\":\"" + TOPIC + "\"}]}");
    assertThat(
            call("ListSubscriptionsByTopic", "{'TopicArn':'" + TOPIC + "'}").path("Subscriptions"))
        .isEqualTo(call("ListSubscriptions", "{}").path("Subscriptions"))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.path("SubscriptionArn").asText()).isEqualTo(subscription);
          assertThat(one.path("Endpoint").asText()).isEqualTo("ops@example.com");
        });
    assertThat(
            call("GetSubscriptionAttributes", "{'SubscriptionArn':'" + subscription + "'}")
                .at("/Attributes/FilterPolicy")
                .asText())
        .isEqualTo("{\"format\":[\"text\"]}");
    assertThat(
            call("GetTopicAttributes", "{'TopicArn':'" + TOPIC + "'}")
                .at("/Attributes/SubscriptionsConfirmed")
                .asText())
        .isEqualTo("1");
  }

  @Test
  void who_has_unsubscribed_hears_nothing() {
    topic();
    String subscription = subscribe("email", "ops@example.com", "");
    call("Unsubscribe", "{'SubscriptionArn':'" + subscription + "'}");
    publish("{'Message':'m'}");
    assertThat(sns.delivered()).isEmpty();
  }

  @Nested
  class A_queue {
    private Queue queue(String statement) {
      return world.call(() ->
          sqs.create(
              "inbox",
              statement.isEmpty()
                  ? Map.of()
                  : Map.of("Policy", json("{'Statement':[" + statement + "]}").toString()),
              Map.of()));
    }

    private static final String ALLOWED =
        """
        {'Effect':'Allow','Principal':{'Service':'sns.amazonaws.com'},'Action':'sqs:SendMessage',
         'Resource':'*','Condition':{'ArnEquals':{'aws:SourceArn':'%s'}}}
        """
            .formatted(TOPIC);

    private static final String HELLO =
        "{'Message':'hello','MessageAttributes':{'format':{'DataType':'String','StringValue':'text'}}}";

    @Test
    void is_sent_the_envelope() {
      topic();
      Queue queue = queue(ALLOWED);
      subscribe("sqs", queue.arn(), "");
      publish(HELLO);
      assertThat(queue.messages())
          .singleElement()
          .satisfies(message ->
              assertThat(json(message.body()).path("Message").asText()).isEqualTo("hello"));
    }

    @Test
    void is_sent_the_message_as_it_is_with_its_attributes() {
      topic();
      Queue queue = queue(ALLOWED);
      subscribe("sqs", queue.arn(), "{'RawMessageDelivery':'true'}");
      publish(HELLO);
      Message message = queue.messages().getFirst();
      assertThat(message.body()).isEqualTo("hello");
      assertThat(message.attributes()).containsKey("format");
    }

    @Test
    void is_sent_nothing_that_its_policy_does_not_allow() {
      topic();
      Queue queue = queue("");
      subscribe("sqs", queue.arn(), "");
      publish(HELLO);
      assertThat(queue.messages()).isEmpty();
      assertThat(journal).last().asString().contains("its policy does not let sns.amazonaws.com");
    }
  }

  @Nested
  class A_role {
    private Caller with(String action) {
      iam.add(
          new Role(
              "R",
              Policy.parse(
                  json(
                      "{'Statement':{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole'}}")),
              List.of(
                  Policy.parse(
                      json(
                          "{'Statement':[{'Effect':'Allow','Action':'%s','Resource':'%s'}]}"
                              .formatted(action, TOPIC)))),
              List.of()));
      return iam.session("R", "f");
    }

    private ObjectNode hello() {
      return json("{'Message':'hello'}").put("TopicArn", TOPIC);
    }

    @Test
    void may_publish_if_its_policy_says_so() {
      topic();
      assertThat(call(with("sns:Publish"), "Publish", hello()).has("MessageId")).isTrue();
    }

    @Test
    void may_not_otherwise() {
      topic();
      Caller caller = with("sns:ListTopics");
      assertThatThrownBy(() -> call(caller, "Publish", hello()))
          .isInstanceOfSatisfying(
              AwsError.class,
              e -> {
                assertThat(e.code()).isEqualTo("AuthorizationError");
                assertThat(e.status()).isEqualTo(403);
                assertThat(e)
                    .hasMessageStartingWith(
                        "User: arn:aws:sts::123456789012:assumed-role/R/f is not authorized to"
                            + " perform: sns:Publish on resource: "
                            + TOPIC);
              });
    }
  }
}
