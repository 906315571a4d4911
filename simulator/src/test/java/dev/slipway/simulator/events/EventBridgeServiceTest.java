package dev.slipway.simulator.events;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.QueueTarget;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventBridgeServiceTest {
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final String RULE_ARN = "arn:aws:events:us-east-1:123456789012:rule/push";

  private World world;
  private SqsService sqs;
  private EventBridgeService events;
  private Flaky flaky;

  /** Targets that fail as often as they are told to. */
  private static final class Flaky implements TargetService {
    private final List<Delivery> delivered = new ArrayList<>();
    private int failures;

    @Override
    public boolean isFor(String arn) {
      return arn.equals("flaky:::::target");
    }

    @Override
    public void deliver(Delivery delivery) throws DeliveryFailure {
      if (failures > 0) {
        failures--;
        throw new DeliveryFailure("THROTTLING", true, "Rate exceeded");
      }
      delivered.add(delivery);
    }
  }

  @BeforeEach
  void begin() {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
    Journal silent = (topic, line) -> {};
    Iam iam = new Iam(world, ACCOUNT, silent);
    sqs = new SqsService(world, iam, iam, silent, ACCOUNT, () -> "http://127.0.0.1:4566");
    flaky = new Flaky();
    events =
        new EventBridgeService(world, iam, silent, ACCOUNT, List.of(new QueueTarget(sqs), flaky));
  }

  @AfterEach
  void end() {
    world.close();
  }

  private Queue queue(String name, String allowedRule) {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (name.endsWith(".fifo")) {
      attributes.put("FifoQueue", "true");
      attributes.put("ContentBasedDeduplication", "true");
    }
    if (!allowedRule.isEmpty()) {
      attributes.put(
          "Policy",
          json("{'Statement':[{'Effect':'Allow','Principal':{'Service':'events.amazonaws.com'},"
                  + "'Action':'sqs:SendMessage','Resource':'"
                  + ACCOUNT.arn("sqs", name)
                  + "','Condition':{'ArnEquals':{'aws:SourceArn':'"
                  + allowedRule
                  + "'}}}]}")
              .toString());
    }
    return world.call(() -> sqs.create(name, attributes, Map.of()));
  }

  private void rule(String pattern, String target) {
    world.run(() -> events.put(new Rule("push", "", json(pattern), true, List.of(json(target)))));
  }

  private void emit(String repository) {
    world.run(() ->
        events.emit(
            "aws.ecr",
            "ECR Image Action",
            List.of(),
            json("{'repository-name':'" + repository + "','action-type':'PUSH'}")));
  }

  private void runUntilQuiet() {
    world.runUntilQuiet(Duration.ofDays(2));
  }

  private static List<String> repositories(Queue queue) {
    return queue.messages().stream()
        .map(message -> json(message.body()).at("/detail/repository-name").asText())
        .toList();
  }

  private static String attribute(Message message, String name) {
    MessageAttribute attribute = message.attributes().get(name);
    return attribute == null ? "absent" : String.valueOf(attribute.text());
  }

  private static final String ANY_PUSH = "{'source':['aws.ecr'],'detail':{'action-type':['PUSH']}}";

  private static String toQueue(Queue queue, String more) {
    return "{'Id':'t','Arn':'" + queue.arn() + "'" + more + "}";
  }

  @Nested
  class Delivering {
    @Test
    void gives_the_whole_event_to_a_queue_under_the_group_out_of_the_event() {
      Queue queue = queue("deploy.fifo", RULE_ARN);
      rule(
          ANY_PUSH,
          toQueue(queue, ",'SqsParameters':{'MessageGroupId':'$.detail.repository-name'}"));

      emit("team/website");
      runUntilQuiet();

      Message message = queue.messages().getFirst();
      assertThat(message.groupId()).isEqualTo("team/website");
      ObjectNode event = json(message.body());
      assertThat(event.remove("id").asText()).hasSize(36);
      assertThat(event)
          .isEqualTo(
              json(
                  "{'version':'0','detail-type':'ECR Image Action','source':'aws.ecr',"
                      + "'account':'123456789012','time':'2026-11-21T10:00:00Z',"
                      + "'region':'us-east-1','resources':[],"
                      + "'detail':{'repository-name':'team/website','action-type':'PUSH'}}"));
    }

    @Test
    void passes_over_what_the_rule_does_not_match() {
      Queue queue = queue("deploy", RULE_ARN);
      rule("{'detail':{'repository-name':[{'wildcard':'team/*'}]}}", toQueue(queue, ""));

      emit("team/website");
      emit("other/website");
      runUntilQuiet();

      assertThat(repositories(queue)).containsExactly("team/website");
    }

    @Test
    void passes_over_what_comes_while_the_rule_is_disabled() {
      Queue queue = queue("deploy", RULE_ARN);
      rule(ANY_PUSH, toQueue(queue, ""));
      call("DisableRule", "{'Name':'push'}");
      emit("website");
      runUntilQuiet();

      assertThat(queue.messages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            ,'InputPath':'$.detail'                | {"repository-name":"website","action-type":"PUSH"}
            ,'InputPath':'$.resources[0]'          | {}
            ,'Input':'{\\"a\\":1}' | {"a":1}
            ,'InputTransformer':{'InputPathsMap':{'r':'$.detail.repository-name'},'InputTemplate':'{\\"pushed\\": <r>, \\"text\\": \\"to <r>\\"}'} | {"pushed": "website", "text": "to website"}
            ,'InputTransformer':{'InputPathsMap':{'d':'$.detail'},'InputTemplate':'[<d>, <aws.events.rule-name>]'} | [{"repository-name":"website","action-type":"PUSH"}, "push"]
            """)
    void gives_what_the_targets_input_makes_of_the_event(String input, String payload) {
      rule(ANY_PUSH, "{'Id':'t','Arn':'flaky:::::target'" + input + "}");

      emit("website");
      runUntilQuiet();

      assertThat(flaky.delivered).extracting(Delivery::payload).containsExactly(payload);
    }
  }

  @Nested
  class Failing {
    @Test
    void tries_again_until_the_target_takes_the_event() {
      rule(ANY_PUSH, "{'Id':'t','Arn':'flaky:::::target'}");
      flaky.failures = 5;

      emit("website");
      runUntilQuiet();

      assertThat(flaky.delivered).hasSize(1);
    }

    @Test
    void gives_up_when_the_retries_are_spent_and_says_so_in_the_dead_letter() {
      Queue dead = queue("dead", RULE_ARN);
      rule(
          ANY_PUSH,
          "{'Id':'t','Arn':'flaky:::::target','RetryPolicy':{'MaximumRetryAttempts':3},"
              + "'DeadLetterConfig':{'Arn':'"
              + dead.arn()
              + "'}}");
      flaky.failures = 100;

      emit("website");
      runUntilQuiet();

      assertThat(flaky.failures).as("tries left").isEqualTo(96);
      Message letter = dead.messages().getFirst();
      assertThat(repositories(dead)).containsExactly("website");
      assertThat(attribute(letter, "RULE_ARN")).isEqualTo(RULE_ARN);
      assertThat(attribute(letter, "TARGET_ARN")).isEqualTo("flaky:::::target");
      assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("THROTTLING");
      assertThat(attribute(letter, "ERROR_MESSAGE")).isEqualTo("Rate exceeded");
      assertThat(attribute(letter, "RETRY_ATTEMPTS")).isEqualTo("3");
      assertThat(attribute(letter, "EXHAUSTED_RETRY_CONDITION")).isEqualTo("MaximumRetryAttempts");
    }

    @Test
    void gives_up_when_the_event_is_too_old() {
      Queue dead = queue("dead", RULE_ARN);
      rule(
          ANY_PUSH,
          "{'Id':'t','Arn':'flaky:::::target','RetryPolicy':{'MaximumEventAgeInSeconds':60},"
              + "'DeadLetterConfig':{'Arn':'"
              + dead.arn()
              + "'}}");
      flaky.failures = 100;

      emit("website");
      runUntilQuiet();

      assertThat(attribute(dead.messages().getFirst(), "EXHAUSTED_RETRY_CONDITION"))
          .isEqualTo("MaximumEventAgeInSeconds");
    }

    @Test
    void puts_what_the_queue_refuses_into_the_dead_letter_queue_at_once() {
      Queue dead = queue("dead", RULE_ARN);
      Queue grouped = queue("grouped.fifo", RULE_ARN);
      rule(
          ANY_PUSH,
          "{'Id':'t','Arn':'"
              + grouped.arn()
              + "','SqsParameters':{'MessageGroupId':'$.detail.repository-name'},"
              + "'DeadLetterConfig':{'Arn':'"
              + dead.arn()
              + "'}}");

      emit("r".repeat(128));
      emit("r".repeat(129));
      runUntilQuiet();

      assertThat(repositories(grouped)).containsExactly("r".repeat(128));
      Message letter = dead.messages().getFirst();
      assertThat(repositories(dead)).containsExactly("r".repeat(129));
      assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("ERROR_FROM_TARGET");
      assertThat(attribute(letter, "ERROR_MESSAGE")).contains("1 to 128 in length");
    }

    @ParameterizedTest
    @CsvSource({
      // the policy of the queue names another rule; there is no such queue; the group is missing
      "denied,NO_PERMISSIONS",
      "none,NO_RESOURCE",
      "grouped.fifo,SDK_CLIENT_ERROR"
    })
    void does_not_try_again_what_cannot_succeed(String target, String code) {
      Queue dead = queue("dead", RULE_ARN);
      queue("denied", RULE_ARN + "-other");
      queue("grouped.fifo", RULE_ARN);
      rule(
          ANY_PUSH,
          "{'Id':'t','Arn':'"
              + ACCOUNT.arn("sqs", target)
              + "','SqsParameters':{'MessageGroupId':'$.detail.missing'},'DeadLetterConfig':{'Arn':'"
              + dead.arn()
              + "'}}");
      if (!target.endsWith(".fifo")) {
        rule(
            ANY_PUSH,
            "{'Id':'t','Arn':'"
                + ACCOUNT.arn("sqs", target)
                + "','DeadLetterConfig':{'Arn':'"
                + dead.arn()
                + "'}}");
      }

      emit("website");
      runUntilQuiet();

      Message letter = dead.messages().getFirst();
      assertThat(attribute(letter, "ERROR_CODE")).isEqualTo(code);
      assertThat(attribute(letter, "RETRY_ATTEMPTS")).isEqualTo("0");
      assertThat(attribute(letter, "EXHAUSTED_RETRY_CONDITION")).isEqualTo("absent");
    }
  }

  @Nested
  class Faulty {
    private Queue queue;

    @BeforeEach
    void aRule() {
      queue = queue("deploy", RULE_ARN);
      rule(ANY_PUSH, toQueue(queue, ""));
    }

    private boolean website(ObjectNode event) {
      return event.at("/detail/repository-name").asText().startsWith("website");
    }

    @Test
    void loses_events() {
      events.faults().loseNext(1, this::website);
      List.of("other", "website", "website").forEach(EventBridgeServiceTest.this::emit);
      runUntilQuiet();

      assertThat(repositories(queue)).containsExactly("other", "website");
      assertThat(events.events()).hasSize(3);
    }

    @Test
    void repeats_events() {
      events.faults().duplicateNext(1, this::website, Duration.ofSeconds(10));
      List.of("website", "other").forEach(EventBridgeServiceTest.this::emit);
      runUntilQuiet();

      assertThat(repositories(queue)).containsExactly("website", "other", "website");
      assertThat(queue.messages().getFirst().body()).isEqualTo(queue.messages().getLast().body());
    }

    @Test
    void delays_events() {
      events.faults().delayNext(1, this::website, Duration.ofSeconds(10));
      List.of("website", "other").forEach(EventBridgeServiceTest.this::emit);
      runUntilQuiet();

      assertThat(repositories(queue)).containsExactly("other", "website");
    }

    @Test
    void reverses_events() {
      events.faults().reverseNext(3, this::website, Duration.ofMinutes(1));
      List.of("website-1", "website-2", "other", "website-3", "website-4")
          .forEach(EventBridgeServiceTest.this::emit);
      runUntilQuiet();

      assertThat(repositories(queue))
          .containsExactly("other", "website-3", "website-2", "website-1", "website-4");
    }

    @Test
    void passes_on_what_it_held_back_when_no_more_comes() {
      events.faults().reverseNext(3, this::website, Duration.ofMinutes(1));
      List.of("website-1", "website-2").forEach(EventBridgeServiceTest.this::emit);
      runUntilQuiet();

      assertThat(repositories(queue)).containsExactly("website-2", "website-1");
    }
  }

  private JsonNode call(String operation, String body) {
    return world.call(() -> events.call(new AwsRequest(ACCOUNT.root(), operation, json(body))));
  }

  @Nested
  class Putting_events {
    private JsonNode putText(int length) {
      ObjectNode entry = json("{'Source':'slipway','DetailType':'type'}");
      entry.put("Detail", json("{}").put("text", "x".repeat(length)).toString());
      return call("PutEvents", "{'Entries':[" + entry + "]}");
    }

    @Test
    void takes_a_mebibyte_at_once_and_no_more() {
      // slipway, type and {"text":""} are 22 bytes
      assertThat(putText(1_048_554).path("FailedEntryCount").asInt()).isZero();
      assertThatThrownBy(() -> putText(1_048_555))
          .isInstanceOfSatisfying(
              AwsError.class, error -> assertThat(error.code()).isEqualTo("ValidationException"));
    }

    @Test
    void takes_good_entries_and_refuses_bad_ones_one_by_one() {
      JsonNode answer =
          call(
              "PutEvents",
              "{'Entries':["
                  + "{'Source':'slipway','DetailType':'Deployment Started','Detail':'{}'},"
                  + "{'Source':'aws.ecr','DetailType':'ECR Image Action','Detail':'{}'},"
                  + "{'Source':'slipway','DetailType':'x','Detail':'no json'},"
                  + "{'Source':'slipway','DetailType':'x','Detail':'[]'},"
                  + "{'DetailType':'x','Detail':'{}'}]}");

      assertThat(answer.path("FailedEntryCount").asInt()).isEqualTo(4);
      assertThat(answer.at("/Entries/0/EventId").asText()).hasSize(36);
      assertThat(answer.path("Entries").findValuesAsText("ErrorCode"))
          .containsExactly(
              "NotAuthorizedForSourceException",
              "MalformedDetail",
              "MalformedDetail",
              "InvalidArgument");
      assertThat(events.events()).hasSize(1);
      assertThat(events.events().getFirst().path("source").asText()).isEqualTo("slipway");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            PutEvents  | {'Entries':[]}                                                | ValidationException
            PutEvents  | {'Entries':[{'EventBusName':'mine','Source':'s','DetailType':'d','Detail':'{}'}]} | ResourceNotFoundException
            PutRule    | {'Name':'r','EventPattern':'{\\"source\\":\\"aws.ecr\\"}'}    | InvalidEventPatternException
            PutRule    | {'Name':'r','EventPattern':'nonsense'}                        | InvalidEventPatternException
            PutRule    | {'Name':'r','ScheduleExpression':'rate(1 hour)'}              | ValidationException
            PutTargets | {'Rule':'none','Targets':[{'Id':'t','Arn':'a'}]}              | ResourceNotFoundException
            PutTargets | {'Rule':'push','Targets':[{'Id':'t','Arn':'arn:aws:sqs:us-east-1:1:q.fifo'}]} | ValidationException
            PutTargets | {'Rule':'push','Targets':[{'Id':'t','Arn':'a','DeadLetterConfig':{'Arn':'arn:aws:sqs:us-east-1:1:q.fifo'}}]} | ValidationException
            PutTargets | {'Rule':'push','Targets':[{'Id':'t','Arn':'a','InputPath':'$..x'}]} | ValidationException
            PutTargets | {'Rule':'push','Targets':[{'Id':'t','Arn':'a','RetryPolicy':{'MaximumRetryAttempts':186}}]} | ValidationException
            DeleteRule | {'Name':'push'}                                               | ValidationException
            """)
    void refuses_with_the_error_that_event_bridge_answers(
        String operation, String body, String code) {
      rule(ANY_PUSH, "{'Id':'t','Arn':'flaky:::::target'}");

      assertThatThrownBy(() -> call(operation, body))
          .isInstanceOfSatisfying(
              AwsError.class, error -> assertThat(error.code()).isEqualTo(code));
    }
  }

  @Test
  void a_client_makes_a_rule_and_takes_it_away() {
    call("PutRule", "{'Name':'mine','EventPattern':'{\\\"source\\\":[\\\"slipway\\\"]}'}");
    call("PutTargets", "{'Rule':'mine','Targets':[{'Id':'t','Arn':'flaky:::::target'}]}");
    call("PutEvents", "{'Entries':[{'Source':'slipway','DetailType':'d','Detail':'{}'}]}");
    runUntilQuiet();

    assertThat(flaky.delivered).hasSize(1);
    assertThat(call("ListTargetsByRule", "{'Rule':'mine'}").at("/Targets/0/Id").asText())
        .isEqualTo("t");
    assertThat(call("DescribeRule", "{'Name':'mine'}").path("State").asText()).isEqualTo("ENABLED");

    call("RemoveTargets", "{'Rule':'mine','Ids':['t']}");
    call("DeleteRule", "{'Name':'mine'}");
    assertThat(call("ListRules", "{}").path("Rules")).isEmpty();
  }
}
