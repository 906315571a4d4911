package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsEvidence;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.AwsServiceTags;
import dev.slipway.aws.Clients;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.RolloutEvents;
import dev.slipway.aws.SnsTopic;
import dev.slipway.rollout.Rollouts;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * RolloutFunction: tells how the deployments that Slipway started have ended, says why they failed,
 * and blocks what failed.
 *
 * <p>Takes the batches of its SQS queue, and by hand a single event of EventBridge, which it
 * answers with what it announced.
 */
public final class RolloutHandler implements RequestStreamHandler {
  private final Log log;
  private final Rollouts rollouts;
  private final QueueFunction function;

  /** Used by Lambda. */
  public RolloutHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public RolloutHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private RolloutHandler(FunctionContext context) {
    this.log = context.log();
    Clients clients = context.clients();
    this.rollouts =
        new Rollouts(
            new AwsEcs(clients.ecs()),
            new AwsServiceDeployments(clients.ecs()),
            new AwsServiceTags(clients.ecs()),
            new AwsEvidence(clients.ecs(), clients.logs()),
            new RolloutEvents(
                clients.eventBridge(),
                context.eventBus(),
                context
                    .variable("SLIPWAY_TOPIC_ARN")
                    .map(arn -> new SnsTopic(clients.sns(), arn)),
                log));
    this.function =
        new QueueFunction(
            context,
            (body, _) -> handle(RolloutEvent.parse(Event.read(body))),
            event -> json(handle(RolloutEvent.parse(event))));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(function.answer(input, context));
  }

  private Rollouts.Result handle(RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.Meaningless(String reason) -> {
        log.info(reason, Json.object());
        yield new Rollouts.Result(List.of(), reason);
      }
      case RolloutEvent.Changed(var change) -> {
        Rollouts.Result result = rollouts.handle(change);
        log.info(
            result.reason(),
            Json.object()
                .put("eventId", change.eventId())
                .put("service", change.service().value())
                .put("deploymentId", change.deployment().toString())
                .put("state", change.state().name())
                .put("announced", result.announced().size()));
        yield result;
      }
    };
  }

  private static ObjectNode json(Rollouts.Result result) {
    ObjectNode answer = Json.object();
    ArrayNode announced = answer.putArray("announced");
    result.announced().forEach(rollout -> announced.add(RolloutEvents.detail(rollout)));
    return answer.put("reason", result.reason());
  }
}
