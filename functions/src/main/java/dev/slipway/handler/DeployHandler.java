package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.TriggerJson;
import dev.slipway.aws.Clients;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.EventAnnouncer;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.SnsTopic;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.aws.TopicAnnouncer;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.Outcome;
import dev.slipway.record.Trigger;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * DeployFunction: rolls the services that follow what was pushed.
 *
 * <p>Takes the batches of its SQS queue, and by hand a single event of EventBridge, which it
 * answers with what became of it.
 */
public final class DeployHandler implements RequestStreamHandler, Resource {
  /** So often that the JVM has compiled what a deployment runs. */
  private static final int PRIMING_RUNS = 50;

  private final FunctionContext context;
  private final Log log;
  private final Deployer deployer;
  private final QueueFunction function;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public DeployHandler() {
    this(FunctionContext.ofLambda());
    if (context.variable("AWS_LAMBDA_INITIALIZATION_TYPE").orElse("").equals("snap-start")) {
      Core.getGlobalContext().register(this);
    }
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public DeployHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private DeployHandler(FunctionContext context) {
    this.context = context;
    this.log = context.log();
    Clients clients = context.clients();
    this.deployer =
        new Deployer(
            context.configuration().environments(),
            new AwsEcs(clients.ecs()),
            new EcrRegistry(clients.ecr()),
            // most pushes need no queue: its client is made when one does
            context
                .variable("SLIPWAY_QUEUE_URL")
                .map(url -> (HintQueue) hints -> new SqsHintQueue(clients.sqs(), url).send(hints)),
            announcer(context));
    this.function =
        new QueueFunction(
            context,
            (body, before) -> handleMessage(Event.parse(body), before),
            // nobody says how often it has been tried
            event -> Answer.to(handle(Event.parse(event), true)));
  }

  private static Announcer announcer(FunctionContext context) {
    Clients clients = context.clients();
    Announcer events =
        new EventAnnouncer(clients.eventBridge(), context.eventBus(), context.log());
    return context
        .variable("SLIPWAY_TOPIC_ARN")
        .map(arn ->
            (Announcer)
                new TopicAnnouncer(
                    events,
                    // few pushes are held: the topic's client is made when one is
                    notification -> new SnsTopic(clients.sns(), arn).publish(notification),
                    context.log()))
        .orElse(events);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(function.answer(input, context));
  }

  /**
   * Rehearses deployments before SnapStart takes its snapshot, and makes one real call without
   * effect, which leaves TLS ready. What goes wrong here goes wrong for no push.
   */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    try {
      Environment environment = context.configuration().environments().getFirst();
      SnapStartPriming rehearsal = new SnapStartPriming(context.need("AWS_REGION"), environment);
      DeployHandler rehearsed = new DeployHandler(context.priming(rehearsal::answer));
      for (int i = 0; i < PRIMING_RUNS; i++) {
        rehearsed.function.answer(rehearsal.batch(), () -> Duration.ofMinutes(1));
      }
      context.clients().ecs().listClusters(r -> r.maxResults(1));
    } catch (RuntimeException e) {
      log.error("the snapshot is taken without a rehearsal: " + e.getMessage(), Json.object(), e);
    }
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    // connections and credentials of before are outdated; the SDK and the JDK find out by
    // themselves
  }

  private void handleMessage(Event event, boolean before) {
    try {
      handle(event, before);
    } catch (RuntimeException e) {
      throw event instanceof Event.Hinted(var hint) && hint.cause() instanceof Trigger.Sweep
          ? new RetriedBySweep(e)
          : e;
    }
  }

  private Outcome handle(Event event, boolean before) {
    return switch (event) {
      case Event.Meaningless(String reason) -> {
        log.info(reason, Json.object().put("outcome", "Ignored"));
        yield new Outcome.Ignored(reason);
      }
      case Event.Hinted(var hint) -> {
        Outcome outcome = deployer.handle(hint, before);
        log.info(
            outcome.reason(),
            Json.object()
                .put("outcome", outcome.getClass().getSimpleName())
                .set("cause", TriggerJson.of(hint.cause())));
        yield outcome;
      }
    };
  }
}
