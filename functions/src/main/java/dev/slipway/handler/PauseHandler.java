package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.Json;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.PauseCommand.PausePlan;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceReader;
import dev.slipway.record.RecordStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * PauseFunction: pauses services, so that nothing is deployed to them, and resumes them. {@code
 * {"action": "pause" or "resume", "service" or "environment": …}}, with {@code note} and {@code
 * dryRun}.
 */
public final class PauseHandler extends OperatorHandler {
  private static final String PAUSE = "pause";
  private static final String RESUME = "resume";

  private final PauseCommand command;
  private final InstantSource clock;

  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public PauseHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   * @param clock tells the time of AWS
   */
  public PauseHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines,
      InstantSource clock) {
    this(new FunctionContext(environment, credentials, lines, clock));
  }

  private PauseHandler(FunctionContext context) {
    super("pause", context.log(), "action", "environment", "service", "note", "dryRun");
    var clients = context.clients();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    AwsServiceDeployments deployments = new AwsServiceDeployments(clients.ecs());
    RecordStore records = context.records();
    this.clock = context.clock();
    this.command =
        new PauseCommand(
            new ServiceDirectory(context.configuration().environments(), ecs),
            new ServiceReader(ecs, deployments, records),
            new ServiceChanges(
                records,
                deployments,
                new SqsHintQueue(clients.sqs(), context.need("SLIPWAY_QUEUE_URL"))));
  }

  @Override
  Reply reply(Request request) {
    String action =
        request.need("action", "pause or resume", request.word("action", List.of(PAUSE, RESUME)));
    List<PausePlan> services =
        action.equals(PAUSE)
            ? command.pause(
                request.scope(),
                request.text("note"),
                request.trigger(),
                clock.instant(),
                request.dryRun())
            : command.resume(request.scope(), request.trigger(), request.dryRun());
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("services");
    services.forEach(plan ->
        list.addObject()
            .put("service", plan.service().toString())
            .put("paused", plan.paused())
            .put("reason", plan.reason()));
    return new Reply(
        answer,
        "%s %d services%s"
            .formatted(
                action.equals(PAUSE) ? "paused" : "resumed",
                services.size(),
                request.dryRun() ? " (dry run)" : ""));
  }
}
