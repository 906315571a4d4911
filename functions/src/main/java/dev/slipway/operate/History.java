package dev.slipway.operate;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;

import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.HookWait;
import dev.slipway.record.RecordStore;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was deployed to a service, by whom or what, and what became of it: Slipway's own deployments
 * from the record, those of other clients from ECS, which remembers them for 90 days.
 */
public final class History {
  /** So many of the record's deployments are read: from when on it has them is seen by them. */
  private static final int MAX_RECORDED = 100;

  private final RecordStore records;
  private final ServiceDeployments deployments;
  private final FailureReader failures;

  /** Reads from these. */
  public History(RecordStore records, ServiceDeployments deployments, FailureReader failures) {
    this.records = records;
    this.deployments = deployments;
    this.failures = failures;
  }

  /** Who started a deployment, as far as that is known. */
  public enum Origin {
    /** Slipway: the record has it, and what led to it. */
    SLIPWAY,
    /** Another client, in a time from which the record has every deployment of Slipway's. */
    OTHER_CLIENT,
    /** Nobody knows: it is older than the record, or was lost with it. */
    NOT_RECORDED
  }

  /** What became of a deployment, or becomes of it. */
  public enum Outcome {
    /** ECS completed it. */
    DEPLOYED,
    /** ECS gave it up, and did not go back. */
    FAILED,
    /** ECS gave it up, and went back. */
    ROLLED_BACK,
    /** A newer one replaced it before it had ended. */
    SUPERSEDED,
    /** ECS refused to start it. */
    REFUSED,
    /** It was intended and never started. */
    DROPPED,
    /** It ended, and nobody knows how. */
    UNKNOWN,
    /** It is being started. */
    STARTING,
    /** ECS replaces tasks. */
    IN_PROGRESS,
    /** ECS goes back. */
    ROLLING_BACK;

    private static Outcome of(DeploymentOutcome ended) {
      return switch (ended) {
        case DEPLOYED -> DEPLOYED;
        case FAILED -> FAILED;
        case SUPERSEDED -> SUPERSEDED;
        case REFUSED -> REFUSED;
        case DROPPED -> DROPPED;
        case UNKNOWN -> UNKNOWN;
      };
    }

    /** Whether it went wrong, or may. */
    private boolean isDoubtful() {
      return switch (this) {
        case FAILED, ROLLED_BACK, ROLLING_BACK, IN_PROGRESS -> true;
        case DEPLOYED, SUPERSEDED, REFUSED, DROPPED, UNKNOWN, STARTING -> false;
      };
    }

    /** In words, such as {@code rolled back}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * One deployment.
   *
   * @param own Slipway's id of it; empty where the record does not have it
   * @param ecs ECS's id of it; empty where it was never started
   * @param taskDefinition that it rolled out; empty where nobody knows it
   * @param images of the containers: by digest wherever one is known
   * @param tag that its image was selected by; empty where it was chosen otherwise, or nobody knows
   * @param startedAt when it was asked for
   * @param finishedAt when it was over, a rollback included; empty while it is not
   * @param tasks of the new revision that ran when it ended; empty while it has not
   * @param reason why it ended as it did, where there is something to say
   * @param diagnosis why it failed, or fails, where that was found out
   * @param evidence what the diagnosis was made from, a line each
   * @param origin who started it
   * @param trigger what led to it; empty where the record does not have it
   * @param why it was decided, a sentence; empty where the record does not have it
   * @param rollback to which revision ECS went back, where it did
   * @param stoppedBy who had ECS stop it
   * @param hooks ECS's pause hooks at which it waits or waited, as far as the record knows
   */
  public record Entry(
      Optional<DeploymentId> own,
      Optional<EcsDeploymentId> ecs,
      Optional<TaskDefinitionArn> taskDefinition,
      Map<String, ImageReference> images,
      Optional<ImageTag> tag,
      Instant startedAt,
      Optional<Instant> finishedAt,
      Outcome outcome,
      Optional<Integer> tasks,
      Optional<String> reason,
      Optional<String> diagnosis,
      List<String> evidence,
      Origin origin,
      Optional<Trigger> trigger,
      Optional<String> why,
      Optional<TaskDefinitionArn> rollback,
      Optional<String> stoppedBy,
      List<HookWait> hooks) {
    /** Copies the collections. */
    public Entry {
      images = new LinkedHashMap<>(images);
      evidence = List.copyOf(evidence);
      hooks = List.copyOf(hooks);
    }

    /** A copy, in the order of the containers. */
    @Override
    public Map<String, ImageReference> images() {
      return new LinkedHashMap<>(images);
    }

    /** Whether it went wrong, or may, and nothing says why. */
    private boolean isUnexplained() {
      return diagnosis.isEmpty() && stoppedBy.isEmpty() && outcome.isDoubtful();
    }

    private Entry because(Optional<String> cause, List<String> lines) {
      return new Entry(
          own,
          ecs,
          taskDefinition,
          images,
          tag,
          startedAt,
          finishedAt,
          outcome,
          tasks,
          reason,
          cause,
          lines,
          origin,
          trigger,
          why,
          rollback,
          stoppedBy,
          hooks);
    }

    /** Whether the record does not have it: another client started it, or it is older. */
    public boolean isForeign() {
      return origin != Origin.SLIPWAY;
    }
  }

  /**
   * The newest deployments of a service, newest first.
   *
   * @param limit at most so many, from 1 to 100
   */
  public List<Entry> of(Service service, int limit) {
    List<DeploymentRecord> recorded = records.history(service.arn(), MAX_RECORDED);
    List<ServiceDeployment> listed = deployments.newest(service.arn(), limit);
    List<Entry> entries =
        new ArrayList<>(
            merged(recorded, listed, deployments.rolledOut(listed)).stream().limit(limit).toList());
    if (!entries.isEmpty() && entries.getFirst().isUnexplained()) {
      // ECS keeps stopped tasks for an hour: of older ones there is nothing more to learn
      entries.set(0, explained(service, entries.getFirst()));
    }
    return entries;
  }

  /** What cannot be read is a line of the evidence: there is a history without it too. */
  private Entry explained(Service service, Entry newest) {
    try {
      return newest
          .ecs()
          .flatMap(id -> failures.of(service, id))
          .map(failure -> newest.because(Optional.of(failure.sentence()), failure.details()))
          .orElse(newest);
    } catch (RuntimeException e) {
      return newest.because(
          Optional.empty(), List.of("why it fails cannot be read: " + e.getMessage()));
    }
  }

  /** The record's deployments, and those that ECS lists besides, newest first. */
  static List<Entry> merged(
      List<DeploymentRecord> recorded,
      List<ServiceDeployment> listed,
      Map<String, ServiceRevision> revisions) {
    Map<EcsDeploymentId, ServiceDeployment> byId = new LinkedHashMap<>();
    listed.forEach(deployment -> byId.put(deployment.id(), deployment));
    List<Entry> entries = new ArrayList<>();
    Set<EcsDeploymentId> own = new HashSet<>();
    Optional<Instant> begins = recorded.stream().map(History::begin).min(naturalOrder());
    for (DeploymentRecord deployment : recorded) {
      deployment.ecsDeployment().ifPresent(own::add);
      entries.add(own(deployment, deployment.ecsDeployment().map(byId::get)));
    }
    for (ServiceDeployment deployment : listed) {
      if (!own.contains(deployment.id())) {
        entries.add(
            foreign(
                deployment,
                Optional.ofNullable(revisions.get(deployment.target())),
                listed,
                begins.filter(deployment.createdAt()::isAfter).isPresent()
                    ? Origin.OTHER_CLIENT
                    : Origin.NOT_RECORDED));
      }
    }
    entries.sort(comparing(Entry::startedAt).reversed());
    return entries;
  }

  private static Instant begin(DeploymentRecord deployment) {
    return deployment.startedAt().orElse(deployment.decidedAt());
  }

  private static Entry own(DeploymentRecord deployment, Optional<ServiceDeployment> listed) {
    Optional<Ended> ended = deployment.ended();
    return new Entry(
        Optional.of(deployment.id()),
        deployment.ecsDeployment(),
        deployment.to(),
        deployment.images(),
        tag(deployment),
        begin(deployment),
        ended.isPresent()
            ? listed.flatMap(ServiceDeployment::finishedAt).or(() -> ended.map(Ended::at))
            : listed.flatMap(ServiceDeployment::finishedAt),
        ended
            .map(History::outcome)
            .orElseGet(() ->
                deployment.isIntent()
                    ? Outcome.STARTING
                    : listed.map(now -> outcome(now, List.of())).orElse(Outcome.IN_PROGRESS)),
        ended.map(Ended::tasks),
        ended.flatMap(Ended::why),
        ended.flatMap(Ended::diagnosis),
        ended.map(Ended::evidence).orElse(List.of()),
        Origin.SLIPWAY,
        Optional.of(deployment.trigger()),
        Optional.of(deployment.reason()),
        ended.flatMap(Ended::rollback).flatMap(DeploymentRecord.Rollback::to),
        deployment.stop().map(DeploymentRecord.Stop::by),
        deployment.hooks());
  }

  private static Outcome outcome(Ended ended) {
    if (ended.outcome() == DeploymentOutcome.FAILED && ended.rollback().isPresent()) {
      return switch (ended.rollback().get().state()) {
        case IN_PROGRESS -> Outcome.ROLLING_BACK;
        case SUCCESSFUL -> Outcome.ROLLED_BACK;
        case FAILED, SUPERSEDED -> Outcome.FAILED;
      };
    }
    return Outcome.of(ended.outcome());
  }

  private static Entry foreign(
      ServiceDeployment deployment,
      Optional<ServiceRevision> revision,
      List<ServiceDeployment> all,
      Origin origin) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    revision
        .map(ServiceRevision::images)
        .orElse(List.of())
        .forEach(image -> images.put(image.container(), reference(image.digest())));
    Outcome outcome = outcome(deployment, all);
    return new Entry(
        Optional.empty(),
        Optional.of(deployment.id()),
        revision.map(ServiceRevision::taskDefinition),
        images,
        Optional.empty(),
        deployment.createdAt(),
        deployment.finishedAt(),
        outcome,
        deployment.finishedAt().map(_ -> deployment.runningTasks()),
        outcome == Outcome.DEPLOYED ? Optional.empty() : reason(deployment),
        Optional.empty(),
        List.of(),
        origin,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The tag of what it brought; of several images whose tags differ, that of the push. */
  private static Optional<ImageTag> tag(DeploymentRecord deployment) {
    List<ImageTag> tags =
        deployment.changes().stream().flatMap(change -> change.tag().stream()).distinct().toList();
    if (tags.size() == 1) {
      return Optional.of(tags.getFirst());
    }
    return deployment.trigger() instanceof Trigger.Push push
        ? Optional.of(push.tag())
        : Optional.empty();
  }

  /** ECS tells the digest of a container, and not the repository. */
  private static ImageReference reference(Optional<ImageDigest> digest) {
    return new ImageReference("", Optional.empty(), digest);
  }

  /** What became of a deployment of another client, as ECS tells it. */
  private static Outcome outcome(ServiceDeployment deployment, List<ServiceDeployment> all) {
    return switch (deployment.status()) {
      case SUCCESSFUL -> Outcome.DEPLOYED;
      case ROLLBACK_SUCCESSFUL -> Outcome.ROLLED_BACK;
      case ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS -> Outcome.ROLLING_BACK;
      case ROLLBACK_FAILED -> Outcome.FAILED;
      case PENDING, IN_PROGRESS, STOP_REQUESTED -> Outcome.IN_PROGRESS;
      case STOPPED ->
          !deployment.circuitBreakerTriggered()
                  && deployment.triggeredAlarms().isEmpty()
                  && all.stream()
                      .anyMatch(other -> other.createdAt().isAfter(deployment.createdAt()))
              ? Outcome.SUPERSEDED
              : Outcome.FAILED;
      case UNKNOWN -> Outcome.UNKNOWN;
    };
  }

  private static Optional<String> reason(ServiceDeployment deployment) {
    return deployment
        .rollback()
        .flatMap(ServiceDeployment.Rollback::reason)
        .or(deployment::statusReason);
  }
}
