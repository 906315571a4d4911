package dev.slipway.simulator.lambda;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.events.EventBridgeService;
import dev.slipway.simulator.events.Rule;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.QueueTarget;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rule, a standard queue, an event source mapping and a function, from end to end. */
class StandardQueueTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final String RULE = "arn:aws:events:us-east-1:123456789012:rule/push";

  /** What the function does with the records of a batch. */
  private interface Body {
    String handle(List<JsonNode> records) throws Exception;
  }

  private World world;
  private SqsService sqs;
  private EventBridgeService events;
  private LambdaService lambda;
  private Queue undeliverable;
  private Queue dead;
  private Queue work;
  private volatile Body body = _ -> "";
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  private final List<Instant> times = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void begin() {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
    Journal silent = (topic, line) -> {};
    Iam policies = new Iam(world, ACCOUNT, silent);
    Authorizer everything = (caller, action, resource, context) -> {};
    sqs = new SqsService(world, everything, policies, silent, ACCOUNT, () -> "http://127.0.0.1");
    events =
        new EventBridgeService(world, everything, silent, ACCOUNT, List.of(new QueueTarget(sqs)));
    InProcessRuntime runtime =
        new InProcessRuntime(
            new FunctionEnvironment(ACCOUNT, () -> "http://127.0.0.1"),
            (handler, environment) ->
                (event, answer, context) -> {
                  List<JsonNode> records = new ArrayList<>();
                  JSON.readTree(event).path("Records").forEach(records::add);
                  batches.add(records.stream().map(StandardQueueTest::number).toList());
                  times.add(world.now());
                  answer.write(body.handle(records).getBytes(StandardCharsets.UTF_8));
                });
    LogsService logs = new LogsService(world, everything, ACCOUNT);
    lambda = new LambdaService(world, everything, silent, ACCOUNT, sqs, logs, runtime);
    lambda.create(Functions.function("Handler", Path.of("."), Map.of(), Duration.ofSeconds(20)));
    undeliverable = queue("undeliverable", Map.of());
    dead = queue("dead", Map.of());
    work =
        queue(
            "work",
            Map.of(
                "RedrivePolicy",
                "{\"deadLetterTargetArn\":\"" + dead.arn() + "\",\"maxReceiveCount\":3}"));
    world.run(() ->
        events.put(
            new Rule(
                "push",
                "",
                json("{'source': ['test']}"),
                true,
                List.of(
                    json(
                        "{'Id': 't', 'Arn': '%s', 'DeadLetterConfig': {'Arn': '%s'}}"
                            .formatted(work.arn(), undeliverable.arn()))))));
  }

  @AfterEach
  void end() {
    lambda.close();
    world.close();
  }

  private Queue queue(String name, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put(
        "Policy",
        json("""
        {'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'events.amazonaws.com'},
          'Action': 'sqs:SendMessage', 'Resource': '%s',
          'Condition': {'ArnEquals': {'aws:SourceArn': '%s'}}}]}
        """
                .formatted(ACCOUNT.arn("sqs", name), RULE))
            .toString());
    return world.call(() -> sqs.create(name, all, Map.of()));
  }

  private void mapping(int batchSize, int concurrency) {
    lambda.create(
        new MappingSettings(work.arn(), "deploy", "live", batchSize, true, concurrency, true));
  }

  private void emit(int... numbers) {
    world.run(() -> {
      for (int number : numbers) {
        ObjectNode detail = JSON.createObjectNode().put("number", number);
        events.emit("test", "Any", List.of(), detail);
      }
    });
  }

  private void runUntilQuiet() {
    world.runUntilQuiet(Duration.ofHours(2));
  }

  private static int number(JsonNode message) {
    return json(message.path("body").asText()).path("detail").path("number").asInt();
  }

  private static List<Integer> numbers(Queue queue) {
    return queue.messages().stream()
        .map(Message::body)
        .map(body -> json(body).path("detail").path("number").asInt())
        .toList();
  }

  private static String attribute(Message letter, String name) {
    MessageAttribute attribute = letter.attributes().get(name);
    return attribute == null ? "absent" : String.valueOf(attribute.text());
  }

  private static String failures(List<JsonNode> records) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode failures = answer.putArray("batchItemFailures");
    records.forEach(
        each -> failures.addObject().put("itemIdentifier", each.path("messageId").asText()));
    return answer.toString();
  }

  @Test
  void an_event_reaches_the_function_without_a_message_group() {
    mapping(10, 0);
    List<JsonNode> seen = new ArrayList<>();
    body =
        records -> {
          seen.addAll(records);
          return "";
        };
    emit(1, 2);
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of(1, 2));
    assertThat(seen.getFirst().path("attributes").properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "ApproximateFirstReceiveTimestamp",
            "ApproximateReceiveCount",
            "SenderId",
            "SentTimestamp");
    assertThat(work.messages()).isEmpty();
    assertThat(undeliverable.messages()).isEmpty();
  }

  @Test
  void only_the_reported_messages_come_again_after_the_visibility_timeout() {
    mapping(10, 0);
    body =
        records ->
            failures(
                batches.size() > 1
                    ? List.of()
                    : records.stream().filter(it -> number(it) == 2).toList());
    emit(1, 2, 3);
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of(1, 2, 3), List.of(2));
    assertThat(Duration.between(times.get(0), times.get(1)))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    assertThat(dead.messages()).isEmpty();
  }

  @Test
  void a_message_that_always_fails_ends_in_the_dead_letter_queue_and_holds_up_no_other() {
    mapping(1, 2);
    body = records -> number(records.getFirst()) == 1 ? failures(records) : "";
    emit(1, 2, 3);
    runUntilQuiet();

    assertThat(batches.stream().filter(it -> it.equals(List.of(1)))).hasSize(3);
    assertThat(batches).contains(List.of(2), List.of(3));
    assertThat(batches.indexOf(List.of(3))).isLessThan(3);
    assertThat(numbers(dead)).containsExactly(1);
    assertThat(work.messages()).isEmpty();
  }

  @Test
  void invocations_at_the_same_time_are_as_many_as_the_mapping_allows() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch two = new CountDownLatch(2);
    body =
        _ -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          two.countDown();
          two.await();
          running.decrementAndGet();
          return "";
        };
    mapping(1, 2);
    emit(1, 2, 3, 4, 5, 6);
    runUntilQuiet();

    assertThat(batches).hasSize(6);
    assertThat(most).hasValue(2);
  }

  @Test
  void an_event_that_the_queue_refuses_ends_in_the_rules_dead_letter_queue() {
    mapping(10, 0);
    world.run(() -> {
      sqs.setAttributes(work, Map.of("MaximumMessageSize", "1024"));
      events.emit(
          "test",
          "Any",
          List.of(),
          JSON.createObjectNode().put("number", 1).put("text", "x".repeat(1_024)));
    });
    runUntilQuiet();

    assertThat(batches).isEmpty();
    Message letter = undeliverable.messages().getFirst();
    assertThat(numbers(undeliverable)).containsExactly(1);
    assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("ERROR_FROM_TARGET");
    assertThat(attribute(letter, "ERROR_MESSAGE"))
        .contains("Message must be shorter than 1024 bytes.");
    assertThat(attribute(letter, "RETRY_ATTEMPTS")).isEqualTo("0");
  }

  @Test
  void a_duplicate_has_the_same_id_and_outlives_the_first() {
    mapping(10, 0);
    List<String> ids = new ArrayList<>();
    body =
        records -> {
          records.forEach(it -> ids.add(it.path("messageId").asText()));
          return "";
        };
    work.faults().duplicateNext(1, Duration.ofSeconds(5));
    emit(1, 2);
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of(1, 2), List.of(1));
    assertThat(Duration.between(times.get(0), times.get(1)))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
    assertThat(ids.get(2)).isEqualTo(ids.get(0)).isNotEqualTo(ids.get(1));
    assertThat(work.messages()).isEmpty();
  }

  @Test
  void a_shuffled_queue_hands_out_every_message_once_in_an_order_that_the_seed_decides() {
    Set<List<List<Integer>>> orders = new HashSet<>();
    mapping(1, 2);
    for (int seed = 1; seed <= 5; seed++) {
      batches.clear();
      work.faults().shuffle(seed);
      emit(1, 2, 3, 4, 5, 6, 7, 8);
      runUntilQuiet();
      assertThat(batches.stream().flatMap(List::stream))
          .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
      orders.add(List.copyOf(batches));
    }
    assertThat(orders).hasSizeGreaterThan(1);
  }

  @Test
  void a_fifo_queue_neither_duplicates_nor_shuffles() {
    Queue fifo = queue("work.fifo", Map.of("FifoQueue", "true"));

    assertThatThrownBy(() -> fifo.faults().duplicateNext(1, Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fifo.faults().shuffle(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void content_based_deduplication_is_for_fifo_queues() {
    assertThatThrownBy(() -> queue("other", Map.of("ContentBasedDeduplication", "true")))
        .isInstanceOfSatisfying(
            AwsError.class, error -> assertThat(error.code()).isEqualTo("InvalidAttributeName"));
  }
}
