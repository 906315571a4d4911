package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordStore;
import dev.slipway.record.ServiceRecord;
import dev.slipway.rollout.Diagnosis;
import dev.slipway.rollout.Evidence;
import dev.slipway.rollout.EvidenceCollector;
import dev.slipway.rollout.EvidenceSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what went wrong last with a service. Of a deployment of Slipway's that has ended, the
 * record knows the diagnosis. Of one that is still under way, of another client's, and of tasks
 * that stop after their deployment has completed, the evidence is gathered now: ECS keeps stopped
 * tasks for about an hour.
 *
 * <p>The record is asked once for each service. Evidence takes about nine calls: the stopped tasks,
 * the service's deployments, the task definition and up to three logs; none of them is made for a
 * service that shows no sign of a failure.
 */
public final class FailureReader {
  /** So many of the record's newest deployments are looked at: one call reads them. */
  private static final int MAX_RECORDED = 5;

  /** So many of ECS's are: one call describes them. */
  private static final int MAX_LISTED = 20;

  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final RecordStore records;
  private final EvidenceSource source;
  private final EvidenceCollector evidence;

  /** Reads from these. */
  public FailureReader(
      Ecs ecs, ServiceDeployments deployments, RecordStore records, EvidenceSource source) {
    this.ecs = ecs;
    this.deployments = deployments;
    this.records = records;
    this.source = source;
    this.evidence = new EvidenceCollector(source);
  }

  /** The newest failure of a service whose state nobody has found out, but what is decided. */
  Optional<Failure> newest(Service service, Decision decision, ServiceRecord record, Instant now) {
    if (FailureRules.lacksTasks(service) || FailureRules.keepsStarting(service, now)) {
      return newest(service, ServiceState.UNHEALTHY);
    }
    boolean blocked =
        decision instanceof Decision.Held held
            && (held.hold() == Decision.Hold.BLOCKED
                || held.hold() == Decision.Hold.BLOCKED_RUNNING);
    return newest(
        service,
        blocked
            ? FailureRules.lookedAtAs(ServiceState.BLOCKED, decision, record)
            : ServiceState.UP_TO_DATE);
  }

  /**
   * The newest failure of one service: everything is looked at that may tell of one. Empty where
   * its newest deployment went well, and where a person stopped it. What keeps it from being read
   * passes as the adapters' own exceptions.
   */
  public Optional<Failure> newest(Service service, ServiceState state) {
    Optional<EcsDeployment> suspect = FailureRules.suspect(service, state, true);
    List<DeploymentRecord> recorded = records.history(service.arn(), MAX_RECORDED);
    Past past = new Past(service);
    if (suspect.isPresent()) {
      Optional<Failure> failure = of(past, suspect.get(), recorded);
      if (failure.isPresent()) {
        return failure;
      }
    }
    return ended(past, state, recorded);
  }

  /** A service's deployments, as ECS lists them: read when they are needed, and once. */
  private final class Past {
    private final Service service;
    private @Nullable List<ServiceDeployment> newest;

    Past(Service service) {
      this.service = service;
    }

    List<ServiceDeployment> newest() {
      if (newest == null) {
        newest = deployments.newest(service.arn(), MAX_LISTED);
      }
      return newest;
    }

    Optional<ServiceDeployment> listed(EcsDeploymentId id) {
      return newest().stream().filter(deployment -> deployment.id().equals(id)).findFirst();
    }
  }

  /** Why one deployment of a service fails, or failed; empty where nothing tells of a fault. */
  Optional<Failure> of(Service service, EcsDeploymentId id) {
    Past past = new Past(service);
    Optional<Failure> now =
        service.deployments().stream()
            .filter(deployment -> deployment.id().equals(id.toString()))
            .findFirst()
            .flatMap(deployment -> of(past, deployment, List.of()));
    return now.isPresent()
        ? now
        : past.listed(id)
            .filter(FailureRules::hasFailed)
            .flatMap(deployment -> diagnosed(service, deployment));
  }

  /**
   * The newest failure, where there is a sign of a failure in what is known of the service already:
   * of many services only those are looked at.
   */
  public Optional<Failure> shown(Service service, ServiceState state) {
    List<DeploymentRecord> recorded = records.history(service.arn(), MAX_RECORDED);
    Past past = new Past(service);
    Optional<EcsDeployment> suspect = FailureRules.suspect(service, state, false);
    boolean goneBack =
        FailureRules.isGoingBack(service)
            || (state != ServiceState.BLOCKED && FailureRules.hasGoneBack(service));
    if (goneBack) {
      return suspect.flatMap(it -> of(past, it, recorded)).or(() -> ended(past, state, recorded));
    }
    return suspect.isPresent() ? of(past, suspect.get(), recorded) : recordedAs(state, recorded);
  }

  /** What is blocked has failed; otherwise only the newest deployment counts. */
  private static Optional<Failure> recordedAs(ServiceState state, List<DeploymentRecord> recorded) {
    return state == ServiceState.BLOCKED
        ? FailureRules.newestFailed(recorded)
        : FailureRules.newest(recorded);
  }

  /** A deployment that the service lists. */
  private Optional<Failure> of(Past past, EcsDeployment suspect, List<DeploymentRecord> recorded) {
    Service service = past.service;
    Optional<EcsDeploymentId> id = EcsDeploymentId.tryParse(suspect.id());
    if (id.isEmpty()) {
      return Optional.empty(); // it has task sets, of which ECS tells nothing of the kind
    }
    Optional<Failure> known = FailureRules.recorded(recorded, id.get());
    if (known.isPresent() || FailureRules.isStopped(recorded, id.get())) {
      return known;
    }
    List<Evidence.StoppedTask> all = source.stoppedTasks(service.arn(), id.get());
    if (all.isEmpty() && isWell(suspect)) {
      return Optional.empty();
    }
    List<Evidence.StoppedTask> stopped = FailureRules.stoppedNow(suspect, all, past.newest());
    if (stopped.isEmpty()
        && (isWell(suspect) || FailureRules.isGoneBackTo(suspect, past.newest()))) {
      return Optional.empty();
    }
    Optional<ServiceDeployment> listed = past.listed(id.get());
    Optional<TaskDefinitionArn> revision = listed.flatMap(this::revision);
    if (revision.isEmpty() || listed.filter(FailureRules::isStopped).isPresent()) {
      return Optional.empty();
    }
    Evidence found =
        evidence.of(service, listed.orElseThrow(), ecs.taskDefinition(revision.get()), stopped);
    return FailureRules.of(
        suspect,
        id.get(),
        revision.get(),
        !FailureRules.hasFailed(suspect) && FailureRules.isGoneBackTo(suspect, past.newest())
            ? FailureRules.ofItsOwnTasks(found)
            : found);
  }

  private static boolean isWell(EcsDeployment deployment) {
    return deployment.failed() == 0 && !FailureRules.hasFailed(deployment);
  }

  /** Nothing is under way: the newest deployment, Slipway's or another client's. */
  private Optional<Failure> ended(Past past, ServiceState state, List<DeploymentRecord> recorded) {
    Optional<ServiceDeployment> newest = past.newest().stream().findFirst();
    if (newest
        .filter(deployment -> FailureRules.isUntold(deployment, recorded))
        .filter(FailureRules::hasFailed)
        .isPresent()) {
      return diagnosed(past.service, newest.get());
    }
    boolean newer = newest.filter(n -> FailureRules.isNewer(n, recorded)).isPresent();
    return newer && state != ServiceState.BLOCKED ? Optional.empty() : recordedAs(state, recorded);
  }

  private Optional<Failure> diagnosed(Service service, ServiceDeployment deployment) {
    return revision(deployment)
        .map(revision -> {
          Diagnosis diagnosis =
              Diagnosis.of(evidence.of(service, deployment, ecs.taskDefinition(revision)));
          return new Failure(
              Failure.Kind.FAILED,
              Optional.of(deployment.id()),
              Optional.of(revision),
              diagnosis.sentence(),
              diagnosis.details());
        });
  }

  private Optional<TaskDefinitionArn> revision(ServiceDeployment deployment) {
    return Optional.ofNullable(
            deployments.revisions(List.of(deployment.target())).get(deployment.target()))
        .map(ServiceRevision::taskDefinition);
  }
}
