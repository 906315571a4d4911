package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.NextStep;
import dev.slipway.decide.RecordRules;
import dev.slipway.ecs.Service;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a sweep has done about one service: a function of what it read. */
final class SweepRules {
  /** So long the events of a deployment may take: then its outcome is looked for. */
  static final Duration EVENTS_WITHIN = Duration.ofMinutes(1);

  private SweepRules() {}

  /** What is done about a service. */
  enum Action {
    /** Nothing: it is as its record says, and as it should be. */
    NOTHING,
    /** DeployFunction evaluates it. */
    HINT,
    /** RolloutFunction looks for the outcome of its deployments. */
    CHECK_ROLLOUT
  }

  /** Whether the record is of what the service is now: otherwise the index may be wrong. */
  static boolean isOutdated(Service service, Optional<String> environment, ServiceRecord record) {
    Optional<KnownRevision> revision = record.revision();
    return !record.isKnown()
        || !record.environment().equals(environment)
        || (service.taskDefinition().isPresent()
            && revision
                .filter(r -> service.taskDefinition().filter(r.arn()::equals).isPresent())
                .isEmpty());
  }

  /**
   * Whether an operator's command, or a note of another hint, was not carried out. A push is noted
   * while its image waits for what will be known in a moment: that is no other hint.
   */
  static boolean isWaiting(ServiceRecord record, Decision decision) {
    boolean pending = decision instanceof Decision.Held held && held.endsSoon();
    return record.request().isPresent()
        || record.pin().filter(pin -> isNew(pin)).isPresent()
        || (!record.notes().isEmpty() && record.open().isEmpty() && !pending);
  }

  private static boolean isNew(Pin pin) {
    return !pin.applied();
  }

  /** Whether a deployment is open whose events should have arrived. */
  static boolean hasOldOpen(ServiceRecord record, Instant now) {
    return record.open().stream().anyMatch(id -> id.decidedAt().plus(EVENTS_WITHIN).isBefore(now));
  }

  /** What is done about open deployments: an intent whose lease is over is a hint's business. */
  static Action open(RecordedService recorded, Instant now) {
    Optional<DeploymentRecord> intent = recorded.intent();
    if (intent.isPresent()) {
      return intent.get().lease().filter(lease -> lease.until().isAfter(now)).isPresent()
          ? Action.NOTHING
          : Action.HINT;
    }
    return recorded.deployments().stream()
            .anyMatch(deployment ->
                deployment.isOpen() && deployment.decidedAt().plus(EVENTS_WITHIN).isBefore(now))
        ? Action.CHECK_ROLLOUT
        : Action.NOTHING;
  }

  /**
   * What is done about an evaluated service.
   *
   * @param evaluated completely where it decides to deploy
   */
  static Action evaluated(PageEvaluator.Evaluated evaluated) {
    if (evaluated.complete() && evaluated.state().isPresent()) {
      return switch (RecordRules.next(evaluated.state().get())) {
        case NextStep.Wait _, NextStep.Lagging _ -> Action.NOTHING;
        case NextStep.Heal _ -> Action.HINT;
        // what ECS rolled back gets its outcome, and its block, before anything is deployed
        case NextStep.Resolve _ -> Action.CHECK_ROLLOUT;
        case NextStep.Decide(Decision decision) -> decided(decision, evaluated.record());
      };
    }
    return decided(evaluated.decision(), evaluated.record());
  }

  private static Action decided(Decision decision, ServiceRecord record) {
    boolean hint =
        switch (decision) {
          case Decision.Deploy _ -> true;
          // these are announced once, by whichever evaluation finds them
          case Decision.Held held ->
              held.hold().isAnnouncedByItself() && !held.due(record.announcedHold()).isEmpty();
          case Decision.Current _, Decision.NotDeployable _, Decision.NotFollowing _ -> false;
        };
    return hint ? Action.HINT : Action.NOTHING;
  }
}
