package dev.slipway.explore;

import dev.slipway.announce.RolloutResult;
import dev.slipway.decide.Decision;
import dev.slipway.decide.NextStep;
import dev.slipway.decide.RecordRules;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Truth.Started;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened, and what must always be true of it. Each rule is checked at the step that could
 * break it, and the whole once the service has come to rest.
 */
final class Journal {
  /** A rule does not hold. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String what) {
      super(what);
    }
  }

  /** What one actor has seen. */
  private static final class Eyes {
    final Set<ImageDigest> selected = new HashSet<>();
    Set<ImageDigest> failedInEcs = Set.of();
    @Nullable RecordedService record;
    String running = "";
  }

  private final World world;
  private final Map<Actor, Eyes> eyes = new HashMap<>();
  private final Eyes alone = new Eyes();
  private final Set<Actor> operators = new HashSet<>();
  private final Map<DeploymentId, Integer> registrations = new HashMap<>();
  private final Map<DeploymentId, Integer> updates = new HashMap<>();
  private final Map<DeploymentId, Integer> announced = new HashMap<>();
  private final Set<DeploymentId> refused = new HashSet<>();
  private final Map<ImageDigest, Integer> refusals = new HashMap<>();
  private final Set<ImageDigest> unblocked = new HashSet<>();
  private final List<ImageDigest> tags = new ArrayList<>();
  private final List<Block> operatorsBlocks = new ArrayList<>();
  private final Map<Pin, Integer> operatorsPins = new HashMap<>();
  private int foreign;
  private @Nullable List<String> log;

  Journal(World world) {
    this.world = world;
  }

  void logTo(@Nullable List<String> lines) {
    log = lines;
  }

  void say(Supplier<String> what) {
    if (log != null) {
      log.add(what.get());
    }
  }

  void violated(String what) {
    require(false, "%s", what);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  private void require(boolean holds, String format, Object... arguments) {
    if (!holds) {
      throw new Violation(format.formatted(arguments));
    }
  }

  private Eyes eyes() {
    Actor actor = world.current();
    return actor == null ? alone : eyes.computeIfAbsent(actor, _ -> new Eyes());
  }

  private boolean isOperator() {
    Actor actor = world.current();
    return actor == null ? operatorAlone : operators.contains(actor);
  }

  private boolean operatorAlone;

  // --- what happens

  void begins(Actor actor) {
    operatorAlone = false;
    alone.selected.clear();
  }

  void operatorBegins() {
    Actor actor = world.current();
    if (actor == null) {
      operatorAlone = true;
    } else {
      operators.add(actor);
    }
  }

  void tagMoved(ImageDigest digest) {
    tags.add(digest);
  }

  void foreign() {
    foreign++;
  }

  void described() {
    Eyes mine = eyes();
    Set<ImageDigest> failed = new HashSet<>();
    world.truth.all().stream()
        .filter(started -> started.id().isPresent() && started.isFailed())
        .forEach(started -> failed.add(new ImageDigest(started.image())));
    mine.failedInEcs = failed;
    mine.running = world.truth.runningImage();
  }

  void selected(Candidate candidate) {
    if (candidate instanceof Candidate.Image image) {
      eyes().selected.add(image.digest());
    }
  }

  void read(RecordedService recorded) {
    eyes().record = recorded;
  }

  void registered(TaskDefinition revision) {
    Truth.idOf(revision)
        .ifPresent(id -> {
          int times = registrations.merge(id, 1, Integer::sum);
          require(times == 1, "deployment %s was registered %d times", id, times);
        });
  }

  void refused(TaskDefinition revision, ImageDigest image) {
    Truth.idOf(revision).ifPresent(refused::add);
    int times = refusals.merge(image, 1, Integer::sum);
    require(
        times <= 1 + world.crashes + world.failures || unblocked.contains(image),
        "ECS is asked %d times for image %s, which it refused",
        times,
        image.abbreviated());
  }

  /** ECS is about to take a deployment of Slipway's. */
  void updating(TaskDefinition revision, ImageDigest image) {
    RecordedService recorded = world.recorded();
    Optional<DeploymentId> id = Truth.idOf(revision);
    if (id.isEmpty()) {
      return;
    }
    int times = updates.merge(id.get(), 1, Integer::sum);
    require(times == 1, "deployment %s was started %d times", id.get(), times);
    Optional<DeploymentRecord> intent =
        recorded.deployments().stream().filter(d -> d.id().equals(id.get())).findFirst();
    require(intent.isPresent(), "deployment %s is started without an intent", id.get());
    List<Started> all = world.truth.all();
    Started newest = all.getLast();
    boolean forced = intent.get().trigger() instanceof Trigger.Operator;
    boolean hasIt =
        newest.id().isPresent()
            && newest.image().equals(image.value())
            && !newest.isFailed()
            && world.truth.runningImage().equals(image.value());
    require(
        forced || !hasIt,
        "image %s is deployed again by %s, though deployment %s has brought it",
        image.abbreviated(),
        id.get(),
        newest.id().map(DeploymentId::value).orElse("?"));
    require(
        !eyes().failedInEcs.contains(image) || unblocked.contains(image),
        "image %s is deployed again by itself after it had failed",
        image.abbreviated());
  }

  /** The record was written. */
  void wrote(RecordedService stored, RecordChange change) {
    ServiceRecord before = stored.service();
    ServiceRecord after = change.after();
    boolean intends = false;
    for (DeploymentRecord now : change.deployments()) {
      Optional<DeploymentRecord> old =
          stored.deployments().stream().filter(d -> d.id().equals(now.id())).findFirst();
      if (old.isEmpty()) {
        require(now.isIntent(), "deployment %s was never intended", now.id());
        intends = true;
        intended(before, now);
      } else {
        changed(old.get(), now);
      }
    }
    boolean operator = isOperator();
    for (Block block : before.blocked()) {
      require(
          operator || after.isBlocked(block.digest()),
          "the block of %s is lost",
          block.digest().abbreviated());
    }
    require(operator || before.pause().equals(after.pause()), "a pause is lost");
    boolean pinKept =
        after.pin().equals(before.pin()) || after.pin().equals(before.pin().map(Pin::asApplied));
    require(
        operator || intends || pinKept || after.pin().isEmpty(),
        "a pin is changed, without a deployment");
    // by a deployment of something else; or, without one, once that runs
    if (!operator && before.pin().isPresent() && after.pin().isEmpty()) {
      Pin pin = before.pin().get();
      require(
          eyes().selected.stream().anyMatch(d -> !pin.passesOver(d)),
          "the pin ends though nothing else was selected");
      boolean runs =
          eyes().selected.stream()
              .filter(d -> !pin.passesOver(d))
              .map(ImageDigest::value)
              .anyMatch(eyes().running::equals);
      require(intends || runs, "the pin ends though what is selected does not run");
    }
    if (operator) {
      before.blocked().stream()
          .map(Block::digest)
          .filter(digest -> !after.isBlocked(digest))
          .forEach(unblocked::add);
      after.blocked().stream()
          .filter(block -> !before.isBlocked(block.digest()))
          .forEach(block -> {
            unblocked.remove(block.digest());
            operatorsBlocks.add(block);
          });
      after
          .pin()
          .filter(pin -> !before.pin().equals(Optional.of(pin)))
          .ifPresent(pin -> operatorsPins.put(pin, tags.size()));
      after.request().ifPresent(_ -> eyes().selected.forEach(unblocked::add));
    }
  }

  private void intended(ServiceRecord before, DeploymentRecord intent) {
    for (var change : intent.changes()) {
      ImageDigest image = change.to().digest().orElseThrow();
      require(
          !before.isBlocked(image),
          "blocked image %s is to be deployed by %s",
          image.abbreviated(),
          intent.id());
      boolean chosen =
          before
              .pin()
              .filter(pin ->
                  pin.images().values().stream()
                      .anyMatch(i -> i.digest().filter(image::equals).isPresent()))
              .isPresent();
      require(
          chosen || eyes().selected.contains(image),
          "image %s is to be deployed, which was neither selected nor chosen",
          image.abbreviated());
    }
  }

  private void changed(DeploymentRecord old, DeploymentRecord now) {
    require(
        now.announced().containsAll(old.announced()),
        "what was announced of %s is forgotten",
        now.id());
    require(
        old.ecsDeployment().isEmpty() || old.ecsDeployment().equals(now.ecsDeployment()),
        "deployment %s forgets ECS's id",
        now.id());
    Optional<DeploymentOutcome> was = old.ended().map(end -> end.outcome());
    Optional<DeploymentOutcome> is = now.ended().map(end -> end.outcome());
    require(was.isEmpty() || was.equals(is), "deployment %s was %s, and is %s", now.id(), was, is);
  }

  void decided(Decision decision) {
    Eyes mine = eyes();
    if (decision instanceof Decision.Current && mine.record != null && !mine.running.isEmpty()) {
      require(
          !mine.record.service().isBlocked(new ImageDigest(mine.running)),
          "blocked image %s is called current",
          new ImageDigest(mine.running).abbreviated());
    }
  }

  /** An outcome is announced. */
  void telling(RolloutResult result, Set<Announcement> due) {
    DeploymentId id = result.deployment().id();
    require(result.outcome().isAnnounced(), "%s is announced of %s", result.outcome(), id);
    List<Started> all = world.truth.all();
    Optional<Started> started = startedFor(id, all);
    if (result.outcome() == DeploymentOutcome.REFUSED) {
      require(started.isEmpty() && refused.contains(id), "ECS did not refuse %s", id);
    } else {
      require(started.isPresent(), "%s is announced of %s, which never was", result.outcome(), id);
      Optional<DeploymentOutcome> shown = Truth.outcome(started.get(), all);
      require(
          shown.equals(Optional.of(result.outcome())),
          "%s is announced of %s, and ECS shows %s",
          result.outcome(),
          id,
          shown);
    }
    DeploymentRecord stored =
        world.recorded().deployments().stream()
            .filter(d -> d.id().equals(id))
            .findFirst()
            .orElseThrow();
    require(
        stored.ended().filter(end -> end.outcome() == result.outcome()).isPresent(),
        "%s is announced of %s before it is recorded",
        result.outcome(),
        id);
    if (due.contains(Announcement.OUTCOME_NOTIFICATION)) {
      int times = announced.merge(id, 1, Integer::sum);
      require(times <= 1 + world.crashes, "the outcome of %s is announced %d times", id, times);
    }
  }

  private static Optional<Started> startedFor(DeploymentId id, List<Started> all) {
    return all.stream().filter(s -> s.id().equals(Optional.of(id))).findFirst();
  }

  // --- at the end

  private Decision decision(ServiceEvaluator evaluator, String when) {
    RecordedService recorded = world.recorded();
    ServiceEvaluator.Evaluation evaluation =
        evaluator.evaluate(
            world.ecs.describe(List.of(world.web)).getFirst(), recorded, world.ecs.now());
    NextStep next = RecordRules.next(evaluation.state().orElseThrow());
    require(
        next instanceof NextStep.Decide,
        "%s: %s remains to be done",
        when,
        next.getClass().getSimpleName());
    require(
        !(evaluation.decision() instanceof Decision.Deploy),
        "%s: it is still to be deployed: %s",
        when,
        evaluation.decision().reason());
    return evaluation.decision();
  }

  /** All messages were handled: no sweep must be needed for what is to be done. */
  void beforeSweeps(ServiceEvaluator evaluator) {
    if (world.operatorInterrupted) {
      return;
    }
    Decision decision = decision(evaluator, "only a sweep would help");
    RecordedService recorded = world.recorded();
    if (decision instanceof Decision.Held held
        && (held.hold() == Decision.Hold.DRIFTED || held.hold() == Decision.Hold.BLOCKED_RUNNING)) {
      require(
          recorded.service().announcedHold().filter(t -> t.key().equals(held.key())).isPresent(),
          "only a sweep would help: nobody was notified that it is %s",
          held.hold());
    }
    recorded.deployments().stream()
        .filter(d -> d.isRunning() || d.isIntent() || !d.due().isEmpty())
        .findFirst()
        .ifPresent(
            d -> violated("only a sweep would help: deployment %s is open".formatted(d.id())));
    require(
        recorded.service().request().isEmpty(),
        "only a sweep would help: an operator's command was not carried out");
  }

  void atRest(ServiceEvaluator evaluator) {
    RecordedService recorded = world.recorded();
    ServiceRecord record = recorded.service();
    Decision decision = decision(evaluator, "at rest");
    List<Started> all = world.truth.all();
    ImageDigest running = new ImageDigest(world.truth.runningImage());
    ImageDigest selected = tags.isEmpty() ? running : tags.getLast();
    switch (decision) {
      case Decision.Current _ -> {
        require(running.equals(selected), "it is called current, and runs %s", running);
        require(!record.isBlocked(running), "blocked image %s is current", running);
      }
      case Decision.Held held -> held(held, record, all, running, selected);
      case Decision.NotDeployable not ->
          require(
              !refused.isEmpty() && not.reason().contains("refused"),
              "not deployable: %s",
              not.reason());
      default -> violated("it comes to rest with " + decision);
    }
    outcomes(recorded, all);
    decisions(record);
  }

  private void held(
      Decision.Held held,
      ServiceRecord record,
      List<Started> all,
      ImageDigest running,
      ImageDigest selected) {
    String what = held.hold() + ": " + held.reason();
    switch (held.hold()) {
      case BLOCKED -> require(record.isBlocked(selected), "%s", what);
      case BLOCKED_RUNNING -> require(record.isBlocked(running), "%s", what);
      case PAUSED -> require(record.pause().isPresent(), "%s", what);
      case PINNED ->
          require(
              record
                  .pin()
                  .filter(pin -> pin.passesOver(selected) || running.equals(selected))
                  .isPresent(),
              "%s",
              what);
      case DRIFTED ->
          require(
              foreign > 0
                  && all.stream()
                      .anyMatch(s -> s.id().isPresent() && s.image().equals(selected.value())),
              "%s",
              what);
      // this environment has no gates
      case FAILED, ROLLING_BACK, WAITING, PENDING -> violated("it comes to rest with " + what);
    }
  }

  private void outcomes(RecordedService recorded, List<Started> all) {
    Set<DeploymentId> known = new LinkedHashSet<>();
    for (DeploymentRecord deployment : recorded.deployments()) {
      known.add(deployment.id());
      Optional<Started> started = startedFor(deployment.id(), all);
      Optional<DeploymentOutcome> outcome = deployment.ended().map(end -> end.outcome());
      int times = announced.getOrDefault(deployment.id(), 0);
      require(!deployment.isOpen(), "deployment %s stays open", deployment.id());
      if (started.isEmpty()) {
        boolean refusedByEcs = refused.contains(deployment.id());
        require(
            outcome.equals(Optional.of(DeploymentOutcome.DROPPED))
                || (refusedByEcs && outcome.equals(Optional.of(DeploymentOutcome.REFUSED))),
            "deployment %s was never started, and is %s",
            deployment.id(),
            outcome);
        require(
            times == 0 || outcome.equals(Optional.of(DeploymentOutcome.REFUSED)),
            "deployment %s never was, and is announced",
            deployment.id());
        continue;
      }
      Optional<DeploymentOutcome> shown = Truth.outcome(started.get(), all);
      require(
          outcome.equals(shown),
          "the outcome of %s is %s, and ECS shows %s",
          deployment.id(),
          outcome,
          shown);
      require(
          times >= 1, "deployment %s was %s, and nobody was notified", deployment.id(), outcome);
      require(
          deployment.ecsDeployment().equals(Optional.of(started.get().ecsId())),
          "deployment %s is taken for ECS's %s",
          deployment.id(),
          deployment.ecsDeployment());
    }
    for (Started started : all) {
      started.id().ifPresent(id -> require(known.contains(id), "the record does not know %s", id));
    }
    long idle = registrations.keySet().stream().filter(id -> !updates.containsKey(id)).count();
    require(
        idle <= world.crashes + world.failures + refused.size(),
        "%d revisions were registered for nothing",
        idle);
    for (Block block : recorded.service().blocked()) {
      block
          .deployment()
          .ifPresent(id ->
              require(
                  startedFor(id, all)
                      .flatMap(started -> Truth.outcome(started, all))
                      .equals(Optional.of(DeploymentOutcome.FAILED)),
                  "%s is blocked because of %s, which did not fail",
                  block.digest().abbreviated(),
                  id));
    }
    // what failed is blocked, unless a person said otherwise or stopped it
    for (DeploymentRecord deployment : recorded.deployments()) {
      boolean failed =
          deployment.ended().filter(end -> end.outcome() == DeploymentOutcome.FAILED).isPresent();
      if (failed && deployment.stop().isEmpty()) {
        for (var change : deployment.changes()) {
          ImageDigest image = change.to().digest().orElseThrow();
          boolean goodSince =
              all.stream()
                  .anyMatch(s ->
                      s.image().equals(image.value())
                          && Truth.outcome(s, all).equals(Optional.of(DeploymentOutcome.DEPLOYED)));
          require(
              recorded.service().isBlocked(image) || unblocked.contains(image) || goodSince,
              "%s failed in %s, and is not blocked",
              image.abbreviated(),
              deployment.id());
        }
      }
    }
  }

  private void decisions(ServiceRecord record) {
    for (Block block : operatorsBlocks) {
      require(
          record.isBlocked(block.digest()) || unblocked.contains(block.digest()),
          "an operator's block of %s is lost",
          block.digest().abbreviated());
    }
  }
}
