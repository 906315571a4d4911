package dev.slipway.rollout;

import dev.slipway.announce.RolloutResult;
import dev.slipway.decide.GateRules;
import dev.slipway.decide.HookRules;
import dev.slipway.decide.RolloutRules;
import dev.slipway.decide.RolloutRules.Shown;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.TryAgainSoon;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Lease;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.HookWait;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.RolloutObserver.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be done about a service's rollouts: functions of what was observed. */
final class ReportRules {
  /** So far may two clocks be apart. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

  /** So long ECS, or the record, may be behind an event. */
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(30);

  private ReportRules() {}

  /** What is to be done. */
  sealed interface Step {
    /** Nothing. */
    record Nothing(String reason) implements Step {}

    /** The service is evaluated, since another client has deployed to it. */
    record Evaluate(Hint.CheckService hint, String reason) implements Step {}

    /**
     * Outcomes and blocks are written, and then announced.
     *
     * @param hint sent once it is written; empty where nothing else is to be deployed
     */
    record Resolve(RecordChange change, Optional<Hint.CheckService> hint) implements Step {}
  }

  /**
   * Decides.
   *
   * @param change what an event says; empty for a check without one
   * @throws TryAgainSoon if ECS's records do not show yet what the event says, or an earlier try of
   *     the same work still has its lease
   */
  static Step step(Observed observed, Optional<DeploymentStateChange> change, RolloutCheck check) {
    RecordedService recorded = observed.recorded();
    String name = check.service().shortName();
    if (!recorded.service().isKnown()) {
      return new Step.Nothing("Slipway has no record of %s".formatted(name));
    }
    List<DeploymentRecord> open = observed.open();
    if (open.isEmpty()) {
      return change
          .filter(c -> isForeign(c, recorded, open))
          .map(ReportRules::evaluate)
          .orElseGet(() ->
              new Step.Nothing("nothing is open of Slipway's deployments to %s".formatted(name)));
    }
    requireShown(change, recorded, observed.shown());
    Optional<RecordChange> write = resolved(recorded, open, observed.shown(), check);
    List<DeploymentRecord> then = write.map(w -> replaced(open, w.deployments())).orElse(open);
    Optional<DeploymentStateChange> foreign = change.filter(c -> isForeign(c, recorded, then));
    return write
        .<Step>map(w -> new Step.Resolve(w, hint(open, w, foreign.isPresent(), check)))
        .or(() -> foreign.map(ReportRules::evaluate))
        .orElseGet(() ->
            new Step.Nothing(
                "no deployment of Slipway's to %s has ended that is not announced"
                    .formatted(name)));
  }

  private static Step evaluate(DeploymentStateChange change) {
    return new Step.Evaluate(
        new Hint.CheckService(
            change.service(),
            new Trigger.ServiceChanged(change.eventId(), "ECS Deployment State Change")),
        "deployment %s of %s is another client's: the service is evaluated"
            .formatted(change.deployment(), change.service().shortName()));
  }

  /**
   * What is blocked now may change what is to be deployed, and so may what waited for this, by a
   * note or at a gate, or what replaced it, or a stop that never reached ECS. What is only
   * announced once more changes nothing: the evaluation would have it announced again, without an
   * end while that fails.
   */
  private static Optional<Hint.CheckService> hint(
      List<DeploymentRecord> open, RecordChange written, boolean foreign, RolloutCheck check) {
    if (!foreign && written.deployments().stream().noneMatch(d -> isNews(open, d))) {
      return Optional.empty();
    }
    boolean failed =
        written.deployments().stream()
            .filter(d -> d.announced().isEmpty())
            .flatMap(d -> d.ended().stream())
            .anyMatch(end -> end.outcome() == DeploymentOutcome.FAILED);
    boolean goesOn = written.deployments().stream().anyMatch(DeploymentRecord::isRunning);
    return failed
            || foreign
            || goesOn
            || !written.after().notes().isEmpty()
            || GateRules.isAnnouncedAsWaiting(written.after())
        ? Optional.of(
            new Hint.CheckService(
                check.service(),
                new Trigger.ServiceChanged(
                    written.deployments().getLast().id().value(), "Deployment ended")))
        : Optional.empty();
  }

  /** Whether more is known of a deployment, or whoever knew it first has perhaps sent no hint. */
  private static boolean isNews(List<DeploymentRecord> open, DeploymentRecord now) {
    return open.stream()
        .filter(before -> before.id().equals(now.id()))
        .anyMatch(before -> before.lease().isPresent() || !now.unclaimed().equals(before));
  }

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

  /** What is to be written: outcomes, blocks, and that this work announces them. */
  private static Optional<RecordChange> resolved(
      RecordedService recorded, List<DeploymentRecord> open, Shown shown, RolloutCheck check) {
    Lease claim = new Lease(check.holder(), check.now().plus(check.remaining()).plus(CLOCK_SKEW));
    List<DeploymentRecord> changed = new ArrayList<>();
    ServiceRecord after = recorded.service();
    for (DeploymentRecord deployment : open) {
      DeploymentRecord now = deployment;
      if (now.isRunning() && RolloutRules.isStopLost(now, shown, check.now())) {
        now = now.notStopped();
      }
      if (now.isRunning()) {
        Optional<Ended> end = RolloutRules.ended(now, shown, check.now());
        if (end.isPresent()) {
          Ended explained = HookRules.explained(now, end.get(), shown);
          List<Block> blocks =
              RolloutRules.blocks(
                  now,
                  explained,
                  recorded,
                  RolloutRules.goesBackTo(now, shown),
                  explained.why().orElse("ECS gave it up"));
          after = after.block(blocks);
          if (explained.outcome() == DeploymentOutcome.DEPLOYED) {
            after = after.completed(now.id());
          }
          now = now.ended(explained.blocking(blocks.stream().map(Block::digest).toList()));
        } else {
          now = HookRules.waiting(now, shown, check.now());
        }
      } else {
        Optional<Rollback> rollback = RolloutRules.rollbackNow(now, shown);
        if (rollback.isPresent()) {
          now = now.endedAs(now.ended().orElseThrow().withRollback(rollback.get()));
        }
      }
      boolean due = !now.due().isEmpty() || !now.dueHooks().isEmpty();
      if (due && isFree(now, check)) {
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

  private static boolean isFree(DeploymentRecord deployment, RolloutCheck check) {
    Optional<Lease> held = deployment.lease().filter(lease -> lease.until().isAfter(check.now()));
    if (held.filter(lease -> lease.holder().equals(check.holder())).isPresent()) {
      throw new TryAgainSoon(
          "an earlier try of this message was announcing deployment %s: its lease is not over"
              .formatted(deployment.id()));
    }
    return held.isEmpty();
  }

  /** The deployments of a change that this work announces. */
  static List<DeploymentRecord> claimed(RecordChange written, RolloutCheck check) {
    return written.deployments().stream()
        .filter(deployment -> !deployment.isIntent())
        .filter(deployment ->
            deployment.lease().filter(l -> l.holder().equals(check.holder())).isPresent())
        .toList();
  }

  /**
   * What the record keeps of the announcement of waits at hooks.
   *
   * @param stored the deployment as it is there now
   * @param announced by the hook's id
   */
  static DeploymentRecord kept(
      DeploymentRecord stored, Map<String, Set<HookWait.Announcement>> announced) {
    DeploymentRecord after = stored;
    for (HookWait wait : stored.hooks()) {
      after = after.waiting(wait.announced(announced.getOrDefault(wait.hook().id(), Set.of())));
    }
    // once it has ended, someone else may be announcing that
    return stored.isRunning() ? after.unclaimed() : after;
  }

  /**
   * Decides about a rollout that, as an event says, waits at a hook.
   *
   * @throws TryAgainSoon if neither ECS nor the record shows yet what the event says, and both may
   *     soon: without this only the sweep would find it
   */
  static void requireShown(HookStateChange change, Observed observed, Instant now) {
    boolean known =
        observed.shown().newestFirst().stream()
            .filter(shown -> shown.arn().equals(change.serviceDeployment()))
            .anyMatch(shown ->
                shown.status() != Status.IN_PROGRESS
                    || shown.pauseHooks().stream()
                        .anyMatch(hook -> hook.hook().id().equals(change.hookId())));
    boolean mayBeOwn = observed.recorded().intent().isPresent() || !observed.open().isEmpty();
    if (!known && mayBeOwn && now.isBefore(change.at().plus(SHOWN_WITHIN))) {
      throw new TryAgainSoon(
          "ECS, or the record, does not show yet that the deployment of %s waits at a pause hook"
              .formatted(change.service().shortName()));
    }
  }

  /** Whether it is to be found out why it failed: once, as long as tasks and logs are there. */
  static boolean needsDiagnosis(DeploymentRecord deployment) {
    return deployment.stop().isEmpty()
        && deployment
            .ended()
            .filter(end -> end.outcome() == DeploymentOutcome.FAILED && end.diagnosis().isEmpty())
            .isPresent();
  }

  /**
   * What the record keeps of an announcement.
   *
   * @param stored the deployment as it is there now
   * @param announced the deployment as it was announced
   * @param done what was reached
   */
  static DeploymentRecord kept(
      DeploymentRecord stored, DeploymentRecord announced, Set<Announcement> done) {
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
    return stored
        .endedAs(
            stored
                .ended()
                .map(end ->
                    diagnosed.diagnosis().isPresent()
                        ? end.diagnosed(diagnosed.diagnosis().get(), diagnosed.evidence())
                        : end)
                .orElse(diagnosed))
        .announced(all)
        .unclaimed();
  }
}
