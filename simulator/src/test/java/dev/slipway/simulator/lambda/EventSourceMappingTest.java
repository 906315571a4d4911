package dev.slipway.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.sqs.Message;
import dev.slipway.simulator.sqs.Outgoing;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.ResourcePolicies;
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
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSourceMappingTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");

  /** What the function under test does with the records of a batch. */
  private interface Body {
    String handle(List<JsonNode> records) throws Exception;
  }

  private World world;
  private SqsService sqs;
  private LambdaService lambda;
  private Set<String> forbidden;
  private Queue dead;
  private Queue queue;
  private volatile Body body;
  private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void begin() {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
    forbidden = new HashSet<>();
    body = records -> "";
    Journal silent = (topic, line) -> {};
    Authorizer authorizer =
        (caller, action, resource, context) -> {
          if (forbidden.contains(action)) {
            throw AwsError.client("AccessDeniedException", "not authorized: " + action);
          }
        };
    ResourcePolicies policies =
        (policy, principal, action, resource, context) -> ResourcePolicies.Verdict.ALLOWED;
    sqs = new SqsService(world, authorizer, policies, silent, ACCOUNT, () -> "http://127.0.0.1");
    InProcessRuntime runtime =
        new InProcessRuntime(
            new FunctionEnvironment(ACCOUNT, () -> "http://127.0.0.1"),
            (handler, environment) ->
                (event, answer, context) -> {
                  List<JsonNode> records = new ArrayList<>();
                  JSON.readTree(event).path("Records").forEach(records::add);
                  batches.add(records.stream().map(each -> each.path("body").asText()).toList());
                  answer.write(body.handle(records).getBytes(StandardCharsets.UTF_8));
                });
    lambda =
        new LambdaService(
            world,
            authorizer,
            silent,
            ACCOUNT,
            sqs,
            new LogsService(world, authorizer, ACCOUNT),
            runtime);
    lambda.create(Functions.function("Handler", Path.of("."), Map.of(), Duration.ofSeconds(20)));
    dead = queue("dead.fifo", Map.of());
    queue =
        queue(
            "work.fifo",
            Map.of(
                "RedrivePolicy",
                "{\"deadLetterTargetArn\":\"" + dead.arn() + "\",\"maxReceiveCount\":3}"));
  }

  @AfterEach
  void end() {
    lambda.close();
    world.close();
  }

  private Queue queue(String name, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put("FifoQueue", "true");
    all.put("ContentBasedDeduplication", "true");
    return world.call(() -> sqs.create(name, all, Map.of()));
  }

  private MappingSettings mapping(int batchSize, boolean partial, int concurrency) {
    return new MappingSettings(
        queue.arn(), "deploy", "live", batchSize, partial, concurrency, true);
  }

  private void send(String group, String text) {
    world.run(() -> queue.send(new Outgoing(text, Map.of(), null, null, group, null, "test")));
  }

  private void runUntilQuiet() {
    world.runUntilQuiet(Duration.ofHours(2));
  }

  private List<String> deadBodies() {
    return world.call(() -> dead.messages().stream().map(Message::body).toList());
  }

  private static String failures(List<JsonNode> records) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode failures = answer.putArray("batchItemFailures");
    records.forEach(
        each -> failures.addObject().put("itemIdentifier", each.path("messageId").asText()));
    return answer.toString();
  }

  @Test
  void gives_messages_that_come_together_in_one_batch_and_deletes_them() {
    lambda.create(mapping(10, true, 0));
    send("a", "1");
    send("b", "2");
    send("a", "3");
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of("1", "2", "3"));
    assertThat(queue.messages()).isEmpty();
    assertThat(dead.messages()).isEmpty();
  }

  @Test
  void gives_what_was_there_before_it_was_made() {
    send("a", "1");
    lambda.create(mapping(10, true, 0));
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of("1"));
  }

  @Test
  void tells_the_function_all_that_sqs_knows() {
    List<JsonNode> seen = new ArrayList<>();
    body =
        records -> {
          seen.addAll(records);
          return "";
        };
    lambda.create(mapping(10, true, 0));
    send("a", "1");
    runUntilQuiet();

    JsonNode only = seen.getFirst();
    assertThat(only.path("eventSource").asText()).isEqualTo("aws:sqs");
    assertThat(only.path("eventSourceARN").asText()).isEqualTo(queue.arn());
    assertThat(only.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(only.path("md5OfBody").asText()).isEqualTo("c4ca4238a0b923820dcc509a6f75849b");
    assertThat(only.path("attributes").properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "ApproximateFirstReceiveTimestamp",
            "ApproximateReceiveCount",
            "MessageDeduplicationId",
            "MessageGroupId",
            "SenderId",
            "SentTimestamp",
            "SequenceNumber");
  }

  @Test
  void tries_a_failed_batch_again_after_its_visibility_timeout_and_then_buries_it() {
    List<Instant> times = new ArrayList<>();
    body =
        _ -> {
          times.add(world.now());
          throw new IllegalStateException("no");
        };
    lambda.create(mapping(10, true, 0));
    send("a", "1");
    send("a", "2");
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of("1", "2"), List.of("1", "2"), List.of("1", "2"));
    assertThat(Duration.between(times.get(0), times.get(1)))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    assertThat(queue.messages()).isEmpty();
    assertThat(deadBodies()).containsExactly("1", "2");
  }

  @Test
  void tries_only_the_reported_messages_again() {
    body =
        records ->
            failures(
                batches.size() > 1
                    ? List.of()
                    : records.stream()
                        .filter(each -> !each.path("body").asText().equals("1"))
                        .toList());
    lambda.create(mapping(10, true, 0));
    send("a", "1");
    send("a", "2");
    send("a", "3");
    runUntilQuiet();

    assertThat(batches).containsExactly(List.of("1", "2", "3"), List.of("2", "3"));
    assertThat(dead.messages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                              | true
          null                                            | true
          {}                                              | true
          {"batchItemFailures":null}                      | true
          {"batchItemFailures":[]}                        | true
          {"batchItemFailures":[{"itemIdentifier":""}]}   | false
          {"batchItemFailures":[{"itemIdentifier":null}]} | false
          {"batchItemFailures":[{"id":"x"}]}              | false
          {"batchItemFailures":[{"itemIdentifier":"x"}]}  | false
          nonsense                                        | false
          """)
  void reads_the_answer_as_lambda_does(String answer, boolean success) {
    body = _ -> answer;
    lambda.create(mapping(10, true, 0));
    send("a", "1");
    runUntilQuiet();

    assertThat(dead.messages()).hasSize(success ? 0 : 1);
  }

  @Test
  void takes_no_notice_of_the_answer_unless_it_is_told_to() {
    body = EventSourceMappingTest::failures;
    lambda.create(mapping(10, false, 0));
    send("a", "1");
    runUntilQuiet();

    assertThat(batches).hasSize(1);
    assertThat(dead.messages()).isEmpty();
  }

  @Test
  void runs_different_groups_at_the_same_time_up_to_its_concurrency() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    body =
        _ -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          three.countDown();
          three.await();
          running.decrementAndGet();
          return "";
        };
    lambda.create(mapping(1, true, 3));
    for (int i = 0; i < 9; i++) {
      send("g" + i, "m" + i);
    }
    runUntilQuiet();

    assertThat(batches).hasSize(9);
    assertThat(most).hasValue(3);
  }

  @ParameterizedTest
  @CsvSource({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"})
  void is_not_made_if_the_role_may_not_take_messages(String action) {
    forbidden.add(action);

    assertThatThrownBy(() -> lambda.create(mapping(10, true, 0)))
        .hasMessageContaining("does not have permissions to call " + action.substring(4));
  }

  @Test
  void is_not_made_if_messages_would_come_back_while_the_function_runs() {
    world.run(() -> sqs.setAttributes(queue, Map.of("VisibilityTimeout", "19")));

    assertThatThrownBy(() -> lambda.create(mapping(10, true, 0)))
        .hasMessage(
            "Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds");
  }

  /** Whatever fails, and however: order, one batch in flight per group, and no message lost. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void keeps_its_promises_whatever_the_function_does(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Set<String> inFlight = Collections.synchronizedSet(new HashSet<>());
    Map<String, List<String>> done = Collections.synchronizedMap(new HashMap<>());
    List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
    body =
        records -> {
          Set<String> groups = new HashSet<>();
          records.forEach(each -> groups.add(each.at("/attributes/MessageGroupId").asText()));
          groups.stream().filter(group -> !inFlight.add(group)).forEach(overlaps::add);
          int plan;
          synchronized (random) {
            plan = random.nextInt(4);
          }
          try {
            if (plan == 0) {
              throw new IllegalStateException("the whole batch fails");
            }
            // with its first failure, a group's later messages fail as well
            Set<String> stopped = new HashSet<>();
            List<JsonNode> failed = new ArrayList<>();
            for (JsonNode each : records) {
              String group = each.at("/attributes/MessageGroupId").asText();
              boolean fails;
              synchronized (random) {
                fails = random.nextInt(3) == 0;
              }
              if (stopped.contains(group) || fails) {
                stopped.add(group);
                failed.add(each);
              } else {
                done.computeIfAbsent(group, _ -> Collections.synchronizedList(new ArrayList<>()))
                    .add(each.path("body").asText());
              }
            }
            return failures(failed);
          } finally {
            inFlight.removeAll(groups);
          }
        };
    lambda.create(mapping(5, true, 3));
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String group = "g" + random.nextInt(5);
      String text = group + "-" + (100 + i);
      sent.add(text);
      world.run(() ->
          world.after(
              Duration.ofMillis(Integer.parseInt(text.substring(3)) * 20L),
              () -> send(group, text)));
    }
    runUntilQuiet();

    assertThat(overlaps).as("groups in two invocations at once").isEmpty();
    assertThat(queue.messages()).isEmpty();
    assertThat(done.values()).allSatisfy(group -> assertThat(group).isSorted());
    List<String> ended = new ArrayList<>(deadBodies());
    done.values().forEach(ended::addAll);
    assertThat(ended).containsExactlyInAnyOrderElementsOf(sent);
  }
}
