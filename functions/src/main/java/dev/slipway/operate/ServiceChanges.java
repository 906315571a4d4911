package dev.slipway.operate;

import dev.slipway.deploy.DeploymentStop;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.PauseHooks;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import java.util.List;
import java.util.Optional;

/**
 * Carries plans out. The record is written first, by compare-and-set: where another writer came in
 * between, the plan is made again from what is there now. A function that ends between the steps
 * leaves the record, by which the next sweep goes on.
 */
public final class ServiceChanges {
  /** So often a plan is made: when this is not enough, the record is being written all the time. */
  static final int MAX_TRIES = 5;

  private final RecordStore records;
  private final DeploymentStop stop;
  private final HookAnswers answers;
  private final HintQueue queue;

  /** What plans are carried out with. */
  public ServiceChanges(
      RecordStore records, DeploymentStop stop, PauseHooks hooks, HintQueue queue) {
    this.records = records;
    this.stop = stop;
    this.answers = new HookAnswers(records, hooks);
    this.queue = queue;
  }

  /** What was done. */
  public enum Done {
    /** There was nothing to change. */
    NOTHING,
    /** The record was written, and that is all. */
    WRITTEN,
    /** ECS stops the deployment and rolls back. */
    STOPPED,
    /** ECS has the answer to its pause hooks; what else there was to do is done too. */
    ANSWERED,
    /** DeployFunction has a hint. */
    HINTED
  }

  /**
   * A plan that was carried out.
   *
   * @param notStopped why ECS did not stop the deployment that it was to stop; empty where that had
   *     ended already, or none was to be stopped
   */
  public record Applied<P extends Plan>(P plan, Done done, Optional<String> notStopped) {
    private Applied(P plan, Done done) {
      this(plan, done, Optional.empty());
    }
  }

  /**
   * Carries a plan out.
   *
   * @param planned made again where a writer came in between
   * @throws RejectedRequest if writers come in between each time, or the plan that is made again is
   *     rejected, or the rollout no longer waits at a hook that is answered
   */
  public <P extends Plan> Applied<P> apply(Planned<P> planned) {
    P plan = planned.plan();
    String service = "";
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (tries > 0) {
        plan = planned.again().get();
      }
      Optional<ServiceChange> change = plan.change();
      if (change.isEmpty()) {
        return new Applied<>(plan, Done.NOTHING);
      }
      service = change.get().service().shortName();
      if (records.write(change.get().recordChange())) {
        return afterWrite(plan, change.get());
      }
    }
    throw new RejectedRequest(
        "others are writing the record of %s all the time: nothing was changed, try again"
            .formatted(service));
  }

  /**
   * What has ended meanwhile, or ECS refuses to stop, or cannot stop now, is deployed over: the
   * answer says so. If ECS stopped it after all, the pinned revision is deployed all the same.
   */
  private <P extends Plan> Applied<P> afterWrite(P plan, ServiceChange change) {
    if (change.answer().isPresent()) {
      try {
        answers.give(change.service(), change.answer().get());
      } finally {
        // an image that was approved too is deployed whatever becomes of the rollout, but after it
        hint(change);
      }
      return new Applied<>(plan, Done.ANSWERED);
    }
    Optional<String> notStopped = Optional.empty();
    if (change.stop().isPresent()) {
      ServiceChange.Stop asked = change.stop().get();
      try {
        if (stop.rollBack(asked.serviceDeployment())) {
          return new Applied<>(plan, Done.STOPPED);
        }
      } catch (RuntimeException e) {
        notStopped = Optional.of(String.valueOf(e.getMessage()));
      }
      try {
        unmark(asked.deployment());
      } catch (RuntimeException e) {
        // the record has the command: a mark that is lost is found when the service is evaluated
        hint(change);
        throw e;
      }
    }
    return new Applied<>(plan, hint(change), notStopped);
  }

  private Done hint(ServiceChange change) {
    if (change.hint().isEmpty()) {
      return Done.WRITTEN;
    }
    queue.send(List.of(change.hint().get()));
    return Done.HINTED;
  }

  /** Without the mark the service is not taken for one that ECS rolls back. */
  private void unmark(DeploymentRecord marked) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      RecordedService now = records.read(marked.service());
      Optional<DeploymentRecord> stored =
          now.deployment(marked.id()).filter(deployment -> deployment.stop().equals(marked.stop()));
      if (stored.isEmpty()
          || records.write(
              RecordChange.of(now.service(), now.service(), stored.get().notStopped()))) {
        return;
      }
    }
    throw new IllegalStateException(
        "ECS did not stop deployment %s, but the record did not take that".formatted(marked.id()));
  }
}
