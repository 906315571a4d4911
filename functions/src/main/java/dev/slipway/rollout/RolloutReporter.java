package dev.slipway.rollout;

import dev.slipway.announce.RolloutResult;
import dev.slipway.decide.RolloutRules;
import dev.slipway.decide.RolloutRules.Shown;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.TryAgainSoon;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Lease;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Finds out how a service's open deployments ended, records it, blocks what failed, and announces
 * it: first the record and the block, then the evidence, then people and machines. What is
 * announced is read from ECS; an event only says that it is time to look.
 *
 * <p>Only deployments of the record are announced. Another client's deployment has the service
 * evaluated, since it may have brought back a blocked image, or replaced what Slipway deployed.
 */
public final class RolloutReporter {
  /** How many of a service's newest deployments are read: one call describes them. */
  private static final int MAX_DEPLOYMENTS = 20;

  /** So many are read where an open one is older than those. One call lists them. */
  private static final int MAX_OLDER_DEPLOYMENTS = 100;

  private static final int MAX_ROUNDS = 8;

  /** So far may two clocks be apart. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final RecordStore records;
  private final EvidenceCollector evidence;
  private final RolloutAnnouncer announcer;
  private final HintQueue hints;

  /** What it reads, writes and tells. */
  public RolloutReporter(
      Ecs ecs,
      ServiceDeployments deployments,
      RecordStore records,
      EvidenceSource evidence,
      RolloutAnnouncer announcer,
      HintQueue hints) {
    this.ecs = ecs;
    this.deployments = deployments;
    this.records = records;
    this.evidence = new EvidenceCollector(evidence);
    this.announcer = announcer;
    this.hints = hints;
  }

  /**
   * What was done because of an event.
   *
   * @param announced in the order in which they were decided
   * @param reason one sentence for people
   */
  public record Result(List<RolloutResult> announced, String reason) {
    /** Copies the list. */
    public Result {
      announced = List.copyOf(announced);
    }
  }

  /**
   * One handling of an event.
   *
   * @param holder tells it from the handling of other events
   * @param remaining until the function's timeout
   */
  public record Look(ServiceArn service, String holder, Instant now, Duration remaining) {}

  /** Looks at a service's open deployments without an event: what the sweep asks for. */
  public Result check(Look look) {
    return report(look, Optional.empty());
  }

  /**
   * Looks at a service's deployments, since one has changed.
   *
   * @throws TryAgainSoon if ECS's records do not show yet what the event says
   */
  public Result handle(DeploymentStateChange change, Look look) {
    return report(look, Optional.of(change));
  }

  private Result report(Look look, Optional<DeploymentStateChange> change) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      RecordedService recorded = records.read(look.service());
      if (!recorded.service().isKnown()) {
        return nothing("Slipway has no record of %s".formatted(look.service().shortName()));
      }
      List<DeploymentRecord> open =
          recorded.deployments().reversed().stream()
              .filter(deployment -> deployment.isOpen() && !deployment.isIntent())
              .toList();
      if (open.isEmpty()) {
        return change.filter(c -> isForeign(c, recorded, open)).isPresent()
            ? hinted(change.get())
            : nothing(
                "nothing is open of Slipway's deployments to %s"
                    .formatted(look.service().shortName()));
      }
      Shown shown = shown(look.service(), open);
      requireShown(change, recorded, shown);
      Optional<RecordChange> write = resolved(recorded, open, shown, look);
      boolean foreign =
          change
              .filter(c ->
                  isForeign(
                      c, recorded, write.map(w -> replaced(open, w.deployments())).orElse(open)))
              .isPresent();
      if (write.isEmpty()) {
        return foreign
            ? hinted(change.get())
            : nothing(
                "no deployment of Slipway's to %s has ended that is not announced"
                    .formatted(look.service().shortName()));
      }
      if (records.write(write.get())) {
        return announced(write.get(), foreign, look);
      }
    }
    throw new TryAgainSoon(
        "the record of %s is being written by others".formatted(look.service().shortName()));
  }

  private static Result nothing(String reason) {
    return new Result(List.of(), reason);
  }

  // --- other clients' deployments

  /**
   * Whether the event is about a deployment that is not Slipway's: then the service is evaluated.
   *
   * @param open the open deployments, with the outcomes that are known now
   */
  private static boolean isForeign(
      DeploymentStateChange change, RecordedService recorded, List<DeploymentRecord> open) {
    boolean own = recorded.deployment(change.deployment()).isPresent();
    // it may be the one that is being started: its end has an event of its own
    boolean perhapsOwn =
        recorded.intent().isPresent() && change.state() == DeploymentStateChange.State.IN_PROGRESS;
    // what ECS goes back to after one of Slipway's has failed, or what that one has replaced
    boolean other = open.stream().anyMatch(d -> d.isRunning() || d.isGoingBack());
    return !own && !perhapsOwn && !other && recorded.service().environment().isPresent();
  }

  private static List<DeploymentRecord> replaced(
      List<DeploymentRecord> open, List<DeploymentRecord> changed) {
    return open.stream()
        .map(deployment ->
            changed.stream()
                .filter(c -> c.id().equals(deployment.id()))
                .findFirst()
                .orElse(deployment))
        .toList();
  }

  private Result hinted(DeploymentStateChange change) {
    hints.send(
        List.of(
            new Hint.CheckService(
                change.service(),
                new Trigger.ServiceChanged(change.eventId(), "ECS Deployment State Change"))));
    return nothing(
        "deployment %s of %s is another client's: the service is evaluated"
            .formatted(change.deployment(), change.service().shortName()));
  }

  // --- what ECS shows

  private Shown shown(ServiceArn service, List<DeploymentRecord> open) {
    boolean asked =
        open.stream()
            .anyMatch(deployment ->
                deployment.isRunning() || deployment.ended().flatMap(Ended::rollback).isPresent());
    if (!asked) {
      return new Shown(List.of(), Map.of(), true);
    }
    Set<EcsDeploymentId> ids = new LinkedHashSet<>();
    open.forEach(deployment -> deployment.ecsDeployment().ifPresent(ids::add));
    int limit = MAX_DEPLOYMENTS;
    List<ServiceDeployment> newest = deployments.newest(service, limit);
    boolean allThere =
        newest.stream().map(ServiceDeployment::id).collect(Collectors.toSet()).containsAll(ids);
    if (!allThere && newest.size() == limit) {
      limit = MAX_OLDER_DEPLOYMENTS;
      newest = deployments.newest(service, limit);
    }
    Set<String> arns = new LinkedHashSet<>();
    boolean after = false;
    for (ServiceDeployment deployment : newest.reversed()) {
      after |= ids.contains(deployment.id());
      if (after) {
        arns.add(deployment.target());
        deployment.rollback().flatMap(ServiceDeployment.Rollback::target).ifPresent(arns::add);
      }
    }
    Map<String, ServiceRevision> revisions =
        arns.isEmpty() ? Map.of() : deployments.revisions(arns);
    return new Shown(newest, revisions, newest.size() < limit);
  }

  /**
   * Events and records come by different ways. Without this an event that is early would be the
   * last word about a deployment, and only the sweep would find its end.
   */
  private static void requireShown(
      Optional<DeploymentStateChange> change, RecordedService recorded, Shown shown) {
    change
        .filter(c -> c.state() != DeploymentStateChange.State.IN_PROGRESS)
        .filter(c ->
            recorded
                .deployment(c.deployment())
                .filter(DeploymentRecord::isRunning)
                .flatMap(shown::of)
                .filter(RolloutRules::isUnderWay)
                .isPresent())
        .ifPresent(c -> {
          throw new TryAgainSoon(
              "ECS does not show yet that deployment %s of %s is %s"
                  .formatted(c.deployment(), c.service().shortName(), c.state()));
        });
  }

  // --- record and block

  /** What is to be written: outcomes, blocks, and that this work announces them. */
  private static Optional<RecordChange> resolved(
      RecordedService recorded, List<DeploymentRecord> open, Shown shown, Look look) {
    Lease claim = new Lease(look.holder(), look.now().plus(look.remaining()).plus(CLOCK_SKEW));
    List<DeploymentRecord> changed = new ArrayList<>();
    ServiceRecord after = recorded.service();
    for (DeploymentRecord deployment : open) {
      DeploymentRecord now = deployment;
      if (now.isRunning() && RolloutRules.isStopLost(now, shown, look.now())) {
        now = now.notStopped();
      }
      if (now.isRunning()) {
        Optional<Ended> end = RolloutRules.ended(now, shown, look.now());
        if (end.isPresent()) {
          List<Block> blocks =
              RolloutRules.blocks(
                  now,
                  end.get(),
                  recorded,
                  RolloutRules.goesBackTo(now, shown),
                  end.get().why().orElse("ECS gave it up"));
          after = after.block(blocks);
          now = now.ended(end.get().blocking(blocks.stream().map(Block::digest).toList()));
        }
      } else {
        Optional<Rollback> rollback = RolloutRules.rollbackNow(now, shown);
        if (rollback.isPresent()) {
          now = now.endedAs(now.ended().orElseThrow().withRollback(rollback.get()));
        }
      }
      if (now.ended().isPresent() && !now.due().isEmpty() && isFree(now, look)) {
        now = now.claimed(claim);
      }
      if (!now.equals(deployment)) {
        changed.add(now);
        after = after.tracking(now);
      }
    }
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(new RecordChange(recorded.service(), after, changed));
  }

  private static boolean isFree(DeploymentRecord deployment, Look look) {
    Optional<Lease> held = deployment.lease().filter(lease -> lease.until().isAfter(look.now()));
    if (held.filter(lease -> lease.holder().equals(look.holder())).isPresent()) {
      throw new TryAgainSoon(
          "an earlier try of this message was announcing deployment %s: its lease is not over"
              .formatted(deployment.id()));
    }
    return held.isEmpty();
  }

  // --- announce

  private Result announced(RecordChange written, boolean foreign, Look look) {
    boolean failed =
        written.deployments().stream()
            .filter(d -> d.announced().isEmpty())
            .flatMap(d -> d.ended().stream())
            .anyMatch(end -> end.outcome() == DeploymentOutcome.FAILED);
    boolean goesOn = written.deployments().stream().anyMatch(DeploymentRecord::isRunning);
    if (failed || foreign || goesOn || !written.after().notes().isEmpty()) {
      // what is blocked now may change what is to be deployed, and so may what waited for this, or
      // what replaced it, or a stop that never reached ECS
      hints.send(
          List.of(
              new Hint.CheckService(
                  look.service(),
                  new Trigger.ServiceChanged(
                      written.deployments().getLast().id().value(), "Deployment ended"))));
    }
    List<RolloutResult> results = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    for (DeploymentRecord deployment : written.deployments()) {
      boolean claimed =
          deployment.ended().isPresent()
              && deployment.lease().filter(l -> l.holder().equals(look.holder())).isPresent();
      if (claimed) {
        RolloutResult result = new RolloutResult(diagnosed(deployment));
        RolloutAnnouncer.Announced made = announcer.announce(result, deployment.due());
        failures.addAll(made.failures());
        keep(look.service(), result.deployment(), made.done());
        results.add(result);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
    return results.isEmpty()
        ? nothing("recorded; nothing is to be announced")
        : new Result(results, results.getLast().sentence());
  }

  /** Why it failed, once: as long as tasks and logs are there to be read. */
  private DeploymentRecord diagnosed(DeploymentRecord deployment) {
    Ended end = deployment.ended().orElseThrow();
    boolean asked =
        end.outcome() == DeploymentOutcome.FAILED
            && end.diagnosis().isEmpty()
            && deployment.stop().isEmpty();
    if (!asked) {
      return deployment;
    }
    Diagnosis diagnosis = diagnosis(deployment, end);
    return deployment.endedAs(end.diagnosed(diagnosis.sentence(), diagnosis.details()));
  }

  private Diagnosis diagnosis(DeploymentRecord deployment, Ended end) {
    try {
      Optional<Service> service = ecs.describe(List.of(deployment.service())).stream().findFirst();
      Optional<ServiceDeployment> shown =
          deployments.newest(deployment.service(), MAX_DEPLOYMENTS).stream()
              .filter(d -> end.serviceDeployment().filter(d.arn()::equals).isPresent())
              .findFirst();
      if (service.isPresent() && shown.isPresent() && deployment.to().isPresent()) {
        return Diagnosis.of(
            evidence.of(service.get(), shown.get(), ecs.taskDefinition(deployment.to().get())));
      }
    } catch (RuntimeException failure) {
      // it has failed, whatever can be read of why
      return new Diagnosis(
          end.why().orElse("ECS gives no reason"),
          List.of("the evidence could not be read: " + failure.getMessage()));
    }
    return new Diagnosis(end.why().orElse("ECS gives no reason"), List.of());
  }

  /** Keeps what was announced, whoever else has written the record meanwhile. */
  private void keep(ServiceArn service, DeploymentRecord announced, Set<Announcement> done) {
    Set<Announcement> all = EnumSet.noneOf(Announcement.class);
    all.addAll(done);
    if (new RolloutResult(announced).isRollbackFailed()) {
      // it was announced with the outcome
      if (done.contains(Announcement.OUTCOME_EVENT)) {
        all.add(Announcement.ROLLBACK_FAILED_EVENT);
      }
      if (done.contains(Announcement.OUTCOME_NOTIFICATION)) {
        all.add(Announcement.ROLLBACK_FAILED_NOTIFICATION);
      }
    }
    Ended diagnosed = announced.ended().orElseThrow();
    rewrite(
        service,
        announced,
        stored ->
            stored
                .endedAs(
                    stored
                        .ended()
                        .map(end ->
                            diagnosed.diagnosis().isPresent()
                                ? end.diagnosed(diagnosed.diagnosis().get(), diagnosed.evidence())
                                : end)
                        .orElse(diagnosed))
                .announced(all)
                .unclaimed());
  }

  private void rewrite(
      ServiceArn service, DeploymentRecord deployment, UnaryOperator<DeploymentRecord> change) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      RecordedService now = records.read(service);
      DeploymentRecord stored =
          now.deployments().stream()
              .filter(d -> d.id().equals(deployment.id()))
              .findFirst()
              .orElse(deployment);
      DeploymentRecord after = change.apply(stored);
      if (records.write(RecordChange.of(now.service(), now.service(), after))) {
        return;
      }
    }
    throw new TryAgainSoon(
        "that deployment %s was announced could not be recorded".formatted(deployment.id()));
  }
}
