package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.TriggerJson;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.Clients;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.EventAnnouncer;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.aws.SsmCalendars;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.Outcome;
import dev.slipway.deploy.RolloutChecks;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.crac.Core;
import org.crac.Resource;

/**
 * DeployFunction: brings the services up to date that follow what was pushed.
 *
 * <p>Takes the batches of its SQS queue, and by hand a single event of EventBridge, which it
 * responds with what became of it.
 */
public final class DeployHandler implements RequestStreamHandler, Resource {
  /** So often that the JVM has compiled what a deployment runs. */
  private static final int PRIMING_RUNS = 50;

  private final FunctionContext context;
  private final Log log;
  private final Deployer deployer;
  private final QueueFunction function;

  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public DeployHandler() {
    this(FunctionContext.ofLambda());
    if (context.variable("AWS_LAMBDA_INITIALIZATION_TYPE").orElse("").equals("snap-start")) {
      Core.getGlobalContext().register(this);
    }
  }

  /** A function in another context. */
  public DeployHandler(FunctionContext context) {
    this.context = context;
    this.log = context.log();
    Clients clients = context.clients();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    this.deployer =
        new Deployer(
            new Deployer.Ports(
                context.configuration().environments(),
                context.followedRepositories(),
                ecs,
                new AwsServiceDeployments(clients.ecs()),
                new EcrRegistry(clients.ecr()),
                new SsmCalendars(clients),
                context.records(),
                // most pushes need no queue: its client is made when one does
                context
                    .variable("SLIPWAY_QUEUE_URL")
                    .map(url ->
                        (HintQueue) hints -> new SqsHintQueue(clients.sqs(), url).send(hints)),
                rolloutChecks(context),
                announcer(context)));
    this.function =
        new QueueFunction(context, new Messages(), (event, remaining) -> byHand(event, remaining));
  }

  /** Who invokes the function by hand may have no rollout queue; then the sweep looks. */
  private static RolloutChecks rolloutChecks(FunctionContext context) {
    return context
        .variable("SLIPWAY_ROLLOUT_QUEUE_URL")
        .<RolloutChecks>map(
            url -> services -> new SqsHintQueue(context.clients().sqs(), url).request(services))
        .orElse(services ->
            context
                .log()
                .warn(
                    "SLIPWAY_ROLLOUT_QUEUE_URL is not set: the sweep looks at the deployments of "
                        + services,
                    Json.object()));
  }

  private static Announcer announcer(FunctionContext context) {
    return new EventAnnouncer(
        context.clients().eventBridge(),
        context.eventBus(),
        context.notifications(context.variable("SLIPWAY_ROLLOUT_QUEUE_URL")),
        context.log());
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(function.respond(input, context));
  }

  /**
   * Runs deployments in an account that does not exist before SnapStart takes its snapshot, and
   * makes one real call without effect, which leaves TLS ready. What goes wrong here goes wrong for
   * no push.
   */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> crac) {
    try {
      Environment environment = context.configuration().environments().getFirst();
      SnapStartPriming priming = new SnapStartPriming(context.need("AWS_REGION"), environment);
      DeployHandler primed =
          new DeployHandler(context.priming(priming.environment(), priming::answer));
      for (int i = 0; i < PRIMING_RUNS; i++) {
        primed.function.respond(priming.batch(), () -> Duration.ofMinutes(1));
      }
      context.clients().ecs().listClusters(r -> r.maxResults(1));
    } catch (RuntimeException e) {
      log.error("the snapshot is taken without priming: " + e.getMessage(), Json.object(), e);
    }
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> crac) {
    // connections and credentials of before are outdated; the SDK and the JDK find out by
    // themselves
  }

  /** Messages of one batch that mean the same evaluation are one. */
  private final class Messages implements SqsBatchProcessor.MessageHandler {
    @Override
    public String key(Message message) {
      return switch (Event.parse(message.body())) {
        case Event.Meaningless _, Event.KeepWarm _ -> "meaningless";
        case Event.Hinted(Hint.ImagePushed(Trigger.Push push)) ->
            "push " + push.repository() + ":" + push.tag();
        case Event.Hinted(Hint.ImageScanned(var repository, var _)) -> "scan " + repository;
        case Event.Hinted(Hint.SearchServices(var push, var position, var part, var found)) ->
            "search %s:%s %d %b %s"
                .formatted(push.repository(), push.tag(), part, found, position.orElse(""));
        case Event.Hinted(Hint.CheckService(var service, var trigger)) ->
            // what an operator asked for is credited to nobody else
            "service " + service + trigger.askedBy().map(_ -> " " + trigger.eventId()).orElse("");
      };
    }

    @Override
    public void handle(List<Message> alike, Supplier<Duration> remaining) {
      Message newest = alike.stream().max(Comparator.comparing(Messages::time)).orElseThrow();
      Event event = Event.parse(newest.body());
      try {
        DeployHandler.this.handle(event, newest.origin().id(), remaining);
      } catch (RuntimeException e) {
        throw event instanceof Event.Hinted(var hint) && hint.trigger() instanceof Trigger.Sweep
            ? new RetriedBySweep(e)
            : e;
      }
    }

    private static Instant time(Message message) {
      return Event.parse(message.body()) instanceof Event.Hinted(var hint)
              && hint.trigger() instanceof Trigger.Push push
          ? push.at().orElse(Instant.EPOCH)
          : Instant.EPOCH;
    }
  }

  private ObjectNode byHand(JsonNode event, Supplier<Duration> remaining) {
    return OutcomeJson.of(handle(Event.parse(event), "by hand " + UUID.randomUUID(), remaining));
  }

  private Outcome handle(Event event, String holder, Supplier<Duration> remaining) {
    return switch (event) {
      case Event.Meaningless(String reason) -> {
        log.info(reason, Json.object().put("outcome", "Ignored"));
        yield new Outcome.Ignored(reason);
      }
      case Event.KeepWarm _ -> new Outcome.Ignored("one execution environment is kept warm");
      case Event.Hinted(var hint) -> {
        Outcome outcome =
            deployer.handle(
                hint,
                new Attempt(
                    holder,
                    context.clock().instant(),
                    at -> DeploymentId.of(at, ThreadLocalRandom.current().nextInt()),
                    remaining));
        log.info(
            outcome.reason(),
            Json.object()
                .put("outcome", outcome.getClass().getSimpleName())
                .set("trigger", TriggerJson.of(hint.trigger())));
        yield outcome;
      }
    };
  }
}
