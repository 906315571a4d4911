package dev.slipway.explore;

import dev.slipway.announce.RolloutResult;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordedService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as far as the invariants need it. Each is checked at the step that could break it:
 * by {@link StartRules}, {@link WriteRules} and {@link OutcomeRules}; and the whole once the
 * services have come to rest, by {@link AtRest}.
 */
final class Journal {
  /** A tag of a repository. */
  private record Tagged(Repository repository, ImageTag tag) {}

  /** What one actor has seen. */
  static final class Eyes {
    private final Map<Tagged, ImageDigest> selected = new HashMap<>();
    private final Map<ServiceArn, Set<ImageDigest>> failedInEcs = new HashMap<>();
    private final Map<ServiceArn, RecordedService> records = new HashMap<>();
    private final Map<ServiceArn, Set<ImageDigest>> running = new HashMap<>();
    private boolean operator;

    /** What tags of this name were when they were read last. */
    Set<ImageDigest> selected(String tag) {
      Set<ImageDigest> all = new HashSet<>();
      selected.forEach((key, digest) -> {
        if (key.tag().value().equals(tag)) {
          all.add(digest);
        }
      });
      return all;
    }

    Set<ImageDigest> failedInEcs(ServiceArn service) {
      return failedInEcs.getOrDefault(service, Set.of());
    }

    Set<ImageDigest> running(ServiceArn service) {
      return running.getOrDefault(service, Set.of());
    }

    Optional<RecordedService> record(ServiceArn service) {
      return Optional.ofNullable(records.get(service));
    }

    /** Whether it carries out an operator's command. */
    boolean isOperator() {
      return operator;
    }
  }

  /** What has happened to one service. */
  static final class Facts {
    /** Deployments of other clients. */
    final Set<EcsDeploymentId> foreign = new HashSet<>();

    /** What operators have said may run. */
    final Set<ImageDigest> unblocked = new HashSet<>();

    final List<Block> operatorsBlocks = new ArrayList<>();
  }

  private final World world;
  private final Map<Actor, Eyes> eyes = new HashMap<>();
  private final Map<ServiceArn, Facts> facts = new HashMap<>();
  private final StartRules starts;
  private final OutcomeRules outcomes;
  private final WriteRules written;
  private Eyes alone = new Eyes();
  private @Nullable List<String> log;

  Journal(World world) {
    this.world = world;
    this.starts = new StartRules(world, this);
    this.outcomes = new OutcomeRules(world, this);
    this.written = new WriteRules(this, starts, outcomes);
  }

  void logTo(List<String> lines) {
    log = lines;
  }

  void say(Supplier<String> what) {
    if (log != null) {
      log.add(what.get());
    }
  }

  Eyes eyes() {
    Actor actor = world.current();
    return actor == null ? alone : eyes.computeIfAbsent(actor, _ -> new Eyes());
  }

  Facts of(ServiceArn service) {
    return facts.computeIfAbsent(service, _ -> new Facts());
  }

  // --- what happens

  /** Somebody begins: without a scheduler, whoever ran before is done. */
  void begins() {
    alone = new Eyes();
  }

  void operatorBegins() {
    eyes().operator = true;
  }

  void foreign(ServiceArn service, EcsDeploymentId deployment) {
    of(service).foreign.add(deployment);
  }

  void described(List<ServiceArn> services) {
    Eyes mine = eyes();
    for (ServiceArn service : services) {
      Truth truth = world.truth(service);
      Set<ImageDigest> failed = new HashSet<>();
      truth.all().stream()
          .filter(started -> started.id().isPresent() && started.isFailed())
          .forEach(started -> failed.addAll(started.news()));
      mine.failedInEcs.put(service, failed);
      mine.running.put(service, Set.copyOf(truth.running().values()));
    }
  }

  void selected(Repository repository, ImageTag tag, Candidate candidate) {
    Tagged tagged = new Tagged(repository, tag);
    if (candidate instanceof Candidate.Image image) {
      eyes().selected.put(tagged, image.digest());
    } else {
      eyes().selected.remove(tagged);
    }
  }

  void read(RecordedService recorded) {
    eyes().records.put(recorded.service().service(), recorded);
  }

  void decided(Decision decision) {
    Eyes mine = eyes();
    ServiceArn service = decision.service();
    if (decision instanceof Decision.Current) {
      mine.record(service)
          .ifPresent(recorded ->
              mine.running(service)
                  .forEach(image ->
                      Invariant.STAYS_BLOCKED.require(
                          !recorded.service().isBlocked(image),
                          "blocked image %s is called current",
                          image.abbreviated())));
    }
  }

  // --- what is checked

  void registered(ServiceArn service, TaskDefinition revision) {
    starts.registered(service, revision);
  }

  void refused(ServiceArn service, TaskDefinition revision) {
    starts.refused(service, revision);
  }

  void updating(ServiceArn service, TaskDefinition revision) {
    starts.updating(service, revision);
  }

  void updated(ServiceArn service, TaskDefinition revision) {
    starts.updated(service, revision);
  }

  void wrote(RecordedService stored, RecordChange change) {
    written.wrote(stored, change);
  }

  void telling(RolloutResult result, Set<Announcement> due) {
    outcomes.telling(result, due);
  }

  StartRules starts() {
    return starts;
  }

  OutcomeRules outcomes() {
    return outcomes;
  }

  boolean wasRefused(DeploymentId id) {
    return starts.wasRefused(id);
  }
}
