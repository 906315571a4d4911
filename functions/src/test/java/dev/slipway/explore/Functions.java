package dev.slipway.explore;

import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.operate.ApproveCommand;
import dev.slipway.operate.DeployCommand;
import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.Promotion;
import dev.slipway.operate.PromotionPlan;
import dev.slipway.operate.PromotionRequest;
import dev.slipway.operate.Redrive;
import dev.slipway.operate.RollbackCommand;
import dev.slipway.operate.Scope;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceReader;
import dev.slipway.operate.ServiceSelector;
import dev.slipway.operate.Sweep;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.DeploymentStateChange;
import dev.slipway.rollout.Evidence;
import dev.slipway.rollout.EvidenceSource;
import dev.slipway.rollout.RolloutCheck;
import dev.slipway.rollout.RolloutReporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The production code of all functions, with the explored ports. */
final class Functions {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final World world;
  private final Ports ports;
  private final RecordPort records;
  private final Deployer deployer;
  private final RolloutReporter reporter;
  private int ids;
  private int requests;

  Functions(World world, Ports ports) {
    this.world = world;
    this.ports = ports;
    this.records = ports.records(false);
    this.deployer =
        new Deployer(
            new Deployer.Ports(
                world.plan.setting().environments(),
                RepositoryPattern.ALL,
                ports.ecs(),
                ports.deployments(),
                ports.registry(),
                new FakeChangeCalendars(),
                ports.records(true),
                Optional.of(ports.hints()),
                ports.checks(),
                ports.decisions()));
    this.reporter =
        new RolloutReporter(
            ports.ecs(),
            ports.deployments(),
            records,
            new NoEvidence(),
            ports.outcomes(),
            world.channel,
            ports.hints());
  }

  /** No task has stopped that ECS still shows. */
  private static final class NoEvidence implements EvidenceSource {
    @Override
    public List<Evidence.StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment) {
      return List.of();
    }

    @Override
    public Evidence.LogTail logTail(LogStream stream) {
      throw new AssertionError("there is no log");
    }
  }

  // --- functions with a queue

  void deploy(Hint hint, String messageId) {
    deployer.handle(
        hint,
        new Attempt(messageId, world.ecs.now(), at -> DeploymentId.of(at, ++ids), () -> TIMEOUT));
  }

  void rollout(DeploymentStateChange change, String messageId) {
    reporter.handle(change, look(change.service(), messageId));
  }

  void check(ServiceArn service, String messageId) {
    reporter.check(look(service, messageId));
  }

  private RolloutCheck look(ServiceArn service, String messageId) {
    return new RolloutCheck(service, messageId, world.ecs.now(), TIMEOUT);
  }

  // --- the sweep

  void sweep(String id) {
    Trigger.Sweep trigger = new Trigger.Sweep(id, world.ecs.now());
    Sweep.Target all = new Sweep.Target.All();
    new Sweep.Executor(ports.hints(), ports.checks(), records)
        .apply(
            new Sweep(directory(), ports.ecs(), evaluator(), records)
                .plan(all, trigger, () -> TIMEOUT),
            all,
            trigger);
  }

  // --- operators

  void rollBack(String service) {
    changes()
        .apply(
            new RollbackCommand(
                    directory(),
                    reader(),
                    evaluator(),
                    ports.ecs(),
                    ports.deployments(),
                    ports.registry())
                .plan(selector(service), Optional.empty(), ann(), world.ecs.now()));
  }

  void deploy(String service, boolean unblock, boolean force) {
    new DeployCommand(directory(), reader(), evaluator())
        .plan(
            scope(service),
            new DeployCommand.Wanted(
                Optional.empty(), Optional.empty(), unblock, force, Optional.empty()),
            ann(),
            world.ecs.now())
        .forEach(changes()::apply);
  }

  void pause(String service) {
    pauses()
        .pause(scope(service), Optional.of("freeze"), ann(), world.ecs.now())
        .forEach(changes()::apply);
  }

  void resume(String service) {
    pauses().resume(scope(service), ann(), world.ecs.now()).forEach(changes()::apply);
  }

  void approve(String service) {
    new ApproveCommand(directory(), reader(), evaluator(), ports.deployments())
        .plan(
            scope(service),
            new ApproveCommand.Wanted(
                PauseHook.Action.CONTINUE, Optional.empty(), Optional.empty(), ann()),
            world.ecs.now())
        .forEach(changes()::apply);
  }

  /** As PromoteFunction does it, which says after it who promoted. */
  void promote() {
    Trigger.Operator ann = ann();
    PromotionPlan plan =
        new Promotion(directory(), ports.ecs(), evaluator(), ports.registry(), records)
            .plan(new PromotionRequest("staging", "production", Optional.empty(), false, false));
    new Promotion.Executor(ports.imageTags()).apply(plan);
    List<Hint> hints = new ArrayList<>();
    for (PromotionPlan.Follower follower : plan.followers()) {
      plan.promoted()
          .forEach(image ->
              hints.add(
                  new Hint.CheckService(
                      follower.service().arn(),
                      new Trigger.Push(
                          ann.eventId(),
                          image.repository(),
                          image.tag(),
                          Optional.of(image.digest()),
                          Optional.of(world.ecs.now()),
                          Optional.of(ann.by())))));
    }
    if (!hints.isEmpty()) {
      ports.hints().send(hints);
    }
  }

  void redrive() {
    new Redrive(List.of(ports.deadLetters())).redrive(new Redrive.Wanted.All());
  }

  private Trigger.Operator ann() {
    return new Trigger.Operator("ann-" + ++requests, "ann");
  }

  private static ServiceSelector selector(String service) {
    return new ServiceSelector.InCluster("c1", service);
  }

  private static Scope scope(String service) {
    return new Scope.OfService(selector(service));
  }

  private ServiceDirectory directory() {
    return new ServiceDirectory(world.plan.setting().environments(), ports.ecs());
  }

  private ServiceReader reader() {
    return new ServiceReader(ports.ecs(), ports.deployments(), records);
  }

  private ServiceChanges changes() {
    return new ServiceChanges(records, ports.stop(), world.ecs, ports.hints());
  }

  private PauseCommand pauses() {
    return new PauseCommand(directory(), reader(), evaluator());
  }

  ServiceEvaluator evaluator() {
    return new ServiceEvaluator(
        world.plan.setting().environments(),
        RepositoryPattern.ALL,
        ports.ecs(),
        ports.deployments(),
        ports.registry(),
        new FakeChangeCalendars(),
        records);
  }
}
