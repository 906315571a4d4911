package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;

import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.explore.Plan.Event;
import dev.slipway.explore.Queues.Kind;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.DeploymentStateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Turns a plan's events, and what AWS reports of its own, into messages. */
final class Happenings {
  private final World world;
  private final Queues queues;
  private final Functions functions;

  Happenings(World world, Queues queues, Functions functions) {
    this.world = world;
    this.queues = queues;
    this.functions = functions;
  }

  private ServiceArn service(Event event) {
    return event.service().isEmpty()
        ? world.plan.setting().services().getFirst().arn()
        : FakeEcs.arn("c1", event.service());
  }

  void add(Event event) {
    ServiceArn service = service(event);
    String name = service.name();
    switch (event.verb()) {
      case PUSH ->
          queues.send(
              event.toString(), Kind.QUEUE, () -> moveTag(event.number()), pushed(event.number()));
      case TWICE -> {
        String id = queues.nextId();
        queues.sendAs(id, event.toString(), () -> moveTag(event.number()), pushed(event.number()));
        queues.sendAs(id, event.toString(), () -> {}, pushed(event.number()));
      }
      case LATE ->
          queues.send(
              event + ": the tag moves",
              Kind.OTHERS,
              () -> {
                moveTag(event.number());
                queues.sendLate(event.toString(), pushed(event.number()));
              },
              _ -> {});
      case LOST ->
          queues.send(
              event.toString(),
              Kind.OTHERS,
              () -> {
                moveTag(event.number());
                world.leaveToSweep("an event was lost");
              },
              _ -> {});
      case HINT ->
          queues.send(
              event.toString(),
              Kind.SWEEPS_HINT,
              () -> {},
              id ->
                  functions.deploy(
                      new Hint.CheckService(service, new Trigger.Sweep("sweep", world.ecs.now())),
                      id));
      case SWEEP -> queues.send(event.toString(), Kind.SWEEP, () -> {}, functions::sweep);
      case CHECK ->
          queues.send(event.toString(), Kind.QUEUE, () -> {}, id -> functions.check(service, id));
      case ROLLBACK -> operator(event, () -> functions.rollBack(name));
      case DEPLOY -> operator(event, () -> functions.deploy(name, false, false));
      case UNBLOCK -> operator(event, () -> functions.deploy(name, true, false));
      case FORCE -> operator(event, () -> functions.deploy(name, false, true));
      case PAUSE -> operator(event, () -> functions.pause(name));
      case RESUME -> operator(event, () -> functions.resume(name));
      case APPROVE -> operator(event, () -> functions.approve(name));
      case PROMOTE -> operator(event, functions::promote);
      case REDRIVE -> operator(event, this::redrive);
      case FOREIGN -> foreign(event, service, () -> with(service, event.number()));
      case AGAIN -> foreign(event, service, () -> world.ecs.running(service).arn());
      case BACK -> foreign(event, service, () -> before(service));
      case OUTAGE ->
          queues.send(event.toString(), Kind.OTHERS, () -> world.goesOut(event.number()), _ -> {});
      case REPAIRED -> queues.send(event.toString(), Kind.OTHERS, world::isMended, _ -> {});
    }
  }

  // --- pushes

  /** The images from 11 on are those of the second repository. */
  static String repositoryOf(int image) {
    return image > 10 ? "side" : "web";
  }

  private void moveTag(int image) {
    world.moveTag(repositoryOf(image), "staging", digest(image));
  }

  private Consumer<String> pushed(int image) {
    return pushed(repositoryOf(image), "staging", digest(image), "push-" + image);
  }

  private Consumer<String> pushed(
      String repository, String tag, ImageDigest digest, String eventId) {
    return id ->
        functions.deploy(
            new Hint.ImagePushed(
                new Trigger.Push(
                    eventId,
                    repository(repository),
                    new ImageTag(tag),
                    Optional.of(digest),
                    Optional.of(world.ecs.now()))),
            id);
  }

  /** ECR reports a tag that was put as it reports any push. */
  void tagged(String repository, ImageTag tag, ImageDigest digest) {
    world.moveTag(repository, tag.value(), digest);
    queues.send(
        "push of tag " + tag,
        Kind.QUEUE,
        () -> {},
        pushed(repository, tag.value(), digest, "promoted-" + digest.abbreviated()));
  }

  // --- operators

  private void operator(Event event, Runnable command) {
    queues.send(
        "operator: " + event,
        Kind.OPERATOR,
        () -> {},
        _ -> {
          world.journal.operatorBegins();
          try {
            command.run();
          } catch (RejectedRequest rejected) {
            world.say(() -> "rejected: " + rejected.getMessage());
          }
        });
  }

  /** What a redrive so soon finds under the lease of a function that has ended is the sweep's. */
  private void redrive() {
    if (world.faults() > 0) {
      world.leaveToSweep("a dead letter was redriven within a lease");
    }
    functions.redrive();
  }

  // --- other clients

  private void foreign(Event event, ServiceArn service, Supplier<TaskDefinitionArn> revision) {
    queues.send(
        "another client: " + event,
        Kind.OTHERS,
        () -> {
          world.ecs.deploy(service, revision.get());
          world.ecsChanged("foreign " + event);
          world.journal.foreign(service, world.truth(service).newest().ecsId());
          started(service);
        },
        _ -> {});
  }

  /** A revision that has this image, and the service's other one. */
  private TaskDefinitionArn with(ServiceArn service, int image) {
    List<String> namesAndImages = new ArrayList<>();
    for (TaskDefinition.Container container : world.ecs.running(service).containers()) {
      namesAndImages.add(container.name());
      namesAndImages.add(
          container.name().equals(repositoryOf(image))
              ? uri(repositoryOf(image)) + "@" + digest(image)
              : container.image().toString());
    }
    return world.ecs.have(service.name(), namesAndImages.toArray(String[]::new));
  }

  /** The revision that the service had before the one that it has. */
  private TaskDefinitionArn before(ServiceArn service) {
    TaskDefinitionArn now = world.ecs.running(service).arn();
    return world.truth(service).all().reversed().stream()
        .map(Truth.Started::revision)
        .filter(revision -> !revision.equals(now))
        .findFirst()
        .orElse(now);
  }

  // --- what follows

  /** ECS's event of a deployment that has begun. */
  void started(ServiceArn service) {
    queues.send(
        ecsEvent(
            service,
            world.truth(service).newest().ecsId(),
            DeploymentStateChange.State.IN_PROGRESS,
            () -> {}));
  }

  /**
   * ECS's event of a deployment.
   *
   * @param first what has happened, when it is delivered for the first time
   */
  Queues.Message ecsEvent(
      ServiceArn service, EcsDeploymentId id, DeploymentStateChange.State state, Runnable first) {
    return queues.message(
        "event %s %s".formatted(id, state),
        Kind.QUEUE,
        first,
        message ->
            functions.rollout(
                new DeploymentStateChange(service, id, state, world.ecs.now(), "e"), message));
  }

  void hinted(List<? extends Hint> sent) {
    for (Hint hint : sent) {
      queues.send(
          "hint (%s)".formatted(hint.trigger().getClass().getSimpleName()),
          hint.trigger() instanceof Trigger.Sweep ? Kind.SWEEPS_HINT : Kind.QUEUE,
          () -> {},
          id -> functions.deploy(hint, id));
    }
  }

  void checksAsked(List<ServiceArn> services) {
    services.forEach(service ->
        queues.send(
            "check of " + service.name(),
            Kind.QUEUE,
            () -> {},
            id -> functions.check(service, id)));
  }
}
