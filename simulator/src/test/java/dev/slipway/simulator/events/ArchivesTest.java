package dev.slipway.simulator.events;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchivesTest {
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final List<Delivery> delivered = new ArrayList<>();
  private World world;
  private EventBridgeService events;

  @BeforeEach
  void begin() {
    world = new World(START, 0);
    Journal silent = (topic, line) -> {};
    TargetService target =
        new TargetService() {
          @Override
          public boolean isFor(String arn) {
            return arn.startsWith("target:");
          }

          @Override
          public void deliver(Delivery delivery) {
            delivered.add(delivery);
          }
        };
    events =
        new EventBridgeService(
            world, new Iam(world, ACCOUNT, silent), silent, ACCOUNT, List.of(target));
    world.run(() -> {
      rule("push");
      rule("other");
      events.create(new Archive("pushes", "", json("{'detail':{'repository-name':['web']}}"), 30));
    });
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void a_replay_is_asked_for_on_the_archive_the_replay_and_the_bus() {
    List<String> asked = new ArrayList<>();
    EventBridgeService recorded =
        new EventBridgeService(
            world,
            (caller, action, resource, context) -> asked.add(action + " " + resource),
            (topic, line) -> {},
            ACCOUNT,
            List.of());
    events = recorded;
    world.run(() -> recorded.create(new Archive("pushes", "", null, 30)));
    replay("again", window(0, 60), "");

    String prefix = "events:StartReplay arn:aws:events:us-east-1:123456789012:";
    assertThat(asked)
        .containsExactly(
            prefix + "archive/pushes", prefix + "replay/again", prefix + "event-bus/default");
  }

  private void rule(String name) {
    events.put(
        new Rule(
            name,
            "",
            json("{'source':['aws.ecr']}"),
            true,
            List.of(json("{'Id':'t','Arn':'target:::::" + name + "'}"))));
  }

  private JsonNode call(String operation, String body) {
    return world.call(() -> events.call(new AwsRequest(ACCOUNT.root(), operation, json(body))));
  }

  private void push(String repository, int number) {
    world.run(() ->
        events.emit(
            "aws.ecr",
            "ECR Image Action",
            List.of(),
            json("{'repository-name':'" + repository + "','number':" + number + "}")));
  }

  private void later(int minutes, Runnable action) {
    world.after(Duration.ofMinutes(minutes), action);
  }

  private void settle() {
    world.runUntilQuiet(Duration.ofHours(1));
  }

  /** Seconds after the start. */
  private static String window(long from, long to) {
    return ",'EventStartTime':%d,'EventEndTime':%d"
        .formatted(
            START.plusSeconds(from).getEpochSecond(), START.plusSeconds(to).getEpochSecond());
  }

  private JsonNode replay(String name, String window, String filter) {
    return call(
        "StartReplay",
        "{'ReplayName':'%s','EventSourceArn':'arn:aws:events:us-east-1:123456789012:archive/pushes','Destination':{'Arn':'arn:aws:events:us-east-1:123456789012:event-bus/default'%s}%s}"
            .formatted(name, filter, window));
  }

  private static final String ONLY_PUSH =
      ",'FilterArns':['arn:aws:events:us-east-1:123456789012:rule/push']";

  private List<String> numbers() {
    return delivered.stream()
        .map(delivery ->
            delivery.targetArn().substring(11)
                + " "
                + json(delivery.payload()).at("/detail/number").asText())
        .toList();
  }

  @Test
  void replays_the_events_of_a_window_to_the_rules_named() {
    push("web", 1);
    later(5, () -> push("web", 2));
    later(5, () -> push("api", 3));
    later(10, () -> push("web", 4));
    settle();
    assertThat(call("DescribeArchive", "{'ArchiveName':'pushes'}").path("EventCount").asInt())
        .isEqualTo(3);
    delivered.clear();

    JsonNode started = replay("again", window(0, 600), ONLY_PUSH);
    assertThat(started.path("State").asText()).isEqualTo("STARTING");
    settle();

    assertThat(numbers()).containsExactly("push 1", "push 2");
    ObjectNode event = json(delivered.getFirst().payload());
    assertThat(event.path("replay-name").asText()).isEqualTo("again");
    assertThat(event.path("time").asText()).isEqualTo("2026-11-21T10:00:00Z");
    JsonNode ended = call("DescribeReplay", "{'ReplayName':'again'}");
    assertThat(ended.path("State").asText()).isEqualTo("COMPLETED");
    assertThat(ended.path("EventLastReplayedTime").asLong())
        .isEqualTo(START.plusSeconds(300).getEpochSecond());
    assertThat(call("ListReplays", "{'State':'COMPLETED'}").path("Replays")).hasSize(1);
  }

  @Test
  void replays_to_every_rule_when_none_is_named() {
    push("web", 1);
    settle();
    delivered.clear();
    replay("again", window(0, 60), "");
    settle();
    assertThat(numbers()).containsExactlyInAnyOrder("push 1", "other 1");
  }

  @Test
  void keeps_no_replayed_event_and_no_lost_one() {
    events.faults().loseNext(1, _ -> true);
    push("web", 1);
    push("web", 2);
    settle();
    replay("again", window(0, 60), "");
    settle();
    assertThat(call("ListArchives", "{}").at("/Archives/0/EventCount").asInt()).isEqualTo(1);
  }

  @Test
  void forgets_what_is_older_than_its_retention() {
    push("web", 1);
    settle();
    world.after(Duration.ofDays(31), () -> {}); // time passes only when something is due
    world.runUntilQuiet(Duration.ofDays(32));
    assertThat(call("DescribeArchive", "{'ArchiveName':'pushes'}").path("EventCount").asInt())
        .isZero();
  }

  @Test
  void stops_when_it_is_cancelled() {
    push("web", 1);
    later(2, () -> push("web", 2));
    settle();
    delivered.clear();
    replay("again", window(0, 600), ONLY_PUSH);
    world.runUntil(() -> !delivered.isEmpty(), Duration.ofMinutes(1));
    assertThat(call("DescribeReplay", "{'ReplayName':'again'}").path("State").asText())
        .isEqualTo("RUNNING");
    assertThat(call("CancelReplay", "{'ReplayName':'again'}").path("State").asText())
        .isEqualTo("CANCELLING");
    settle();
    assertThat(numbers()).containsExactly("push 1");
    assertThat(call("DescribeReplay", "{'ReplayName':'again'}").path("State").asText())
        .isEqualTo("CANCELLED");
    assertThatThrownBy(() -> call("CancelReplay", "{'ReplayName':'again'}"))
        .isInstanceOfSatisfying(
            AwsError.class, error -> assertThat(error.code()).isEqualTo("IllegalStatusException"));
  }

  @ParameterizedTest
  @CsvSource({
    "again, archive/pushes, 0, 60, default, ResourceAlreadyExistsException",
    "other, archive/none, 0, 60, default, ResourceNotFoundException",
    "other, rule/push, 0, 60, default, ValidationException",
    "other, archive/pushes, 60, 60, default, ValidationException",
    "other, archive/pushes, 0, 60, mine, ValidationException",
    "not allowed, archive/pushes, 0, 60, default, ValidationException"
  })
  void refuses_with_the_error_that_event_bridge_answers(
      String name, String source, long from, long to, String bus, String code) {
    replay("again", window(0, 60), "");
    String arn = "arn:aws:events:us-east-1:123456789012:";
    String body =
        "{'ReplayName':'%s','EventSourceArn':'%s','Destination':{'Arn':'%s'}%s}"
            .formatted(name, arn + source, arn + "event-bus/" + bus, window(from, to));
    assertThatThrownBy(() -> call("StartReplay", body))
        .isInstanceOfSatisfying(AwsError.class, error -> assertThat(error.code()).isEqualTo(code));
  }
}
