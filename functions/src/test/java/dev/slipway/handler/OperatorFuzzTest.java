package dev.slipway.handler;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.aws.Json;
import dev.slipway.config.Configuration;
import dev.slipway.decide.Environment;
import dev.slipway.text.Hostile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What operators ask: the real commands, in an account with one service. */
class OperatorFuzzTest {
  private static final String QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/queue";
  private static final Environment STAGING =
      Configuration.parse("slipway.yaml", "environments: { staging: { images: { tag: staging } } }")
          .environments()
          .getFirst();
  private static final SnapStartPriming ACCOUNT = new SnapStartPriming("us-east-1", STAGING);
  private static final FunctionContext CONTEXT = context();
  private static final OperatorHandler QUERY = new QueryHandler(CONTEXT);
  private static final OperatorHandler OPERATE = new OperateHandler(CONTEXT);

  private static FunctionContext context() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_REGION", "us-east-1");
    for (String queue : List.of("", "DEPLOY_", "ROLLOUT_", "DEAD_LETTER_")) {
      environment.put("SLIPWAY_" + queue + "QUEUE_URL", QUEUE);
    }
    environment.put("SLIPWAY_DEAD_LETTER_QUEUE_URLS", QUEUE);
    environment.put("SLIPWAY_TABLE_NAME", "record");
    environment.put("SLIPWAY_ACCOUNT_ID", "000000000000");
    environment.put("SLIPWAY_STACK_NAME", "slipway");
    environment.put("SLIPWAY_PASSABLE_ROLES", "*");
    environment.put("SLIPWAY_RULE_NAMES", "push");
    environment.put(
        "SLIPWAY_EVENT_BUS_ARN", "arn:aws:events:us-east-1:000000000000:event-bus/default");
    environment.put("SLIPWAY_ARCHIVE_ARN", "arn:aws:events:us-east-1:000000000000:archive/slipway");
    environment.put("SLIPWAY_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:slipway");
    environment.put("SLIPWAY_PUSH_RULE_ARN", "arn:aws:events:us-east-1:000000000000:rule/push");
    return new FunctionContext(
            environment, null, _ -> {}, InstantSource.fixed(Instant.parse("2026-11-28T10:00:00Z")))
        .priming(ACCOUNT.environment(), OperatorFuzzTest::answer);
  }

  private static String answer(String operation, String request) {
    try {
      return ACCOUNT.answer(operation, request);
    } catch (IllegalStateException _) {
      return "{}";
    }
  }

  @FuzzTest
  void a_question_is_answered_or_refused(byte[] input) throws IOException {
    requireAnswer(QUERY, input);
  }

  @FuzzTest
  void a_decision_is_taken_or_refused(byte[] input) throws IOException {
    requireAnswer(OPERATE, input);
  }

  private static void requireAnswer(OperatorHandler handler, byte[] input) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(new ByteArrayInputStream(input), output, new MinuteContext());
    JsonNode answer = Json.read(output.toByteArray());
    if (answer.has("refused")) {
      Hostile.requireLine(answer.path("refused").asText(), 1_500);
    }
    Hostile.require(output.size() <= 100_000, "too long", answer.toString());
  }
}
