package dev.slipway.simulator.scheduler;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.events.RetryPolicy;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.LambdaApi;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Amazon EventBridge Scheduler, as far as templates use it: schedules at a rate that invoke
 * functions asynchronously. It has no operations to call: a schedule comes from the template.
 *
 * <p>A schedule at a rate without a start date invokes its target at once, and then again at its
 * rate (<a
 * href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based">rate-based
 * schedules</a>). AWS is precise to the minute, this to the second.
 */
public final class SchedulerService {
  /** Who assumes a schedule's role. */
  private static final String PRINCIPAL = "scheduler.amazonaws.com";

  private final World world;
  private final Iam iam;
  private final Journal journal;
  private final Account account;
  private final SqsService sqs;
  private final LambdaApi lambda;
  private final Map<String, World.Entry> enabled = new HashMap<>();

  /**
   * Scheduler, without schedules yet.
   *
   * @param sqs has the dead-letter queues
   * @param lambda invokes the targets
   */
  public SchedulerService(
      World world, Iam iam, Journal journal, Account account, SqsService sqs, LambdaApi lambda) {
    this.world = world;
    this.iam = iam;
    this.journal = journal;
    this.account = account;
    this.sqs = sqs;
    this.lambda = lambda;
  }

  /**
   * Creates a schedule, which begins at once if it is enabled.
   *
   * @param expression such as {@code rate(5 minutes)}
   * @param target as Scheduler's CreateSchedule takes it
   * @throws AwsError if Scheduler would not create it
   * @throws IllegalArgumentException if it is not simulated
   */
  public void create(String name, String expression, boolean enabled, ObjectNode target) {
    Schedule schedule = Schedule.parse(name, expression, target);
    Role role = iam.role(schedule.roleName()).orElse(null);
    if (role == null
        || !role.trusts(
            PRINCIPAL,
            account.globalArn("iam", "role/" + role.name()),
            Map.of("aws:SourceAccount", account.id()))) {
      throw AwsError.client(
          "ValidationException",
          "The execution role you provide must allow AWS EventBridge Scheduler to assume the role: "
              + schedule.roleName());
    }
    world.run(() -> {
      if (this.enabled.containsKey(name)) {
        throw new AwsError("ConflictException", 409, "Schedule " + name + " already exists.");
      }
      if (enabled) {
        this.enabled.put(
            name, world.every(Duration.ZERO, schedule.rate().period(), () -> isDue(schedule)));
      }
    });
  }

  /** Switches a schedule off, as UpdateSchedule with State DISABLED does. */
  public void disable(String name) {
    world.run(() -> {
      World.Entry entry = enabled.remove(name);
      if (entry != null) {
        entry.cancel();
      }
    });
  }

  private void isDue(Schedule schedule) {
    attempt(new Execution(schedule, world.now(), UUID.randomUUID().toString()), 0);
  }

  /** One time that a schedule was due. */
  private record Execution(Schedule schedule, Instant scheduled, String id) {}

  private void attempt(Execution execution, int retries) {
    Schedule schedule = execution.schedule();
    try {
      lambda.invoke(
          new LambdaApi.Invoke(
              caller(schedule),
              schedule.functionName(),
              schedule.qualifier(),
              LambdaApi.InvocationType.EVENT,
              false,
              payload(execution, retries)));
      journal.note("events", "schedule " + schedule.name() + " → " + schedule.functionName());
    } catch (AwsError error) {
      failed(execution, retries, error);
    }
  }

  private Caller caller(Schedule schedule) {
    return iam.session(schedule.roleName(), "scheduler");
  }

  private void failed(Execution execution, int retries, AwsError error) {
    Schedule schedule = execution.schedule();
    journal.note(
        "events",
        "schedule "
            + schedule.name()
            + " → "
            + schedule.functionName()
            + " failed: "
            + error.getMessage());
    Duration pause = RetryPolicy.pauseBefore(retries + 1);
    Instant end = execution.scheduled().plus(schedule.retryPolicy().maximumEventAge());
    if (error.status() < 500 && error.status() != 429) {
      giveUp(execution, retries, error, null);
    } else if (retries >= schedule.retryPolicy().maximumRetryAttempts()) {
      giveUp(execution, retries, error, "MaximumRetryAttempts");
    } else if (world.now().plus(pause).isAfter(end)) {
      giveUp(execution, retries, error, "MaximumEventAgeInSeconds");
    } else {
      world.after(pause, () -> attempt(execution, retries + 1));
    }
  }

  /**
   * Puts what was to be sent into the dead-letter queue, with the attributes that AWS documents (<a
   * href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html">dead-letter
   * queues of schedules</a>). The schedule's role has to be allowed to.
   */
  private void giveUp(
      Execution execution, int retries, AwsError error, @Nullable String exhausted) {
    Schedule schedule = execution.schedule();
    if (schedule.deadLetterArn() == null) {
      journal.note("events", "schedule " + schedule.name() + ": an invocation is dropped");
      return;
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("SCHEDULE_ARN", arn(schedule));
    attributes.put("TARGET_ARN", schedule.targetArn());
    attributes.put("ERROR_CODE", error.code());
    attributes.put("ERROR_MESSAGE", String.valueOf(error.getMessage()));
    attributes.put("EXECUTION_ID", execution.id());
    attributes.put("SCHEDULED_TIME", time(execution));
    attributes.put("RETRY_ATTEMPTS", Integer.toString(retries));
    if (exhausted != null) {
      attributes.put("EXHAUSTED_RETRY_CONDITION", exhausted);
    }
    try {
      Queue queue =
          sqs.queueByArn(schedule.deadLetterArn())
              .orElseThrow(() ->
                  AwsError.client(
                      "QueueDoesNotExist", "there is no queue " + schedule.deadLetterArn()));
      ObjectNode request =
          JsonNodeFactory.instance
              .objectNode()
              .put("QueueUrl", sqs.urlOf(queue))
              .put("MessageBody", payload(execution, retries));
      ObjectNode named = request.putObject("MessageAttributes");
      attributes.forEach(
          (key, value) -> named.putObject(key).put("DataType", "String").put("StringValue", value));
      sqs.call(new AwsRequest(caller(schedule), "SendMessage", request));
      journal.note("events", "schedule " + schedule.name() + " → " + queue.name());
    } catch (AwsError lost) {
      journal.note(
          "events",
          "schedule "
              + schedule.name()
              + ": an invocation is dropped, its dead-letter queue does not take it: "
              + lost.getMessage());
    }
  }

  /** The input, with the keywords replaced that Scheduler knows. */
  private String payload(Execution execution, int retries) {
    Schedule schedule = execution.schedule();
    String input = schedule.input();
    if (input == null) {
      return notice(execution);
    }
    return input
        .replace("<aws.scheduler.schedule-arn>", arn(schedule))
        .replace("<aws.scheduler.scheduled-time>", time(execution))
        .replace("<aws.scheduler.execution-id>", execution.id())
        .replace("<aws.scheduler.attempt-number>", Integer.toString(retries + 1));
  }

  /** What a target is told for which the schedule has no input. */
  private String notice(Execution execution) {
    ObjectNode notice =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", "0")
            .put("id", execution.id())
            .put("detail-type", "Scheduled Event")
            .put("source", "aws.scheduler")
            .put("account", account.id())
            .put("time", time(execution))
            .put("region", account.region());
    notice.putArray("resources").add(arn(execution.schedule()));
    return notice.put("detail", "{}").toString();
  }

  private String arn(Schedule schedule) {
    return account.arn("scheduler", "schedule/default/" + schedule.name());
  }

  private static String time(Execution execution) {
    return execution.scheduled().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
