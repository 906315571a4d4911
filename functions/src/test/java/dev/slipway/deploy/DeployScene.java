package dev.slipway.deploy;

import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A deployer with everything around it in memory; messages are numbered as they are handled. */
final class DeployScene {
  final FakeEcs ecs = new FakeEcs();
  final FakeImageRegistry ecr = new FakeImageRegistry();
  final FakeChangeCalendars calendars = new FakeChangeCalendars();
  final InMemoryRecordStore records = new InMemoryRecordStore();
  final FakeHintQueue queue = new FakeHintQueue();
  final FakeAnnouncer announcer = new FakeAnnouncer();
  final List<ServiceArn> checks = new ArrayList<>();
  Instant now = Instant.parse("2026-11-28T10:00:00Z");
  private final Deployer deployer;
  private int messages;
  private int ids;

  DeployScene(Environment... environments) {
    this(true, environments);
  }

  DeployScene(boolean withQueue, Environment... environments) {
    ecs.resolveTags(ecr::resolve);
    deployer =
        new Deployer(
            new Deployer.Ports(
                List.of(environments),
                RepositoryPattern.ALL,
                ecs,
                ecs,
                ecr,
                calendars,
                records,
                withQueue ? Optional.of(queue) : Optional.empty(),
                checks::addAll,
                announcer));
  }

  static Environment environment(String name, String tag, String... clusters) {
    return new Environment(
        name,
        new TagPolicy(new ImageTag(tag)),
        JsonNodeFactory.instance.objectNode(),
        Set.of(clusters),
        Environment.Drift.HOLD,
        List.of());
  }

  /** With one environment, staging, where each image waits for approval. */
  static DeployScene withApproval() {
    Environment usual = environment("staging", "staging");
    return new DeployScene(
        new Environment(
            usual.name(),
            usual.images(),
            usual.deployment(),
            usual.clusters(),
            usual.drift(),
            List.of(new ApprovalGate(Duration.ofDays(7)))));
  }

  /** A service of one container, which has the same name as its family, in cluster main. */
  ServiceArn have(String name, String image) {
    return ecs.have("main", name, "staging", ecs.have(name, "web", image));
  }

  /** The record learns of services before there is anything to deploy to them. */
  void known(List<ServiceArn> services) {
    services.forEach(service -> check(service, new Trigger.Sweep("s-0", now)));
    announcer.clear();
  }

  static String at(String repository, int number) {
    return uri(repository) + "@" + FakeImageRegistry.digest(number);
  }

  static Trigger.Push push(String repository, String tag, ImageDigest digest, Instant at) {
    return new Trigger.Push(
        "e-" + digest.abbreviated(),
        repository(repository),
        new ImageTag(tag),
        Optional.of(digest),
        Optional.of(at));
  }

  /** Moves the tag staging to an image, and handles the event. */
  Outcome push(String repository, int number) {
    ImageDigest digest = FakeImageRegistry.digest(number);
    ecr.push(repository, "staging", digest);
    return handle(push(repository, "staging", digest, now));
  }

  Outcome handle(Trigger.Push push) {
    return handle(new Hint.ImagePushed(push));
  }

  Outcome check(ServiceArn service, Trigger trigger) {
    return handle(new Hint.CheckService(service, trigger));
  }

  Outcome handle(Hint hint) {
    return handle(hint, Duration.ofSeconds(60));
  }

  Outcome handle(Hint hint, Duration remaining) {
    return deployer.handle(
        hint,
        new Attempt("m-" + ++messages, now, at -> DeploymentId.of(at, ++ids), () -> remaining));
  }

  /** A delivery of a message of this id. */
  Outcome handle(Hint hint, String message) {
    return deployer.handle(
        hint,
        new Attempt(message, now, at -> DeploymentId.of(at, ++ids), () -> Duration.ofSeconds(60)));
  }

  ServiceRecord record(ServiceArn service) {
    return records.read(service).service();
  }

  /** The newest of the record's deployments. */
  DeploymentRecord newest(ServiceArn service) {
    return records.read(service).deployments().getFirst();
  }

  /** Another writer, such as an operator's command. */
  void write(ServiceArn service, UnaryOperator<ServiceRecord> change) {
    ServiceRecord before = record(service);
    if (!records.write(RecordChange.of(before, change.apply(before)))) {
      throw new AssertionError("nobody else writes here");
    }
  }

  TaskDefinitionArn revision(String name) {
    return new TaskDefinitionArn(
        "arn:aws:ecs:%s:%s:task-definition/%s".formatted(FakeEcs.REGION, FakeEcs.ACCOUNT, name));
  }
}
