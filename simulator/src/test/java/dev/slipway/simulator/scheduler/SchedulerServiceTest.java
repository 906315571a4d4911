package dev.slipway.simulator.scheduler;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Policy;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.LambdaApi;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerServiceTest {
  private static final Account ACCOUNT = new Account(Account.DEFAULT_ID, "us-east-1");
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final List<LambdaApi.Invoke> invoked = new ArrayList<>();
  private final List<Instant> times = new ArrayList<>();
  private final List<AwsError> errors = new ArrayList<>();
  private World world;
  private SqsService sqs;
  private SchedulerService scheduler;

  @BeforeEach
  void begin() {
    world = new World(START, 0);
    Journal silent = (topic, line) -> {};
    Iam iam = new Iam(world, ACCOUNT, silent);
    iam.add(role("schedule", "scheduler.amazonaws.com"));
    iam.add(role("other", "lambda.amazonaws.com"));
    sqs = new SqsService(world, iam, iam, silent, ACCOUNT, () -> "http://127.0.0.1:4566");
    LambdaApi lambda =
        request -> {
          times.add(world.now());
          if (!errors.isEmpty()) {
            throw errors.removeFirst();
          }
          invoked.add(request);
          return new LambdaApi.Answer(202, null, null, null, "");
        };
    scheduler = new SchedulerService(world, iam, silent, ACCOUNT, sqs, lambda);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static Role role(String name, String service) {
    String trust =
        "{'Statement':[{'Effect':'Allow','Principal':{'Service':'%s'},'Action':'sts:AssumeRole'}]}"
            .formatted(service);
    String permissions =
        "{'Statement':[{'Effect':'Allow','Action':'sqs:SendMessage','Resource':'*'}]}";
    return new Role(
        name, Policy.parse(json(trust)), List.of(Policy.parse(json(permissions))), List.of());
  }

  private static ObjectNode target(String more) {
    return json(
        "{'Arn':'arn:aws:lambda:us-east-1:123456789012:function:sweep:live',"
            + "'RoleArn':'arn:aws:iam::123456789012:role/schedule'"
            + more
            + "}");
  }

  private void create(String expression, String more) {
    scheduler.create("sweep", expression, true, target(more));
  }

  private void pass(Duration time) {
    world.runUntil(() -> false, time);
  }

  @Test
  void invokes_at_once_and_then_at_its_rate() {
    create("rate(5 minutes)", ",'Input':'{}'");
    pass(Duration.ofMinutes(11));
    assertThat(times).containsExactly(START, START.plusSeconds(300), START.plusSeconds(600));
    assertThat(invoked.getFirst())
        .isEqualTo(
            new LambdaApi.Invoke(
                new dev.slipway.simulator.world.Caller(
                    "arn:aws:sts::123456789012:assumed-role/schedule/scheduler"),
                "sweep",
                "live",
                LambdaApi.InvocationType.EVENT,
                false,
                "{}"));
  }

  @Test
  void leaves_the_world_quiet() {
    create("rate(1 minute)", "");
    world.runUntilQuiet(Duration.ofDays(1));
    assertThat(world.now()).isEqualTo(START);
  }

  @Test
  void does_nothing_while_disabled() {
    scheduler.create("sweep", "rate(1 hour)", false, target(""));
    pass(Duration.ofDays(1));
    assertThat(times).isEmpty();
  }

  @Test
  void ends_when_it_is_disabled() {
    create("rate(1 hour)", "");
    pass(Duration.ofMinutes(1));
    scheduler.disable("sweep");
    pass(Duration.ofDays(1));
    assertThat(times).containsExactly(START);
  }

  @Test
  void puts_its_keywords_into_the_input() {
    create(
        "rate(1 day)",
        ",'Input':'{\\'at\\':\\'<aws.scheduler.scheduled-time>\\',\\'n\\':\\'<aws.scheduler.attempt-number>\\'}'");
    pass(Duration.ofSeconds(1));
    assertThat(json(invoked.getFirst().payload()))
        .isEqualTo(json("{'at':'2026-11-21T10:00:00Z','n':'1'}"));
  }

  @Test
  void sends_a_notice_of_its_own_without_input() {
    create("rate(1 day)", "");
    pass(Duration.ofSeconds(1));
    assertThat(json(invoked.getFirst().payload()).path("detail-type").asText())
        .isEqualTo("Scheduled Event");
  }

  @Test
  void tries_again_when_it_is_throttled() {
    errors.add(new AwsError("TooManyRequestsException", 429, "Rate Exceeded."));
    errors.add(new AwsError("ServiceException", 500, "An error occurred."));
    create("rate(1 hour)", "");
    world.runUntil(() -> !invoked.isEmpty(), Duration.ofMinutes(1));
    assertThat(times).containsExactly(START, START.plusSeconds(1), START.plusSeconds(3));
  }

  @ParameterizedTest
  @CsvSource({
    "403, 5, AccessDeniedException, 0, absent",
    "500, 0, ServiceException, 0, MaximumRetryAttempts",
    "500, 2, ServiceException, 2, MaximumRetryAttempts"
  })
  void gives_up_into_the_dead_letter_queue(
      int status, int retries, String code, String attempts, String exhausted) {
    Queue queue = world.call(() -> sqs.create("dead", Map.of(), Map.of()));
    for (int i = 0; i <= retries; i++) {
      errors.add(new AwsError(code, status, "no"));
    }
    create(
        "rate(1 hour)",
        ",'Input':'{}','RetryPolicy':{'MaximumRetryAttempts':"
            + retries
            + "},'DeadLetterConfig':{'Arn':'"
            + queue.arn()
            + "'}");
    pass(Duration.ofMinutes(1));
    assertThat(queue.messages())
        .singleElement()
        .satisfies(message -> {
          assertThat(message.body()).isEqualTo("{}");
          assertThat(attribute(message.attributes().get("ERROR_CODE"))).isEqualTo(code);
          assertThat(attribute(message.attributes().get("RETRY_ATTEMPTS"))).isEqualTo(attempts);
          assertThat(attribute(message.attributes().get("EXHAUSTED_RETRY_CONDITION")))
              .isEqualTo(exhausted);
        });
  }

  private static String attribute(@Nullable MessageAttribute attribute) {
    return attribute == null ? "absent" : String.valueOf(attribute.text());
  }

  @Test
  void refuses_a_role_that_scheduler_may_not_assume() {
    ObjectNode target = target("").put("RoleArn", "arn:aws:iam::123456789012:role/other");
    assertThatThrownBy(() -> scheduler.create("sweep", "rate(1 hour)", true, target))
        .hasMessageContaining("must allow AWS EventBridge Scheduler to assume the role");
  }

  @ParameterizedTest
  @CsvSource({
    "cron(0 10 * * ? *), is not simulated",
    "at(2026-11-21T10:00:00), is not simulated",
    "rate(0 minutes), Invalid Schedule Expression",
    "rate(5 seconds), Invalid Schedule Expression",
    "every five minutes, Invalid Schedule Expression"
  })
  void refuses_other_expressions(String expression, String why) {
    assertThatThrownBy(() -> create(expression, ""))
        .hasMessageContaining(why)
        .hasMessageContaining(expression);
  }

  @Test
  void refuses_other_targets() {
    ObjectNode target = target("").put("Arn", "arn:aws:sqs:us-east-1:123456789012:queue");
    assertThatThrownBy(() -> scheduler.create("sweep", "rate(1 hour)", true, target))
        .hasMessageContaining("is no function");
  }
}
