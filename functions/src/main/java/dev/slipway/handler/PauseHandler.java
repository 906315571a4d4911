package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceTags;
import dev.slipway.aws.Json;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.operate.Pause;
import dev.slipway.operate.ServiceDirectory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.operate.Pause.Paused;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** PauseFunction: holds services from being deployed to, and lets them go again. */
public final class PauseHandler extends OperatorHandler {
  private static final String PAUSE = "pause";
  private static final String RESUME = "resume";

  private final Pause pause;
  private final InstantSource clock = InstantSource.system();

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public PauseHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public PauseHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private PauseHandler(FunctionContext context) {
    super("pause", context.log(), "action", "environment", "service", "note", "dryRun");
    var ecs = context.clients().ecs();
    this.pause =
        new Pause(
            new ServiceDirectory(context.configuration().environments(), new AwsEcs(ecs)),
            new AwsServiceTags(ecs),
            new SqsHintQueue(context.clients().sqs(), context.need("SLIPWAY_QUEUE_URL")));
  }

  @Override
  Reply reply(Request request) {
    String action =
        request.need("action", "pause or resume", request.word("action", List.of(PAUSE, RESUME)));
    List<Paused> services =
        action.equals(PAUSE)
            ? pause.pause(
                request.scope(),
                request.text("note"),
                request.cause(),
                clock.instant(),
                request.dryRun())
            : pause.resume(request.scope(), request.cause(), request.dryRun());
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("services");
    services.forEach(paused ->
        list.addObject()
            .put("service", paused.service().toString())
            .put("paused", paused.paused())
            .put("reason", paused.reason()));
    return new Reply(
        answer,
        "%s %d services%s"
            .formatted(
                action.equals(PAUSE) ? "paused" : "resumed",
                services.size(),
                request.dryRun() ? " (dry run)" : ""));
  }
}
