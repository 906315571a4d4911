package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;

import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.FakeAnnouncer;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeHintQueue;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.FakeRolloutAnnouncer;
import dev.slipway.rollout.RolloutCheck;
import dev.slipway.rollout.RolloutReporter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Slipway in memory: the real deployer and reporter over fakes of ECS, ECR, the record and the
 * queue. Hints are handled when a test says so.
 */
final class Stack {
  static final Trigger.Operator ANN = new Trigger.Operator("request-1", "ann");

  final FakeEcs ecs = new FakeEcs();
  final FakeImageRegistry ecr = new FakeImageRegistry();
  final InMemoryRecordStore records = new InMemoryRecordStore();
  final FakeHintQueue queue = new FakeHintQueue();
  final List<ServiceArn> rolloutChecks = new ArrayList<>();
  final FakeRolloutAnnouncer announced = new FakeRolloutAnnouncer();
  final FakeEvidence evidence = new FakeEvidence();
  final List<Environment> environments;
  final RepositoryPattern followed;
  final ServiceDirectory directory;
  final ServiceEvaluator evaluator;
  final ServiceReader reader;
  final ServiceChanges changes;
  private final Deployer deployer;
  private final RolloutReporter reporter;
  private int handled;
  private int ids;

  Stack() {
    this(RepositoryPattern.ALL, Environments.following("staging"));
  }

  Stack(RepositoryPattern followed, Environment... environments) {
    this.environments = List.of(environments);
    this.followed = followed;
    this.directory = new ServiceDirectory(this.environments, ecs);
    this.evaluator =
        new ServiceEvaluator(
            this.environments, followed, ecs, ecs, ecr, new FakeChangeCalendars(), records);
    this.reader = new ServiceReader(ecs, ecs, records);
    this.changes = new ServiceChanges(records, ecs, ecs, queue);
    this.deployer =
        new Deployer(
            new Deployer.Ports(
                this.environments,
                followed,
                ecs,
                ecs,
                ecr,
                new FakeChangeCalendars(),
                records,
                Optional.of(queue),
                rolloutChecks::addAll,
                new FakeAnnouncer()));
    this.reporter = new RolloutReporter(ecs, ecs, records, evidence, announced, announced, queue);
    ecs.resolveTags(ecr::resolve);
  }

  FailureReader failures() {
    return new FailureReader(ecs, ecs, records, evidence);
  }

  RollbackCommand rollback() {
    return new RollbackCommand(directory, reader, evaluator, ecs, ecs, ecr);
  }

  /** Rolls a service back, by a command of Ann's. */
  RollbackCommand.RollbackPlan rollBack(String service, Optional<String> revision) {
    ServiceChanges.Applied<RollbackCommand.RollbackPlan> applied =
        changes.apply(rollback().plan(ServiceSelector.parse(service), revision, ANN, now()));
    return RollbackCommand.RollbackPlan.after(applied);
  }

  DeployCommand deploy() {
    return new DeployCommand(directory, reader, evaluator);
  }

  /** The plan of a service that was not rejected. */
  static <P extends Plan> P accepted(ServiceResult<P> result) {
    return switch (result) {
      case ServiceResult.Accepted<P>(P plan) -> plan;
      case ServiceResult.Rejected<P> rejected -> throw new AssertionError(rejected.why());
    };
  }

  /** The result of a service that was rejected. */
  static <P extends Plan> ServiceResult.Rejected<P> rejected(ServiceResult<P> result) {
    return switch (result) {
      case ServiceResult.Accepted<P>(P plan) -> throw new AssertionError(plan);
      case ServiceResult.Rejected<P> rejected -> rejected;
    };
  }

  static String image(String repository, int number) {
    return uri(repository) + "@" + digest(number);
  }

  Instant now() {
    return ecs.now();
  }

  /** A service {@code main/NAME} of staging that Slipway has seen. */
  ServiceArn have(String name, String... containersAndImages) {
    ServiceArn arn = ecs.have("main", name, "staging", ecs.have(name, containersAndImages));
    check(arn);
    return arn;
  }

  /** The service is evaluated, as the sweep would have it. */
  void check(ServiceArn service) {
    handle(new Hint.CheckService(service, new Trigger.Sweep("sweep-" + ids, now())));
  }

  private void handle(Hint hint) {
    deployer.handle(
        hint,
        new Attempt(
            "message-" + ids,
            now(),
            at -> DeploymentId.of(at, ++ids),
            () -> Duration.ofMinutes(1)));
  }

  /** An image is pushed, and whoever follows it begins to deploy it. */
  void push(String repository, int number) {
    ecs.pass(Duration.ofMinutes(5));
    ecr.push(repository, "staging", digest(number));
    handle(
        new Hint.ImagePushed(
            new Trigger.Push(
                "push-" + number,
                repository(repository),
                new ImageTag("staging"),
                Optional.of(digest(number)),
                Optional.of(now()))));
  }

  /** An image is pushed and deployed, with all its tasks. */
  void deployed(ServiceArn service, String repository, int number) {
    push(repository, number);
    complete(service);
  }

  /** An image is pushed, and ECS rolls it back. */
  void failed(ServiceArn service, String repository, int number) {
    push(repository, number);
    ecs.pass(Duration.ofMinutes(1));
    ecs.fail(service);
    report(service);
    ecs.finishRollback(service);
    report(service);
    work();
  }

  /** ECS completes the service's newest deployment, and its outcome is recorded. */
  void complete(ServiceArn service) {
    ecs.pass(Duration.ofMinutes(2));
    ecs.complete(service);
    report(service);
    work();
  }

  /** Outcomes of the service's open deployments are recorded. */
  void report(ServiceArn service) {
    reporter.check(new RolloutCheck(service, "rollout", now(), Duration.ofMinutes(1)));
  }

  /** DeployFunction handles the hints that were sent since. */
  void work() {
    while (handled < queue.sent().size()) {
      handle(queue.sent().get(handled++));
    }
  }

  /** Forgets the hints that were sent: they are lost. */
  void loseHints() {
    handled = queue.sent().size();
  }

  ServiceRecord record(ServiceArn service) {
    return records.read(service).service();
  }

  List<DeploymentRecord> deployments(ServiceArn service) {
    return records.read(service).deployments();
  }

  Service service(ServiceArn service) {
    return ecs.describe(List.of(service)).getFirst();
  }

  /** Another writer of the record, such as another operator who pauses the service. */
  void write(ServiceArn service, UnaryOperator<ServiceRecord> change) {
    ServiceRecord before = record(service);
    if (!records.write(RecordChange.of(before, change.apply(before)))) {
      throw new AssertionError("another writer came first");
    }
  }

  TaskDefinitionArn revision(ServiceArn service) {
    return service(service).taskDefinition().orElseThrow();
  }
}
