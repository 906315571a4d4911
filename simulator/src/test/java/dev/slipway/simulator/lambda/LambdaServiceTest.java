package dev.slipway.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.simulator.events.EventBridgeService;
import dev.slipway.simulator.events.Rule;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.LambdaApi.Answer;
import dev.slipway.simulator.world.LambdaApi.InvocationType;
import dev.slipway.simulator.world.LambdaApi.Invoke;
import dev.slipway.simulator.world.ResourcePolicies;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaServiceTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final String RULE_ARN = "arn:aws:events:us-east-1:123456789012:rule/any";

  private World world;
  private SqsService sqs;
  private EventBridgeService events;
  private LogsService logs;
  private LambdaService lambda;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
  private final List<String> invoked = Collections.synchronizedList(new ArrayList<>());
  private final List<Instant> times = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean hangs;
  private volatile int extra;

  @BeforeEach
  void begin() {
    world = new World(Instant.parse("2026-11-21T10:00:00Z"), 0);
    Journal notes = (topic, line) -> journal.add(line);
    Authorizer authorizer =
        (caller, action, resource, context) -> {
          asked.add(action + " " + resource);
          if (caller.equals(Functions.IDENTITY.caller()) && action.startsWith("lambda:")) {
            throw new AwsError("AccessDeniedException", 403, "not authorized");
          }
        };
    ResourcePolicies policies =
        (policy, principal, action, resource, context) -> ResourcePolicies.Verdict.ALLOWED;
    sqs = new SqsService(world, authorizer, policies, notes, ACCOUNT, () -> "http://127.0.0.1");
    InProcessRuntime runtime =
        new InProcessRuntime(
            new FunctionEnvironment(ACCOUNT, () -> "http://127.0.0.1"),
            (handler, environment) ->
                (event, answer, context) -> {
                  String payload = new String(event.readAllBytes(), StandardCharsets.UTF_8);
                  invoked.add(payload);
                  times.add(world.now());
                  context.log().add("handling " + payload);
                  if (hangs) {
                    new CountDownLatch(1).await();
                  }
                  if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("told to fail");
                  }
                  String got = "{\"got\":" + payload + "}" + " ".repeat(extra);
                  answer.write(got.getBytes(StandardCharsets.UTF_8));
                });
    logs = new LogsService(world, authorizer, ACCOUNT);
    lambda = new LambdaService(world, authorizer, notes, ACCOUNT, sqs, logs, runtime);
    events =
        new EventBridgeService(
            world, authorizer, notes, ACCOUNT, List.of(new FunctionTarget(lambda)));
    lambda.create(Functions.function("Handler", Path.of("."), Map.of(), Duration.ofSeconds(30)));
  }

  @AfterEach
  void end() {
    lambda.close();
    world.close();
  }

  private Answer invoke(@Nullable String qualifier, InvocationType type, String payload) {
    return lambda.invoke(new Invoke(ACCOUNT.root(), "deploy", qualifier, type, true, payload));
  }

  private void runUntilQuiet() {
    world.runUntilQuiet(Duration.ofDays(1));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private void settings(
      FunctionSettings.Asynchronous asynchronous,
      List<FunctionSettings.InvokePermission> permissions) {
    lambda.create(
        new FunctionSettings(
            "deploy",
            "Handler",
            Path.of("."),
            Map.of(),
            Duration.ofSeconds(30),
            256,
            true,
            "/aws/lambda/deploy",
            Functions.IDENTITY,
            Map.of("live", "1"),
            permissions,
            asynchronous));
  }

  @Test
  void answers_with_what_the_function_answered_and_the_end_of_its_log() {
    Answer answer = invoke("live", InvocationType.REQUEST_RESPONSE, "7");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.payload()).isEqualTo("{\"got\":7}");
    assertThat(answer.functionError()).isNull();
    assertThat(answer.executedVersion()).isEqualTo("1");
    assertThat(answer.logTail()).contains("handling 7", "END RequestId: ", "REPORT RequestId: ");
    assertThat(lambda.log("deploy"))
        .hasSize(4)
        .first()
        .asString()
        .startsWith("START RequestId: ")
        .endsWith(" Version: 1");
  }

  @Test
  void says_that_the_response_is_too_large() {
    // the function answers with its event and eight bytes more
    String largest = "7".repeat(6_291_456);
    assertThat(invoke("live", InvocationType.REQUEST_RESPONSE, largest).functionError()).isNull();
    extra = 100;
    Answer answer = invoke("live", InvocationType.REQUEST_RESPONSE, largest);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.functionError()).isEqualTo("Unhandled");
    assertThat(json(answer.payload()).path("errorMessage").asText())
        .isEqualTo(
            "Response payload size (6291564 bytes) exceeded maximum allowed payload size (6291556"
                + " bytes).");
  }

  @Test
  void refuses_an_event_that_is_too_large_without_running_the_function() {
    assertThatThrownBy(() -> invoke("live", InvocationType.EVENT, "7".repeat(1_048_577)))
        .isInstanceOfSatisfying(AwsError.class, error -> assertThat(error.status()).isEqualTo(413));
    runUntilQuiet();
    assertThat(invoked).isEmpty();
  }

  @Test
  void says_that_the_function_failed() {
    failures.set(1);
    Answer answer = invoke(null, InvocationType.REQUEST_RESPONSE, "7");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.functionError()).isEqualTo("Unhandled");
    assertThat(answer.executedVersion()).isEqualTo("$LATEST");
    assertThat(json(answer.payload()).path("errorType").asText())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(json(answer.payload()).path("errorMessage").asText()).isEqualTo("told to fail");
  }

  @Test
  void ends_an_invocation_that_takes_too_long() {
    hangs = true;
    lambda.create(Functions.function("Handler", Path.of("."), Map.of(), Duration.ofSeconds(1)));
    Answer answer = invoke(null, InvocationType.REQUEST_RESPONSE, "7");

    assertThat(json(answer.payload()).path("errorMessage").asText())
        .endsWith("Task timed out after 1.00 seconds");
  }

  @Test
  void only_looks_whether_the_caller_might() {
    assertThat(invoke(null, InvocationType.DRY_RUN, "7").status()).isEqualTo(204);
    assertThat(invoked).isEmpty();
    assertThat(asked)
        .containsExactly(
            "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:deploy");
  }

  @ParameterizedTest
  @CsvSource({
    "deploy,2,ResourceNotFoundException",
    "deploy,missing,ResourceNotFoundException",
    "other,live,ResourceNotFoundException"
  })
  void does_not_know_a_function_that_is_not_there(String name, String qualifier, String code) {
    assertThatThrownBy(() ->
            lambda.invoke(
                new Invoke(
                    ACCOUNT.root(), name, qualifier, InvocationType.REQUEST_RESPONSE, false, "{}")))
        .isInstanceOfSatisfying(
            AwsError.class,
            error -> {
              assertThat(error.code()).isEqualTo(code);
              assertThat(error.status()).isEqualTo(404);
            });
  }

  @Test
  void refuses_a_caller_who_may_not() {
    assertThatThrownBy(() ->
            lambda.invoke(
                new Invoke(
                    Functions.IDENTITY.caller(),
                    "deploy",
                    null,
                    InvocationType.EVENT,
                    false,
                    "{}")))
        .hasMessage("not authorized");
    runUntilQuiet();
    assertThat(invoked).isEmpty();
  }

  @Test
  void tries_an_asynchronous_invocation_twice_more() {
    failures.set(2);
    assertThat(invoke(null, InvocationType.EVENT, "7").status()).isEqualTo(202);
    runUntilQuiet();

    assertThat(invoked).containsExactly("7", "7", "7");
    assertThat(Duration.between(times.get(0), times.get(1))).isEqualTo(Duration.ofMinutes(1));
    assertThat(Duration.between(times.get(1), times.get(2))).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void records_an_event_that_it_gives_up_in_the_destination() {
    Queue lost = world.call(() -> sqs.create("lost", Map.of(), Map.of()));
    settings(new FunctionSettings.Asynchronous(1, Duration.ofHours(1), lost.arn()), List.of());
    failures.set(5);
    invoke(null, InvocationType.EVENT, "{\"a\":1}");
    runUntilQuiet();

    JsonNode kept = json(lost.messages().getFirst().body());
    assertThat(kept.at("/requestContext/condition").asText()).isEqualTo("RetriesExhausted");
    assertThat(kept.at("/requestContext/approximateInvokeCount").asInt()).isEqualTo(2);
    assertThat(kept.at("/requestPayload/a").asInt()).isEqualTo(1);
    assertThat(kept.at("/responsePayload/errorMessage").asText()).isEqualTo("told to fail");
  }

  @ParameterizedTest
  @CsvSource({"any,1", "other,0"})
  void is_a_target_of_the_rules_that_its_policy_names(String allowed, int times) {
    settings(
        FunctionSettings.Asynchronous.byDefault(),
        List.of(
            new FunctionSettings.InvokePermission(
                "events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/" + allowed)));
    world.run(() -> {
      events.put(
          new Rule(
              "any",
              "",
              JsonNodeFactory.instance
                  .objectNode()
                  .set("source", JsonNodeFactory.instance.arrayNode().add("aws.ecr")),
              true,
              List.of(
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("Id", "t")
                      .put("Arn", lambda.arnOf("deploy") + ":live"))));
      events.emit("aws.ecr", "d", List.of(), JsonNodeFactory.instance.objectNode());
    });
    runUntilQuiet();

    assertThat(events.ruleArn("any")).isEqualTo(RULE_ARN);
    assertThat(invoked).hasSize(times);
  }

  @Test
  void writes_its_log_as_the_role() {
    invoke("live", InvocationType.REQUEST_RESPONSE, "7");

    String group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/deploy";
    String stream =
        asked.stream()
            .filter(one -> one.startsWith("logs:PutLogEvents"))
            .findFirst()
            .orElseThrow()
            .replace("logs:PutLogEvents " + group + ":log-stream:", "");
    assertThat(stream).matches("2026/11/21/\\[1\\][0-9a-f]{32}");
    assertThat(asked)
        .contains(
            "logs:CreateLogGroup " + group + ":log-stream:",
            "logs:CreateLogStream " + group + ":log-stream:" + stream);
    assertThat(logs.lines("/aws/lambda/deploy", stream))
        .hasSize(4)
        .startsWith(lambda.log("deploy").getFirst(), "handling 7");
  }
}
