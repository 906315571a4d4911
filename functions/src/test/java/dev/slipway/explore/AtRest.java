package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.repository;

import dev.slipway.decide.Decision;
import dev.slipway.decide.NextStep;
import dev.slipway.decide.RecordRules;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.record.Block;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What must be true of a service once nothing is left to do. */
final class AtRest {
  private final World world;
  private final Journal journal;

  AtRest(World world, Journal journal) {
    this.world = world;
    this.journal = journal;
  }

  /**
   * All messages were handled: no sweep must be needed for what is to be done.
   *
   * @param redriven whether some of them were dead letters
   */
  void beforeSweeps(ServiceArn service, boolean redriven) {
    Invariant invariant = redriven ? Invariant.REDRIVEN : Invariant.CONVERGES;
    Decision decision = decision(service, invariant, "only a sweep would help");
    RecordedService recorded = world.records.read(service);
    if (decision instanceof Decision.Held held && held.hold().isAnnouncedByItself()) {
      invariant.require(
          recorded.service().announcedHold().filter(t -> t.covers(held.key())).isPresent(),
          "only a sweep would help: nobody was notified that it is %s",
          held.hold());
    }
    recorded.deployments().stream()
        .filter(d -> d.isRunning() || d.isIntent() || !d.due().isEmpty())
        .findFirst()
        .ifPresent(d ->
            invariant.require(false, "only a sweep would help: deployment %s is open", d.id()));
    invariant.require(
        recorded.service().request().isEmpty(),
        "only a sweep would help: an operator's command was not carried out");
  }

  private Decision decision(ServiceArn service, Invariant invariant, String when) {
    journal.begins();
    ServiceEvaluator.Evaluation evaluation =
        world
            .functions
            .evaluator()
            .evaluate(
                world.ecs.describe(List.of(service)).getFirst(),
                world.records.read(service),
                world.ecs.now());
    NextStep next = RecordRules.next(evaluation.state().orElseThrow());
    invariant.require(
        next instanceof NextStep.Decide,
        "%s: %s remains to be done for %s",
        when,
        next.getClass().getSimpleName(),
        service.name());
    invariant.require(
        !(evaluation.decision() instanceof Decision.Deploy),
        "%s: it is still to be deployed: %s",
        when,
        evaluation.decision().reason());
    return evaluation.decision();
  }

  /** Sweeps have come to rest too. */
  void atRest(ServiceArn service) {
    RecordedService recorded = world.records.read(service);
    ServiceRecord record = recorded.service();
    Decision decision = decision(service, Invariant.CONVERGES, "at rest");
    Map<String, ImageDigest> running = world.truth(service).running();
    Map<String, ImageDigest> selected = selected(service, running);
    switch (decision) {
      case Decision.Current _ -> {
        Invariant.CONVERGES.require(
            running.equals(selected), "it is called current, and runs %s", running);
        running
            .values()
            .forEach(image ->
                Invariant.STAYS_BLOCKED.require(
                    !record.isBlocked(image), "blocked image %s is current", image));
      }
      case Decision.Held held -> held(held, record, running, selected);
      case Decision.NotDeployable not ->
          Invariant.CONVERGES.require(
              journal.starts().isAnyRefused() && not.reason().contains("refused"),
              "not deployable: %s",
              not.reason());
      case Decision.NotFollowing _ ->
          Invariant.CONVERGES.require(
              isFed(service) && proven(service).isEmpty(), "it comes to rest with %s", decision);
      case Decision.Deploy _ ->
          Invariant.CONVERGES.require(false, "it comes to rest with %s", decision);
    }
    journal.outcomes().atRest(recorded);
    Invariant.ONE_REGISTRATION.require(
        journal.starts().idleRegistrations() <= world.faults() || world.wasOut(),
        "%d revisions were registered for nothing",
        journal.starts().idleRegistrations());
    Journal.Facts facts = journal.of(service);
    for (Block block : facts.operatorsBlocks) {
      Invariant.DECISIONS_KEPT.require(
          record.isBlocked(block.digest()) || facts.unblocked.contains(block.digest()),
          "an operator's block of %s is lost",
          block.digest().abbreviated());
    }
  }

  /**
   * What its environment selects for each container. Of a service that takes what another one has
   * completed it is not computed here once more: that is what it runs, if it was completed there.
   */
  private Map<String, ImageDigest> selected(ServiceArn service, Map<String, ImageDigest> running) {
    if (isFed(service)) {
      return running;
    }
    Setting.Placed placed = world.plan.setting().placed(service);
    Map<String, ImageDigest> selected = new HashMap<>();
    running
        .keySet()
        .forEach(container -> {
          Candidate candidate =
              world.ecr.candidate(repository(container), new ImageTag(placed.environment()));
          if (candidate instanceof Candidate.Image image) {
            selected.put(container, image.digest());
          }
        });
    return selected;
  }

  private boolean isFed(ServiceArn service) {
    return world.plan.setting().isFedBySweeps(world.plan.setting().placed(service));
  }

  /** The images of Slipway's deployments that other services have completed. */
  private Set<ImageDigest> proven(ServiceArn service) {
    return world.services().stream()
        .filter(other -> !other.equals(service))
        .flatMap(other -> world.truth(other).all().stream())
        .filter(started -> started.isCompleted() && started.id().isPresent())
        .flatMap(started -> started.images().values().stream())
        .collect(Collectors.toSet());
  }

  private void held(
      Decision.Held held,
      ServiceRecord record,
      Map<String, ImageDigest> running,
      Map<String, ImageDigest> selected) {
    Set<ImageDigest> wanted = new HashSet<>(selected.values());
    if (isFed(held.service())) {
      wanted.addAll(proven(held.service()));
    }
    Set<ImageDigest> has = new HashSet<>(running.values());
    Set<ImageDigest> missing = new HashSet<>(wanted);
    missing.removeAll(has);
    boolean isTrue =
        switch (held.hold()) {
          case BLOCKED ->
              wanted.stream().anyMatch(record::isBlocked)
                  || has.stream().anyMatch(record::isBlocked);
          case BLOCKED_RUNNING -> has.stream().anyMatch(record::isBlocked);
          case PAUSED -> record.pause().isPresent() && !missing.isEmpty();
          case PINNED ->
              record
                  .pin()
                  .filter(pin -> wanted.stream().anyMatch(pin::passesOver) || missing.isEmpty())
                  .isPresent();
          case DRIFTED ->
              !journal.of(held.service()).foreign.isEmpty()
                  && world.truth(held.service()).all().stream()
                      .anyMatch(s -> s.id().isPresent() && missing.stream().anyMatch(s::has));
          case WAITING ->
              world.plan.setting() == Setting.GATED
                  && missing.stream()
                      .anyMatch(image ->
                          record.approvals().stream().noneMatch(a -> a.digest().equals(image)));
          case FAILED, ROLLING_BACK, PENDING -> false;
        };
    Invariant.CONVERGES.require(
        isTrue, "it comes to rest with %s: %s, which is not so", held.hold(), held.reason());
  }
}
