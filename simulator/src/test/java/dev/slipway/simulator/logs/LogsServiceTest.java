package dev.slipway.simulator.logs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogsServiceTest {
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final long NOW = Instant.parse("2026-11-21T10:00:00Z").toEpochMilli();
  private static final String HERE = "'logGroupName':'/ecs/web','logStreamName':'web/app/1'";

  private final List<String> asked = new ArrayList<>();
  private World world;
  private LogsService logs;

  @BeforeEach
  void begin() {
    world = new World(Instant.ofEpochMilli(NOW), 0);
    logs =
        new LogsService(
            world,
            (caller, action, resource, context) -> asked.add(action + " " + resource),
            ACCOUNT);
    call("CreateLogGroup", "{'logGroupName':'/ecs/web'}");
    call("CreateLogStream", "{" + HERE + "}");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private JsonNode call(String operation, String body) {
    return world.call(() -> logs.call(new AwsRequest(ACCOUNT.root(), operation, json(body))));
  }

  /** Events a second apart, the last one now. */
  private void put(String... messages) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < messages.length; i++) {
      long timestamp = NOW - 1000L * (messages.length - 1 - i);
      events.add("{'timestamp':" + timestamp + ",'message':'" + messages[i] + "'}");
    }
    call("PutLogEvents", "{" + HERE + ",'logEvents':[" + String.join(",", events) + "]}");
  }

  private static List<String> messages(JsonNode answer) {
    return answer.path("events").findValuesAsText("message");
  }

  private JsonNode get(String more) {
    return call("GetLogEvents", "{" + HERE + more + "}");
  }

  @Test
  void events_are_read_from_the_end_unless_the_head_is_asked_for() {
    put("a", "b", "c");
    assertThat(messages(get(""))).containsExactly("a", "b", "c");
    assertThat(messages(get(",'limit':2"))).containsExactly("b", "c");
    assertThat(messages(get(",'limit':2,'startFromHead':true"))).containsExactly("a", "b");
  }

  @Test
  void pages_go_forwards_until_the_token_comes_back() {
    put("a", "b", "c");
    JsonNode first = get(",'limit':2,'startFromHead':true");
    JsonNode second = get(forward(first));
    JsonNode third = get(forward(second));

    assertThat(messages(second)).containsExactly("c");
    assertThat(messages(third)).isEmpty();
    assertThat(third.path("nextForwardToken")).isEqualTo(second.path("nextForwardToken"));

    put("d");
    assertThat(messages(get(forward(third)))).containsExactly("d");
  }

  private static String forward(JsonNode page) {
    return ",'limit':2,'nextToken':'" + page.path("nextForwardToken").asText() + "'";
  }

  @Test
  void pages_go_backwards_too() {
    put("a", "b", "c");
    JsonNode last = get(",'limit':2");
    JsonNode before =
        get(",'limit':2,'nextToken':'" + last.path("nextBackwardToken").asText() + "'");
    assertThat(messages(before)).containsExactly("a");
  }

  @Test
  void the_start_of_a_time_is_included_and_its_end_is_not() {
    put("a", "b", "c");
    assertThat(messages(get(",'startTime':" + (NOW - 2000) + ",'endTime':" + NOW)))
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({"nonsense", "f/1", "x/00000000000000000000000000000000000000000000000000000001/s"})
  void a_token_that_nobody_gave_is_refused(String token) {
    assertThatThrownBy(() -> get(",'nextToken':'" + token + "'"))
        .hasMessage("The specified nextToken is invalid.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                | ERROR disk full,INFO started,error in disk
          ERROR             | ERROR disk full
          disk              | ERROR disk full,error in disk
          disk ERROR        | ERROR disk full
          \\"disk full\\"   | ERROR disk full
          \\"full disk\\"   | ``
          """)
  void terms_and_phrases_are_looked_for(String pattern, String found) {
    put("ERROR disk full", "INFO started", "error in disk");
    assertThat(messages(filter(",'filterPattern':'" + pattern + "'")))
        .isEqualTo(found.isEmpty() ? List.of() : List.of(found.split(",")));
  }

  private JsonNode filter(String more) {
    return call("FilterLogEvents", "{'logGroupName':'/ecs/web'" + more + "}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          ?a ?b
          -a
          %a%
          { $.level = \\"ERROR\\" }
          [ip, user]
          \\"open
          """)
  void patterns_of_other_kinds_are_refused(String pattern) {
    assertThatThrownBy(() -> filter(",'filterPattern':'" + pattern + "'"))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("the simulator matches terms and quoted phrases alone");
  }

  @Test
  void a_group_is_searched_through_its_streams_by_time() {
    put("a", "c");
    call("CreateLogStream", "{'logGroupName':'/ecs/web','logStreamName':'web/app/2'}");
    call(
        "PutLogEvents",
        "{'logGroupName':'/ecs/web','logStreamName':'web/app/2','logEvents':[{'timestamp':"
            + (NOW - 500)
            + ",'message':'b'}]}");

    assertThat(messages(filter(""))).containsExactly("a", "b", "c");
    assertThat(messages(filter(",'logStreamNames':['web/app/2']"))).containsExactly("b");
    assertThat(messages(filter(",'logStreamNamePrefix':'web/app/1'"))).containsExactly("a", "c");
    assertThat(messages(filter(",'startTime':" + (NOW - 500) + ",'endTime':" + NOW)))
        .containsExactly("b", "c");
    JsonNode first = filter(",'limit':2");
    assertThat(
            messages(filter(",'limit':2,'nextToken':'" + first.path("nextToken").asText() + "'")))
        .containsExactly("c");
    assertThat(first.at("/events/1/logStreamName").asText()).isEqualTo("web/app/2");
  }

  @Test
  void groups_and_streams_are_listed() {
    put("a", "b");
    JsonNode group = call("DescribeLogGroups", "{'logGroupNamePrefix':'/ecs'}").at("/logGroups/0");
    assertThat(group.path("logGroupName").asText()).isEqualTo("/ecs/web");
    assertThat(group.path("arn").asText())
        .isEqualTo("arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web:*");
    assertThat(call("DescribeLogGroups", "{'logGroupNamePrefix':'/aws'}").path("logGroups"))
        .isEmpty();
    assertThat(call("DescribeLogGroups", "{'logGroupNamePattern':'WEB'}").path("logGroups"))
        .hasSize(1);

    JsonNode stream =
        call("DescribeLogStreams", "{'logGroupName':'/ecs/web','orderBy':'LastEventTime'}")
            .at("/logStreams/0");
    assertThat(stream.path("logStreamName").asText()).isEqualTo("web/app/1");
    assertThat(stream.path("firstEventTimestamp").asLong()).isEqualTo(NOW - 1000);
    assertThat(stream.path("lastEventTimestamp").asLong()).isEqualTo(NOW);
  }

  @Nested
  class Events {
    @Test
    void that_are_too_old_or_too_new_are_rejected_and_the_others_taken() {
      JsonNode answer =
          call(
              "PutLogEvents",
              """
              {%s,'logEvents':[{'timestamp':%d,'message':'old'},{'timestamp':%d,'message':'now'},
                {'timestamp':%d,'message':'new'}]}
              """
                  .formatted(HERE, NOW - 15L * 86_400_000, NOW, NOW + 3L * 3_600_000));
      assertThat(answer.path("rejectedLogEventsInfo").toString())
          .isEqualTo("{\"tooOldLogEventEndIndex\":1,\"tooNewLogEventStartIndex\":2}");
      assertThat(messages(get(""))).containsExactly("now");
    }

    @Test
    void that_are_out_of_order_are_refused() {
      assertThatThrownBy(() ->
              call(
                  "PutLogEvents",
                  "{%s,'logEvents':[{'timestamp':2,'message':'b'},{'timestamp':1,'message':'a'}]}"
                      .formatted(HERE)))
          .hasMessage(
              "Log events in a single PutLogEvents request must be in chronological order.");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CreateLogGroup     | {'logGroupName':'/ecs/web'}                            | ResourceAlreadyExistsException: The specified log group already exists
          CreateLogStream    | {'logGroupName':'/ecs/web','logStreamName':'web/app/1'} | ResourceAlreadyExistsException: The specified log stream already exists
          CreateLogStream    | {'logGroupName':'/other','logStreamName':'a'}          | ResourceNotFoundException: The specified log group does not exist.
          GetLogEvents       | {'logGroupName':'/ecs/web','logStreamName':'a'}        | ResourceNotFoundException: The specified log stream does not exist.
          FilterLogEvents    | {'logGroupName':'/other'}                              | ResourceNotFoundException: The specified log group does not exist.
          FilterLogEvents    | {'logGroupName':'/ecs/web','logStreamNames':['a']}     | ResourceNotFoundException: The specified log stream does not exist.
          DescribeLogStreams | {'logGroupName':'/ecs/web','logStreamNamePrefix':'a','orderBy':'LastEventTime'} | InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.
          """)
  void what_is_not_there_is_named(String operation, String body, String error) {
    assertThatThrownBy(() -> call(operation, body))
        .isInstanceOfSatisfying(
            AwsError.class, e -> assertThat(e.code() + ": " + e.getMessage()).isEqualTo(error));
  }

  @Test
  void a_group_may_be_named_by_its_arn() {
    put("a");
    assertThat(
            messages(
                call(
                    "FilterLogEvents",
                    "{'logGroupIdentifier':'arn:aws:logs:us-east-1:123456789012:log-group:/ecs/web'}")))
        .containsExactly("a");
  }

  /** A policy for {@code log-group:/ecs/web:*} holds for all of them. */
  @Test
  void permission_is_asked_for_a_stream_or_for_all_of_a_group() {
    asked.clear();
    get("");
    filter("");
    call("DescribeLogGroups", "{}");
    String arn = "arn:aws:logs:us-east-1:123456789012:log-group:";
    assertThat(asked)
        .containsExactly(
            "logs:GetLogEvents " + arn + "/ecs/web:log-stream:web/app/1",
            "logs:FilterLogEvents " + arn + "/ecs/web:log-stream:",
            "logs:DescribeLogGroups " + arn + ":log-stream:");
  }

  @Test
  void of_a_stream_the_newest_ten_thousand_events_are_kept() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      lines.add("line " + i);
    }
    world.run(() -> logs.write("/ecs/web", "long", lines));
    assertThat(logs.lines("/ecs/web", "long")).hasSize(10_000).startsWith("line 1");
    JsonNode first =
        call(
            "GetLogEvents",
            "{'logGroupName':'/ecs/web','logStreamName':'long','startFromHead':true,'limit':1}");
    assertThat(messages(first)).containsExactly("line 1");
  }
}
