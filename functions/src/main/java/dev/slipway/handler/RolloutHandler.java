package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.EventDocument;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsEvidence;
import dev.slipway.aws.AwsRevisions;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.Clients;
import dev.slipway.aws.EcrKeptImages;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.RolloutEvents;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.aws.SsmParameters;
import dev.slipway.config.InvalidConfiguration;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.housekeeping.Housekeeper;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.RecordStore;
import dev.slipway.rollout.DeploymentStateChange;
import dev.slipway.rollout.HookStateChange;
import dev.slipway.rollout.Notifications;
import dev.slipway.rollout.RolloutCheck;
import dev.slipway.rollout.RolloutReporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * RolloutFunction: finds out how the deployments of the record ended, blocks what failed, and
 * announces it with the reason.
 *
 * <p>Takes the batches of its SQS queue, and by hand a single event of EventBridge, which it
 * responds with what it announced.
 */
public final class RolloutHandler implements RequestStreamHandler {
  private final Log log;
  private final InstantSource clock;
  private final RolloutReporter reporter;
  private final Optional<Notifications> notifications;
  private final Supplier<Optional<Housekeeper>> housekeeper;
  private final QueueFunction function;

  /** Used by Lambda. */
  public RolloutHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public RolloutHandler(FunctionContext context) {
    this.log = context.log();
    this.clock = context.clock();
    Clients clients = context.clients();
    String deployQueue = context.need("SLIPWAY_DEPLOY_QUEUE_URL");
    this.notifications = context.notifications(context.variable("SLIPWAY_QUEUE_URL"));
    Ecs ecs = new AwsEcs(clients.ecs());
    RecordStore records = context.records();
    RolloutEvents announcer =
        new RolloutEvents(clients.eventBridge(), context.eventBus(), notifications, log);
    this.reporter =
        new RolloutReporter(
            ecs,
            new AwsServiceDeployments(clients.ecs()),
            records,
            new AwsEvidence(clients.ecs(), clients.logs()),
            announcer,
            announcer,
            hints -> new SqsHintQueue(clients.sqs(), deployQueue).send(hints));
    this.housekeeper = once(() -> housekeeper(context, ecs, records));
    this.function = new QueueFunction(context, new Messages(), this::byHand);
  }

  /** None where no environment wants anything: then its clients are not made. */
  private static Optional<Housekeeper> housekeeper(
      FunctionContext context, Ecs ecs, RecordStore records) {
    List<Environment> environments = context.configuration().environments();
    if (environments.stream().noneMatch(e -> e.housekeeping().isWanted())) {
      return Optional.empty();
    }
    Clients clients = context.clients();
    return Optional.of(
        new Housekeeper(
            environments,
            context.followedRepositories(),
            new Housekeeper.Ports(
                ecs,
                records,
                new EcrKeptImages(clients.ecr()),
                new AwsRevisions(clients.ecs()),
                new SsmParameters(clients))));
  }

  /** Outcomes need no slipway.yaml: it is read once something has been deployed. */
  private static <T> Supplier<T> once(Supplier<T> made) {
    AtomicReference<T> kept = new AtomicReference<>();
    return () -> kept.updateAndGet(before -> before == null ? made.get() : before);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(function.respond(input, context));
  }

  /** Events that say the same of the same deployment are one. */
  private final class Messages implements SqsBatchProcessor.MessageHandler {
    @Override
    public String key(Message message) {
      return switch (RolloutEvent.parse(Event.read(message.body()))) {
        case RolloutEvent.Meaningless _ -> "meaningless";
        case RolloutEvent.CheckRequested(ServiceArn service) -> "check " + service;
        case RolloutEvent.Changed(DeploymentStateChange change) ->
            "%s %s %s".formatted(change.service(), change.deployment(), change.state());
        case RolloutEvent.HookWaits(HookStateChange change) ->
            "hook %s %s".formatted(change.service(), change.hookId());
        case RolloutEvent.NotificationsDue(NotificationGroup.Key key) ->
            "notifications %s %s".formatted(key.trigger(), key.kind());
      };
    }

    @Override
    public void handle(List<Message> alike, Supplier<Duration> remaining) {
      Message first = alike.getFirst();
      RolloutHandler.this.handle(
          RolloutEvent.parse(Event.read(first.body())), first.origin().id(), remaining);
    }
  }

  private ObjectNode byHand(JsonNode event, Supplier<Duration> remaining) {
    return json(handle(RolloutEvent.parse(event), "by hand " + UUID.randomUUID(), remaining));
  }

  private RolloutReporter.Result handle(
      RolloutEvent event, String holder, Supplier<Duration> remaining) {
    return switch (event) {
      case RolloutEvent.Meaningless(String reason) -> {
        log.info(reason, Json.object());
        yield new RolloutReporter.Result(List.of(), reason);
      }
      case RolloutEvent.NotificationsDue(NotificationGroup.Key key) -> {
        int services =
            notifications
                .map(people -> people.remind(key, clock.instant(), remaining.get()))
                .orElse(0);
        String reason = "people are notified of %d more services".formatted(services);
        log.info(reason, Json.object().put("trigger", key.trigger()).put("services", services));
        yield new RolloutReporter.Result(List.of(), reason);
      }
      case RolloutEvent.CheckRequested(ServiceArn service) -> {
        RolloutReporter.Result result =
            reporter.check(new RolloutCheck(service, holder, clock.instant(), remaining.get()));
        log.info(
            result.reason(),
            Json.object()
                .put("service", service.value())
                .put("announced", result.announced().size()));
        tidy(service, remaining);
        yield result;
      }
      case RolloutEvent.HookWaits(HookStateChange change) -> {
        RolloutReporter.Result result =
            reporter.handle(
                change,
                new RolloutCheck(change.service(), holder, clock.instant(), remaining.get()));
        log.info(
            result.reason(),
            Json.object()
                .put("eventId", change.eventId())
                .put("service", change.service().value())
                .put("hook", change.hookId())
                .put("announced", result.announced().size()));
        yield result;
      }
      case RolloutEvent.Changed(DeploymentStateChange change) -> {
        RolloutReporter.Result result =
            reporter.handle(
                change,
                new RolloutCheck(change.service(), holder, clock.instant(), remaining.get()));
        log.info(
            result.reason(),
            Json.object()
                .put("eventId", change.eventId())
                .put("service", change.service().value())
                .put("deploymentId", change.deployment().toString())
                .put("state", change.state().name())
                .put("announced", result.announced().size()));
        if (result.announced().stream()
            .anyMatch(rollout -> rollout.outcome() == DeploymentOutcome.DEPLOYED)) {
          tidy(change.service(), remaining);
        }
        yield result;
      }
    };
  }

  /** Comes last: all has been announced, and what fails here is the sweep's to have tried again. */
  private void tidy(ServiceArn service, Supplier<Duration> remaining) {
    ObjectNode members = Json.object().put("service", service.value());
    Optional<Housekeeper> wanted;
    try {
      wanted = housekeeper.get();
    } catch (InvalidConfiguration e) {
      log.error("what keep and publish ask for is not done: slipway.yaml is not valid", members, e);
      return;
    }
    if (wanted.isEmpty()) {
      return;
    }
    Housekeeper.Report report = wanted.get().run(service, clock.instant(), remaining);
    if (!report.done().isEmpty()) {
      log.info(String.join("; ", report.done()), members);
    }
    if (!report.failures().isEmpty()) {
      log.warn(
          "%s (it is tried again by the sweep)".formatted(String.join("; ", report.failures())),
          members);
    }
  }

  private static ObjectNode json(RolloutReporter.Result result) {
    ObjectNode body = Json.object();
    ArrayNode announced = body.putArray("announced");
    result.announced().forEach(rollout -> announced.add(EventDocument.ended(rollout).detail()));
    return body.put("reason", result.reason());
  }
}
