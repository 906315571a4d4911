package dev.slipway.deploy;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.GateRules;
import dev.slipway.decide.NextStep;
import dev.slipway.decide.ObservedState;
import dev.slipway.decide.RecordRules;
import dev.slipway.deploy.ServiceEvaluator.Evaluation;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.Approval;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RefusedAttempt;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Brings one service up to date: observe, decide, apply, and again if another writer of the record
 * came in between. A deployment is written as an intent before ECS is asked for it, and completed
 * after: whatever happens in between, the next evaluation finds out.
 */
final class ServiceDeployer {
  /** When this is not enough, the record is being written all the time. */
  static final int MAX_ROUNDS = 8;

  private final ServiceEvaluator evaluator;
  private final Ecs ecs;
  private final EcsHistory history;
  private final RecordStore records;
  private final RolloutChecks rollouts;
  private final RevisionRegistrar revisions;
  private final Announcer announcer;

  ServiceDeployer(
      ServiceEvaluator evaluator,
      Ecs ecs,
      ServiceDeployments deployments,
      RecordStore records,
      RolloutChecks rollouts,
      Announcer announcer) {
    this.evaluator = evaluator;
    this.ecs = ecs;
    this.history = new EcsHistory(ecs, deployments);
    this.records = records;
    this.rollouts = rollouts;
    this.revisions = new RevisionRegistrar(ecs);
    this.announcer = announcer;
  }

  /**
   * What was done for a service.
   *
   * @param decision that ended it; empty where it only confirmed what was started, or was postponed
   */
  record Result(List<StartedDeployment> started, Optional<Decision> decision, boolean postponed) {
    Result {
      started = List.copyOf(started);
    }
  }

  /** What is known of a service already: read just now, the record before the service. */
  record Known(RecordedService recorded, Service service, ServiceEvaluator evaluator) {}

  /**
   * Brings a service up to date.
   *
   * @param known saves reading it once more; empty to read it here
   * @throws TryAgainSoon if it cannot be decided about yet
   */
  Result bringUpToDate(ServiceArn arn, Optional<Known> known, Trigger trigger, Attempt attempt) {
    Work work = new Work(arn, trigger, attempt);
    Optional<Known> now = known;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      if (work.isDone(now.or(() -> read(arn)))) {
        return work.result();
      }
      now = Optional.empty();
    }
    throw new DidNotConverge(
        "%s: the record was written by others %d times while it was evaluated"
            .formatted(arn.shortName(), MAX_ROUNDS));
  }

  /** The record first: what is decided from it must not be older than the record. */
  private Optional<Known> read(ServiceArn arn) {
    RecordedService recorded = records.read(arn);
    return ecs.describe(List.of(arn)).stream()
        .findFirst()
        .map(service -> new Known(recorded, service, evaluator.atOneMoment()));
  }

  /** What ECS answered. */
  private record Taken(EcsDeploymentId id, Instant at) {}

  /** One service, as far as it has come. */
  private final class Work {
    private final ServiceArn arn;
    private final Trigger trigger;
    private final Attempt attempt;
    private final List<StartedDeployment> started = new ArrayList<>();
    private final Map<String, Set<Announcement>> announcedHere = new HashMap<>();
    private Optional<Decision> decision = Optional.empty();
    private boolean postponed;

    Work(ServiceArn arn, Trigger trigger, Attempt attempt) {
      this.arn = arn;
      this.trigger = trigger;
      this.attempt = attempt;
    }

    Result result() {
      return new Result(started, decision, postponed);
    }

    /** Whether there is nothing left to do: otherwise it must be read again. */
    boolean isDone(Optional<Known> found) {
      // for about an hour ECS describes a service that was deleted
      if (found.filter(k -> !k.service().status().equals("INACTIVE")).isEmpty()) {
        return forgetDeleted();
      }
      Known known = found.get();
      RecordedService recorded = known.recorded();
      if (!recorded.service().isKnown()
          && known.evaluator().environmentOf(known.service()).isPresent()) {
        recorded = new RecordedService(history.rebuilt(known.service()), recorded.deployments());
      }
      Evaluation evaluation = known.evaluator().evaluate(known.service(), recorded, attempt.now());
      if (evaluation.state().isEmpty()) {
        return evaluation.decision() instanceof Decision.NotFollowing
            ? forget(evaluation.decision())
            : settle(evaluation, recorded);
      }
      return switch (RecordRules.next(evaluation.state().get())) {
        case NextStep.Wait(DeploymentRecord intent) -> isNoted(intent, recorded);
        case NextStep.Heal(DeploymentRecord intent) ->
            heal(intent, evaluation.state().get(), recorded);
        case NextStep.Lagging(DeploymentRecord newest) ->
            throw new TryAgainSoon(
                "ECS does not list deployment %s of %s yet"
                    .formatted(newest.id(), arn.shortName()));
        case NextStep.Resolve(List<DeploymentRecord> running) -> {
          rollouts.request(List.of(arn));
          postponed = true;
          // RolloutReporter sends a hint once it is resolved: the note keeps what led here
          yield records.write(
              RecordChange.of(recorded.service(), recorded.service().noted(trigger)));
        }
        case NextStep.Decide(Decision.Deploy deploy) ->
            start(deploy, evaluation.state().get(), recorded, Optional.empty());
        case NextStep.Decide(Decision other) -> {
          if (isWaiting(other)) {
            GateRules.failure(DecisionRules.gates(evaluation.state().get()))
                .ifPresent(failure -> {
                  throw failure;
                });
          }
          yield settle(evaluation, recorded);
        }
      };
    }

    private static boolean isWaiting(Decision decision) {
      return decision instanceof Decision.Held held && held.hold() == Decision.Hold.WAITING;
    }

    /** The holder of the lease finds at completion that the record has changed, and looks again. */
    private boolean isNoted(DeploymentRecord intent, RecordedService recorded) {
      if (intent.lease().filter(lease -> lease.holder().equals(attempt.holder())).isPresent()) {
        throw new TryAgainSoon(
            "an earlier try of this message was starting deployment %s of %s: its lease is not over"
                .formatted(intent.id(), arn.shortName()));
      }
      postponed = true;
      return records.write(RecordChange.of(recorded.service(), recorded.service().noted(trigger)));
    }

    private boolean heal(DeploymentRecord intent, ObservedState state, RecordedService recorded) {
      Optional<EcsHistory.Found> found = history.startedBy(intent);
      Optional<Decision.Deploy> stillDecided =
          found.isPresent()
              ? Optional.empty()
              : RecordRules.stillDecided(state, intent).filter(deploy -> isDefined(deploy, intent));
      if (stillDecided.isPresent()) {
        return start(stillDecided.get(), state, recorded, Optional.of(intent));
      }
      DeploymentRecord healed =
          found
              .map(deployment ->
                  intent.started(deployment.revision(), deployment.id(), deployment.at()))
              .orElseGet(() ->
                  dropped(
                      intent,
                      intent.to().isEmpty()
                          ? "the function ended before it was started"
                          : "UpdateService failed, and now something else is decided"));
      ServiceRecord after =
          healed.ended().isPresent()
              ? noted(recorded.service(), intent.trigger())
              : recorded.service().carriedOut(healed.trigger());
      records.write(RecordChange.of(recorded.service(), after, healed));
      return false;
    }

    /** Whether the revision that was registered for an intent is the one that is decided now. */
    private boolean isDefined(Decision.Deploy deploy, DeploymentRecord intent) {
      return ecs.findTaskDefinition(intent.to().orElseThrow())
          .filter(registered -> registered.definition().equals(deploy.definition()))
          .isPresent();
    }

    private DeploymentRecord dropped(DeploymentRecord intent, String why) {
      return intent.ended(
          DeploymentRecord.Ended.because(DeploymentOutcome.DROPPED, attempt.now(), why));
    }

    /** It stays in the index until the outcome of what was being deployed to it is recorded. */
    private boolean forgetDeleted() {
      Decision end = new Decision.NotFollowing(arn, Optional.empty(), "there is no such service");
      if (records.read(arn).service().open().isEmpty()) {
        return forget(end);
      }
      rollouts.request(List.of(arn));
      decision = Optional.of(end);
      announcer.decided(end, trigger);
      return true;
    }

    /** A service that follows nothing leaves the index; what operators decided stays. */
    private boolean forget(Decision end) {
      RecordedService recorded = records.read(arn);
      ServiceRecord record = recorded.service();
      if (record.isKnown() && record.environment().isPresent()) {
        ServiceRecord without = record.withEnvironment(Optional.empty()).withoutNotes();
        if (!records.write(RecordChange.of(record, without))) {
          return false;
        }
      }
      decision = Optional.of(end);
      announcer.decided(end, trigger);
      return true;
    }

    // --- nothing to deploy

    /**
     * People and machines are told before the record says that they were: so a hold is told at
     * least once. What fails is due from then on, and the push that is held is noted: the message
     * comes again, and if that does not help, sweeps see to it.
     */
    private boolean settle(Evaluation evaluation, RecordedService recorded) {
      Decision end = evaluation.decision();
      ServiceRecord before = recorded.service();
      String key = key(end, evaluation, before);
      Set<Announcement> news = news(end, key, before);
      Set<Announcement> due =
          isAnnouncedWithOutcome(end, evaluation.service(), recorded) ? Set.of() : news;
      List<RuntimeException> failures = announce(end, key, due, before);
      Set<Announcement> left = without(due, announcedHere.getOrDefault(key, Set.of()));
      List<DeploymentRecord> credited = credited(evaluation, recorded).stream().toList();
      ServiceRecord after = left.isEmpty() ? settled(end, evaluation, before) : noted(before);
      if (!news.isEmpty()) {
        after = after.withAnnouncedHold(Optional.of(new AnnouncedHold(key, attempt.now(), left)));
      }
      boolean changed = !after.equals(before) || !credited.isEmpty() || isMarked();
      if (changed && !records.write(new RecordChange(before, after, credited))) {
        return false;
      }
      if (evaluation.state().filter(RecordRules::isOutcomeDue).isPresent()) {
        rollouts.request(List.of(arn));
      }
      if (!failures.isEmpty()) {
        throw notAnnounced(end, failures);
      }
      boolean confirms = confirms(end);
      if (!confirms) {
        decision = Optional.of(end);
      }
      if (!confirms || !due.isEmpty()) {
        announcer.decided(end, due.isEmpty() ? trigger : credit(end, before));
      }
      return true;
    }

    /**
     * Whether the record is written even if nothing in it changes: a worker that read it, and the
     * tag, before this push must find that it has to look again.
     */
    private boolean isMarked() {
      return trigger instanceof Trigger.Push && started.isEmpty();
    }

    /** Announces what is due and this invocation has not announced yet. */
    private List<RuntimeException> announce(
        Decision end, String key, Set<Announcement> due, ServiceRecord before) {
      Set<Announcement> here =
          announcedHere.computeIfAbsent(key, _ -> EnumSet.noneOf(Announcement.class));
      Set<Announcement> now = without(due, here);
      if (now.isEmpty()) {
        return List.of();
      }
      Announced<Announcement> made = announcer.held(end, credit(end, before), now);
      here.addAll(made.done());
      return made.failures();
    }

    private static Set<Announcement> without(Set<Announcement> all, Set<Announcement> some) {
      Set<Announcement> left = EnumSet.noneOf(Announcement.class);
      left.addAll(all);
      left.removeAll(some);
      return left;
    }

    private IllegalStateException notAnnounced(Decision end, List<RuntimeException> failures) {
      IllegalStateException failure =
          new IllegalStateException(
              "it is %s, and that could not be announced: %s"
                  .formatted(
                      end instanceof Decision.Held held ? held.hold().words() : end.words(),
                      failures.getFirst().getMessage()),
              failures.getFirst());
      failures.stream().skip(1).forEach(failure::addSuppressed);
      return failure;
    }

    /** The trigger that a hold is announced with. */
    private Trigger credit(Decision end, ServiceRecord before) {
      return heldPush(end, before).<Trigger>map(push -> push).orElse(trigger);
    }

    /**
     * Whether the service runs a blocked image because Slipway's own deployment of it failed and
     * ECS did not go back: people are notified of that failure.
     */
    private static boolean isAnnouncedWithOutcome(
        Decision end, Service service, RecordedService recorded) {
      return end instanceof Decision.Held held
          && held.hold() == Decision.Hold.BLOCKED_RUNNING
          && service
              .primaryDeployment()
              .flatMap(primary -> EcsDeploymentId.tryParse(primary.id()))
              .flatMap(recorded::deployment)
              .flatMap(DeploymentRecord::ended)
              .filter(ended -> ended.outcome() == DeploymentOutcome.FAILED)
              .isPresent();
    }

    private ServiceRecord settled(Decision end, Evaluation evaluation, ServiceRecord before) {
      ServiceRecord after =
          before
              .withEnvironment(end.environmentName().or(before::environment))
              .withRequest(Optional.empty());
      after = isPending(end) ? noted(after) : after.withoutNotes();
      if (evaluation.state().isPresent()) {
        after =
            after.withRevision(
                Optional.of(KnownRevision.of(evaluation.state().get().taskDefinition())));
      }
      if (end instanceof Decision.Current && GateRules.isAnnouncedAsWaiting(before)) {
        // nothing waits any more: what waits next is news, be it the same image again
        after = after.withAnnouncedHold(Optional.empty());
      }
      boolean applied = end instanceof Decision.Held held && held.hold() == Decision.Hold.PINNED;
      if (applied) {
        return after.withPin(before.pin().map(Pin::asApplied));
      }
      // what was selected instead may be selected again one day, and is to be deployed then
      boolean over =
          end instanceof Decision.Current
              && evaluation.state().filter(ObservedState::hasAllThatIsSelected).isPresent();
      return over ? after.withPin(Optional.empty()) : after;
    }

    private static boolean isPending(Decision end) {
      return end instanceof Decision.Held held && held.endsSoon();
    }

    /**
     * A push waits with its image, or with its hold: what is done in a moment is credited to it.
     */
    private ServiceRecord noted(ServiceRecord record) {
      return noted(record, trigger);
    }

    private static ServiceRecord noted(ServiceRecord record, Trigger trigger) {
      return trigger instanceof Trigger.Push ? record.noted(trigger) : record;
    }

    /** Whether it says no more than that what was started last is what the service is to have. */
    private boolean confirms(Decision end) {
      return !started.isEmpty()
          && (end instanceof Decision.Current
              || (end instanceof Decision.Held held && held.hold() == Decision.Hold.PINNED));
    }

    /** What is to be announced of a decision: nothing where it says nothing new. */
    private Set<Announcement> news(Decision end, String key, ServiceRecord record) {
      boolean worth =
          switch (end) {
            case Decision.Held held ->
                held.hold().isAnnouncedByItself()
                    || (held.hold().isAnnouncedOnPush() && heldPush(end, record).isPresent());
            // a command that cannot be carried out has been answered already, as if it could
            case Decision.NotDeployable not ->
                !not.refusedBefore()
                    && (heldPush(end, record).isPresent()
                        || record.request().isPresent()
                        || record.pin().filter(pin -> !pin.applied()).isPresent());
            default -> false;
          };
      if (!worth) {
        return Set.of();
      }
      return end instanceof Decision.Held held
          ? held.due(record.announcedHold())
          : record
              .announcedHold()
              .filter(hold -> hold.key().equals(key))
              .map(AnnouncedHold::due)
              .orElse(EnumSet.allOf(Announcement.class));
    }

    /** The newest push whose image is not deployed: what people are notified of. */
    private Optional<Trigger.Push> heldPush(Decision end, ServiceRecord record) {
      return pushes(record)
          .filter(push ->
              !(end instanceof Decision.Held held)
                  || (held.isOf(push)
                      && !(held.hold() == Decision.Hold.BLOCKED && isBlockedSince(push, record))))
          .max(Comparator.comparing(push -> push.at().orElse(Instant.EPOCH)));
    }

    /** It came while its image was failing: the notification of that failure says it is blocked. */
    private static boolean isBlockedSince(Trigger.Push push, ServiceRecord record) {
      return push.digest()
          .flatMap(record::blockOf)
          .filter(block ->
              block.deployment().isPresent()
                  && push.at().filter(at -> at.isBefore(block.since())).isPresent())
          .isPresent();
    }

    /**
     * The same as long as there is nothing new to say: the same hold of the same images. Why a
     * service cannot be deployed to says nothing of the image where any would be refused.
     */
    private String key(Decision end, Evaluation evaluation, ServiceRecord record) {
      if (end instanceof Decision.Held held) {
        return held.key();
      }
      Stream<ImageDigest> images =
          evaluation
              .state()
              .map(state ->
                  state.selections().values().stream()
                      .flatMap(selection -> selection.image().stream())
                      .map(Candidate.Image::digest))
              // nothing was selected: what was pushed
              .orElseGet(() -> heldPush(end, record).flatMap(Trigger.Push::digest).stream());
      return Stream.concat(
              Stream.of(end.name(), end.reason()), images.map(ImageDigest::abbreviated).sorted())
          .collect(joining(" "));
    }

    private Stream<Trigger.Push> pushes(ServiceRecord record) {
      return Stream.concat(Stream.of(trigger), record.notes().stream())
          .filter(Trigger.Push.class::isInstance)
          .map(Trigger.Push.class::cast);
    }

    /**
     * The push that brought what a deployment already under way brings: it came after another event
     * had started that deployment, and is what the deployment is credited to.
     */
    private Optional<DeploymentRecord> credited(Evaluation evaluation, RecordedService recorded) {
      if (evaluation.state().isEmpty()) {
        return Optional.empty();
      }
      return recorded.deployments().stream()
          .findFirst()
          .filter(newest -> newest.ended().isEmpty() && newest.ecsDeployment().isPresent())
          .filter(newest ->
              switch (newest.trigger()) {
                case Trigger.Push push ->
                    !brings(push, newest.changes())
                        // ECR's own event came first, and does not say who promoted the image
                        || (push.by().isEmpty()
                            && pushes(recorded.service())
                                .anyMatch(other ->
                                    other.by().isPresent() && brings(other, newest.changes())));
                case Trigger.Sweep _, Trigger.ServiceChanged _ -> true;
                case Trigger.Operator _ -> false;
              })
          .flatMap(
              newest -> newestPush(recorded.service(), newest.changes()).map(newest::triggeredBy));
    }

    // --- a deployment

    /**
     * Starts a deployment.
     *
     * @param failed the intent whose UpdateService failed, to be tried again with its revision
     */
    private boolean start(
        Decision.Deploy deploy,
        ObservedState state,
        RecordedService recorded,
        Optional<DeploymentRecord> failed) {
      ServiceRecord before = recorded.service();
      DeploymentRecord intent =
          new DeploymentRecord(
              failed.map(DeploymentRecord::id).orElseGet(() -> attempt.ids().next(attempt.now())),
              arn,
              deploy.environment(),
              credit(deploy, before, failed.map(DeploymentRecord::trigger)),
              deploy.from(),
              failed.flatMap(DeploymentRecord::to),
              deploy.changes(),
              deploy.images(),
              deploy.reason(),
              decidedAt(before),
              Optional.of(new DeploymentRecord.Lease(attempt.holder(), attempt.leaseUntil())),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Set.of());
      ServiceRecord after =
          before
              .withEnvironment(Optional.of(deploy.environment()))
              .withRevision(Optional.of(KnownRevision.of(state.taskDefinition())))
              .withPin(deploy.basis() == Decision.Basis.PINNED ? before.pin() : deploy.pin())
              .withRefused(Optional.empty())
              // an image of another container may still wait, and is no news
              .withAnnouncedHold(
                  before.announcedHold().filter(_ -> DecisionRules.isAnythingWaiting(state)))
              .withoutNotes();
      RecordChange change = RecordChange.of(before, after, intent);
      if (!records.write(change)) {
        return false;
      }
      return carriedOut(deploy, intent, change.after().written());
    }

    /**
     * When it is decided: not before the newest approval, which may have been given since this
     * invocation began.
     */
    private Instant decidedAt(ServiceRecord before) {
      return before.approvals().stream()
          .map(Approval::at)
          .filter(attempt.now()::isBefore)
          .max(Comparator.naturalOrder())
          .orElse(attempt.now());
    }

    /** Done if nobody wrote the record meanwhile. */
    private boolean carriedOut(
        Decision.Deploy deploy, DeploymentRecord intent, ServiceRecord written) {
      TaskDefinitionArn revision;
      try {
        revision = intent.to().orElseGet(() -> revisions.register(deploy, intent.id()));
      } catch (EcsClientError error) {
        return refused(deploy, intent, written, error);
      } catch (RuntimeException failure) {
        // ECS was not asked to deploy anything
        write(
            written,
            dropped(intent, "its revision could not be registered: " + failure.getMessage()));
        throw failure;
      }
      Taken taken;
      try {
        taken = update(deploy, revision);
      } catch (EcsClientError error) {
        if (intent.to().isPresent()) {
          // perhaps the revision was deregistered since: a new one tells
          write(
              written,
              dropped(intent, "ECS refused the revision of an earlier try: " + error.getMessage()),
              record -> noted(record, intent.trigger()));
          return false;
        }
        return refused(deploy, intent, written, error);
      } catch (RuntimeException failure) {
        // perhaps ECS has it: the next evaluation finds out
        write(written, intent.released(revision));
        throw failure;
      }
      DeploymentRecord running = intent.started(revision, taken.id(), taken.at());
      boolean undisturbed =
          records.write(
              RecordChange.of(
                  written,
                  written
                      .withRevision(Optional.of(new KnownRevision(revision, deploy.images())))
                      .carriedOut(running.trigger()),
                  running));
      if (!undisturbed) {
        complete(intent, running, deploy.images());
      }
      StartedDeployment deployment = new StartedDeployment(deploy, running);
      started.add(deployment);
      announcer.started(deployment);
      return undisturbed;
    }

    private Taken update(Decision.Deploy deploy, TaskDefinitionArn revision) {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      request.put("cluster", arn.cluster());
      request.put("service", arn.name());
      request.put("taskDefinition", revision.value());
      ObjectNode configuration = deploy.deploymentConfiguration();
      if (!configuration.isEmpty()) {
        request.set("deploymentConfiguration", configuration);
      }
      return ecs.updateService(request)
          .primaryDeployment()
          .flatMap(primary ->
              EcsDeploymentId.tryParse(primary.id())
                  .map(id -> new Taken(id, primary.createdAt().orElse(attempt.now()))))
          .orElseThrow(() ->
              new IllegalStateException(
                  "ECS took the deployment of %s and did not say its id".formatted(revision)));
    }

    /** Another writer came in between: the deployment is completed in the record as it is now. */
    private void complete(
        DeploymentRecord intent, DeploymentRecord running, Map<String, ImageReference> images) {
      TaskDefinitionArn revision = running.to().orElseThrow();
      EcsDeploymentId id = running.ecsDeployment().orElseThrow();
      Instant at = running.startedAt().orElseThrow();
      for (int tries = 0; tries < MAX_ROUNDS; tries++) {
        RecordedService now = records.read(arn);
        DeploymentRecord stored = now.deployment(intent.id()).orElse(intent);
        if (!stored.isIntent()
            && stored.ended().filter(e -> e.outcome() == DeploymentOutcome.DROPPED).isEmpty()) {
          return; // who found the lease over has adopted it
        }
        ServiceRecord after =
            now.service()
                .withRevision(Optional.of(new KnownRevision(revision, images)))
                .carriedOut(running.trigger());
        if (records.write(
            RecordChange.of(now.service(), after, stored.started(revision, id, at)))) {
          return;
        }
      }
      throw new DidNotConverge(
          "deployment %s of %s was started, but the record did not take it"
              .formatted(intent.id(), arn.shortName()));
    }

    private boolean refused(
        Decision.Deploy deploy,
        DeploymentRecord intent,
        ServiceRecord written,
        EcsClientError error) {
      String why = String.valueOf(error.getMessage());
      DeploymentRecord end =
          intent.ended(
              DeploymentRecord.Ended.because(DeploymentOutcome.REFUSED, attempt.now(), why));
      RefusedAttempt same = new RefusedAttempt(deploy.from(), deploy.images(), why, attempt.now());
      boolean undisturbed =
          write(
              written,
              end,
              record -> record.withRefused(Optional.of(same)).carriedOut(intent.trigger()));
      rollouts.request(List.of(arn));
      if (!undisturbed) {
        return false;
      }
      decision =
          Optional.of(
              ServiceEvaluator.notDeployable(arn, Optional.of(deploy.environment()), error));
      announcer.decided(decision.get(), trigger);
      return true;
    }

    /** Ends or releases an intent, whoever else has written; a failure is left to its lease. */
    private void write(ServiceRecord written, DeploymentRecord deployment) {
      write(written, deployment, UnaryOperator.identity());
    }

    /** Whether no other writer came in between. */
    private boolean write(
        ServiceRecord written, DeploymentRecord deployment, UnaryOperator<ServiceRecord> change) {
      if (records.write(RecordChange.of(written, change.apply(written), deployment))) {
        return true;
      }
      for (int tries = 0; tries < MAX_ROUNDS; tries++) {
        ServiceRecord now = records.read(arn).service();
        if (records.write(RecordChange.of(now, change.apply(now), deployment))) {
          break;
        }
      }
      return false;
    }

    // --- to whom a deployment is credited

    /**
     * What a deployment is credited to.
     *
     * @param earlier what an earlier try of it was credited to
     */
    private Trigger credit(
        Decision.Deploy deploy, ServiceRecord before, Optional<Trigger> earlier) {
      return switch (deploy.basis()) {
        case PINNED ->
            before
                .pin()
                .<Trigger>map(pin -> new Trigger.Operator(pin.eventId(), pin.by()))
                .orElse(trigger);
        case REQUESTED ->
            before
                .request()
                .<Trigger>map(request -> new Trigger.Operator(request.eventId(), request.by()))
                .orElse(trigger);
        case SELECTED ->
            newestPush(before, deploy.changes())
                .<Trigger>map(push -> push)
                .or(() -> earlier)
                .orElseGet(() -> withoutTime(trigger));
      };
    }

    /** The event that led here names another image: when this one was pushed is not known. */
    private static Trigger withoutTime(Trigger trigger) {
      return trigger instanceof Trigger.Push push && push.digest().isPresent()
          ? new Trigger.Push(
              push.eventId(),
              push.repository(),
              push.tag(),
              push.digest(),
              Optional.empty(),
              push.by())
          : trigger;
    }

    private Optional<Trigger.Push> newestPush(ServiceRecord record, List<ImageChange> changes) {
      return pushes(record)
          .filter(push -> brings(push, changes))
          .max(
              Comparator.comparing((Trigger.Push push) -> push.by().isPresent())
                  .thenComparing(push -> push.at().orElse(Instant.EPOCH)));
    }

    /** An image that stays as it was has been brought by an earlier deployment. */
    private static boolean brings(Trigger.Push push, List<ImageChange> changes) {
      return changes.stream()
          .map(ImageChange::to)
          .anyMatch(image ->
              image
                  .repository()
                  .flatMap(where -> image.digest().map(digest -> push.brought(where, digest)))
                  .orElse(false));
    }
  }
}
