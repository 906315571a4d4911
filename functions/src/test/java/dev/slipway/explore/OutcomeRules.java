package dev.slipway.explore;

import dev.slipway.announce.RolloutResult;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.RecordedService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must be true of the outcomes that the record has, and of those that are announced. */
final class OutcomeRules {
  private final World world;
  private final Journal journal;
  private final Map<DeploymentId, Integer> announced = new HashMap<>();

  OutcomeRules(World world, Journal journal) {
    this.world = world;
    this.journal = journal;
  }

  private Optional<Truth.Started> started(DeploymentRecord deployment) {
    ServiceArn service = deployment.service();
    return world.truth(service).startedFor(deployment.id(), journal.of(service).foreign);
  }

  private Optional<DeploymentOutcome> shown(ServiceArn service, Truth.Started started) {
    return world.truth(service).outcome(started);
  }

  private static Optional<DeploymentOutcome> outcome(DeploymentRecord deployment) {
    return deployment.ended().map(end -> end.outcome());
  }

  /** The record's entry of a deployment is written anew. */
  void changed(DeploymentRecord old, DeploymentRecord now) {
    Invariant.TOLD_ONCE.require(
        now.announced().containsAll(old.announced()),
        "what was announced of %s is forgotten",
        now.id());
    requireOwn(now);
    Invariant.ONE_OUTCOME.require(
        old.ecsDeployment().isEmpty() || old.ecsDeployment().equals(now.ecsDeployment()),
        "deployment %s forgets ECS's id",
        now.id());
    Optional<DeploymentOutcome> was = outcome(old);
    Optional<DeploymentOutcome> is = outcome(now);
    Invariant.ONE_OUTCOME.require(
        was.isEmpty() || was.equals(is), "deployment %s was %s, and is %s", now.id(), was, is);
    if (was.isEmpty() && is.isPresent() && now.ecsDeployment().isPresent()) {
      Optional<DeploymentOutcome> shown =
          started(now).flatMap(started -> shown(now.service(), started));
      Invariant.ONE_OUTCOME.require(
          is.equals(shown), "%s is recorded of %s, and ECS shows %s", is.get(), now.id(), shown);
    }
  }

  private void requireOwn(DeploymentRecord deployment) {
    Invariant.NOT_FOREIGN.require(
        deployment
            .ecsDeployment()
            .filter(journal.of(deployment.service()).foreign::contains)
            .isEmpty(),
        "another client's deployment %s is taken for %s",
        deployment.ecsDeployment().map(Object::toString).orElse(""),
        deployment.id());
  }

  /** An outcome is announced. */
  void telling(RolloutResult result, Set<Announcement> due) {
    DeploymentRecord deployment = result.deployment();
    DeploymentId id = deployment.id();
    requireOwn(deployment);
    Invariant.TOLD_TRUE.require(
        result.outcome().isAnnounced(), "%s is announced of %s", result.outcome(), id);
    DeploymentRecord stored =
        world.records.read(deployment.service()).deployments().stream()
            .filter(d -> d.id().equals(id))
            .findFirst()
            .orElseThrow();
    Invariant.TOLD_TRUE.require(
        stored.ended().filter(end -> end.outcome() == result.outcome()).isPresent(),
        "%s is announced of %s before it is recorded",
        result.outcome(),
        id);
    Optional<Truth.Started> started = started(deployment);
    if (result.outcome() == DeploymentOutcome.REFUSED) {
      Invariant.TOLD_TRUE.require(
          started.isEmpty() && journal.wasRefused(id), "ECS did not refuse %s", id);
    } else {
      Invariant.TOLD_TRUE.require(
          started.isPresent(), "%s is announced of %s, which never was", result.outcome(), id);
      Optional<DeploymentOutcome> shown = shown(deployment.service(), started.get());
      Invariant.TOLD_TRUE.require(
          shown.equals(Optional.of(result.outcome())),
          "%s is announced of %s, and ECS shows %s",
          result.outcome(),
          id,
          shown);
    }
  }

  /** People were notified of an outcome. */
  void told(RolloutResult result) {
    DeploymentId id = result.deployment().id();
    int times = announced.merge(id, 1, Integer::sum);
    Invariant.TOLD_ONCE.require(
        times <= 1 + world.faults(), "the outcome of %s is announced %d times", id, times);
  }

  /** At the end each deployment has its outcome, and people know it. */
  void atRest(RecordedService recorded) {
    ServiceArn service = recorded.service().service();
    Set<DeploymentId> known = new HashSet<>();
    for (DeploymentRecord deployment : recorded.deployments()) {
      known.add(deployment.id());
      Invariant.ONE_OUTCOME.require(
          !deployment.isOpen(), "deployment %s stays open", deployment.id());
      Optional<Truth.Started> started = started(deployment);
      if (started.isPresent()) {
        ended(deployment, started.get());
      } else {
        neverStarted(deployment);
      }
    }
    for (Truth.Started started : world.truth(service).all()) {
      started
          .id()
          .ifPresent(id ->
              Invariant.ONE_OUTCOME.require(known.contains(id), "the record does not know %s", id));
    }
    blocks(recorded);
  }

  private void ended(DeploymentRecord deployment, Truth.Started started) {
    Optional<DeploymentOutcome> shown = shown(deployment.service(), started);
    Optional<DeploymentOutcome> outcome = outcome(deployment);
    Invariant.ONE_OUTCOME.require(
        outcome.equals(shown),
        "the outcome of %s is %s, and ECS shows %s",
        deployment.id(),
        outcome,
        shown);
    Invariant.TOLD_ONCE.require(
        announced.getOrDefault(deployment.id(), 0) >= 1,
        "deployment %s was %s, and nobody was notified",
        deployment.id(),
        outcome);
    Invariant.NOT_FOREIGN.require(
        deployment.ecsDeployment().equals(Optional.of(started.ecsId())),
        "deployment %s is taken for ECS's %s",
        deployment.id(),
        deployment.ecsDeployment());
  }

  private void neverStarted(DeploymentRecord deployment) {
    Optional<DeploymentOutcome> outcome = outcome(deployment);
    boolean refused = journal.wasRefused(deployment.id());
    Invariant.ONE_OUTCOME.require(
        outcome.equals(Optional.of(DeploymentOutcome.DROPPED))
            || (refused && outcome.equals(Optional.of(DeploymentOutcome.REFUSED))),
        "deployment %s was never started, and is %s",
        deployment.id(),
        outcome);
    Invariant.TOLD_TRUE.require(
        announced.getOrDefault(deployment.id(), 0) == 0
            || outcome.equals(Optional.of(DeploymentOutcome.REFUSED)),
        "deployment %s never was, and is announced",
        deployment.id());
  }

  /** What failed is blocked, unless a person said otherwise or stopped it; and nothing else is. */
  private void blocks(RecordedService recorded) {
    ServiceArn service = recorded.service().service();
    Truth truth = world.truth(service);
    for (Block block : recorded.service().blocked()) {
      block
          .deployment()
          .ifPresent(id ->
              Invariant.STAYS_BLOCKED.require(
                  truth
                      .startedFor(id, journal.of(service).foreign)
                      .flatMap(truth::outcome)
                      .equals(Optional.of(DeploymentOutcome.FAILED)),
                  "%s is blocked because of %s, which did not fail",
                  block.digest().abbreviated(),
                  id));
    }
    for (DeploymentRecord deployment : recorded.deployments()) {
      if (outcome(deployment).equals(Optional.of(DeploymentOutcome.FAILED))
          && deployment.stop().isEmpty()) {
        deployment
            .changes()
            .forEach(change -> failed(recorded, deployment, change.to().digest().orElseThrow()));
      }
    }
  }

  private void failed(RecordedService recorded, DeploymentRecord deployment, ImageDigest image) {
    ServiceArn service = recorded.service().service();
    Truth truth = world.truth(service);
    boolean good =
        truth.all().stream()
            .anyMatch(s ->
                s.has(image) && truth.outcome(s).equals(Optional.of(DeploymentOutcome.DEPLOYED)));
    Invariant.STAYS_BLOCKED.require(
        recorded.service().isBlocked(image)
            || journal.of(service).unblocked.contains(image)
            || good,
        "%s failed in %s, and is not blocked",
        image.abbreviated(),
        deployment.id());
  }
}
