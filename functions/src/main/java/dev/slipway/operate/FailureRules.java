package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.ServiceRecord;
import dev.slipway.rollout.Diagnosis;
import dev.slipway.rollout.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of a service's deployments is the one that fails, and what the record says of it. */
final class FailureRules {
  private FailureRules() {}

  /**
   * The deployment in the service's list whose tasks fail, or may.
   *
   * @param closely whether to suspect one that is under way before ECS counts a failed task of it
   */
  static Optional<EcsDeployment> suspect(Service service, ServiceState state, boolean closely) {
    Optional<EcsDeployment> failed =
        service.deployments().stream().filter(FailureRules::hasFailed).findFirst();
    if (failed.isPresent()) {
      return failed;
    }
    return service
        .primaryDeployment()
        .filter(primary ->
            state == ServiceState.UNHEALTHY
                || (isUnderWay(primary)
                    && (closely || primary.failed() > 0 || isAloneAndShort(service))));
  }

  /** Nothing older runs, and tasks are missing: those that ran have stopped. */
  private static boolean isAloneAndShort(Service service) {
    return service.deployments().size() == 1 && service.runningCount() < service.desiredCount();
  }

  private static final Pattern STARTED = Pattern.compile("has started (\\d+) tasks");

  /**
   * Whether ECS starts tasks again and again although the deployment has completed: more within
   * some minutes than the service is to have. Between two of its ends a service that crash-loops
   * has all its tasks.
   */
  static boolean keepsStarting(Service service, Instant now) {
    Optional<EcsDeployment> primary =
        service
            .primaryDeployment()
            .filter(it -> it.rolloutState().filter("COMPLETED"::equals).isPresent());
    if (primary.isEmpty()) {
      return false;
    }
    Instant since = now.minus(ServiceState.START);
    int started = 0;
    for (Service.Message message : service.messages()) {
      boolean completed =
          message
              .text()
              .contains("(deployment %s) deployment completed".formatted(primary.get().id()));
      if (completed || message.at().isBefore(since)) {
        break; // the newest come first
      }
      Matcher tasks = STARTED.matcher(message.text());
      started += tasks.find() ? Integer.parseInt(tasks.group(1)) : 0;
    }
    return started > service.desiredCount();
  }

  /** Where a service of many shows that something went wrong, which takes reading to name. */
  enum Sign {
    /** Its tasks fail, or ECS goes back. */
    FAILS,
    /** ECS said that the newest deployment failed, and has gone back. */
    HAS_FAILED,
    /** The record may know of a failure. */
    MAY_BE_RECORDED
  }

  /**
   * What a service shows of a failure by itself; empty where nothing is to be looked for.
   *
   * @param lookedAtAs the state by which a failure is looked for
   */
  static Optional<Sign> sign(ServiceStatus status, ServiceState lookedAtAs) {
    Service service = status.service();
    if (suspect(service, lookedAtAs, false).isPresent() || isGoingBack(service)) {
      return Optional.of(Sign.FAILS);
    }
    if (mayBeRecorded(status)) {
      return Optional.of(Sign.MAY_BE_RECORDED);
    }
    return hasGoneBack(service) ? Optional.of(Sign.HAS_FAILED) : Optional.empty();
  }

  /** Whether ECS goes back to an earlier deployment: it says so in the reason of that one. */
  static boolean isGoingBack(Service service) {
    return service
        .primaryDeployment()
        .filter(FailureRules::isUnderWay)
        .flatMap(EcsDeployment::reason)
        .filter(reason -> reason.contains("rolling back to "))
        .isPresent();
  }

  /** Whether ECS has said, since it was asked for what the service has, that another failed. */
  static boolean hasGoneBack(Service service) {
    return service
        .primaryDeployment()
        .filter(primary ->
            primary
                .createdAt()
                .filter(created -> hasFailedSince(service, created, primary.id()))
                .isPresent())
        .isPresent();
  }

  private static boolean hasFailedSince(Service service, Instant moment, String primary) {
    return service.messagesSince(moment).stream()
        .anyMatch(text ->
            text.contains(") deployment failed: ")
                && !text.contains("(deployment " + primary + ")"));
  }

  /** Whether the record may tell of a failure that the service's deployments do not show. */
  private static boolean mayBeRecorded(ServiceStatus status) {
    return switch (status.state()) {
      case BLOCKED -> true;
      case NOT_FOLLOWED,
          NOTHING_SELECTED,
          NOT_DEPLOYABLE,
          NOT_EVALUATED,
          PAUSED,
          WAITING,
          DRIFTED,
          OUT_OF_DATE ->
          !status.record().blocked().isEmpty();
      case UP_TO_DATE, ROLLING_OUT, ROLLING_BACK, PINNED, FAILED, UNHEALTHY -> false;
    };
  }

  /**
   * The state by which a failure is looked for: an image that an operator blocked has not failed,
   * and what failed before it says nothing of it.
   */
  static ServiceState lookedAtAs(ServiceState state, Decision decision, ServiceRecord record) {
    boolean failed =
        decision instanceof Decision.Held held
            && record.blocked().stream()
                .filter(block -> block.deployment().isPresent())
                .anyMatch(block -> held.isOf(block.digest()));
    return state == ServiceState.BLOCKED && !failed ? ServiceState.UP_TO_DATE : state;
  }

  /**
   * Its tasks that stopped in what it does now. A deployment that ECS goes back to was done before:
   * what stopped until ECS was asked for the one that failed is of that time.
   *
   * @param newestFirst ECS's records of the service's deployments
   */
  static List<Evidence.StoppedTask> stoppedNow(
      EcsDeployment deployment,
      List<Evidence.StoppedTask> stopped,
      List<ServiceDeployment> newestFirst) {
    if (hasFailed(deployment)) {
      return stopped;
    }
    Optional<Instant> since =
        newestFirst.stream()
            .findFirst()
            .filter(newest -> !newest.id().toString().equals(deployment.id()))
            .map(ServiceDeployment::createdAt);
    return stopped.stream()
        .filter(task ->
            since.isEmpty() || task.stoppedAt().filter(at -> !at.isBefore(since.get())).isPresent())
        .toList();
  }

  /** Whether ECS goes back to it: its newest record is of the deployment that failed. */
  static boolean isGoneBackTo(EcsDeployment deployment, List<ServiceDeployment> newestFirst) {
    return newestFirst.stream()
        .findFirst()
        .filter(newest -> !newest.id().toString().equals(deployment.id()))
        .isPresent();
  }

  /**
   * What is left of the evidence of a deployment that ECS goes back to. The service's messages are
   * of the deployment that failed, but for those that name a task of this one; and the tasks of
   * this one that made room for the other have stopped too.
   */
  static Evidence ofItsOwnTasks(Evidence found) {
    return new Evidence(
        found.deployment(),
        found.taskDefinition(),
        found.stopped(),
        found.messages().stream()
            .filter(
                message -> found.stopped().stream().anyMatch(task -> message.contains(task.id())))
            .toList(),
        found.logTails(),
        found.warnings());
  }

  private static boolean isUnderWay(EcsDeployment deployment) {
    return deployment.rolloutState().filter("IN_PROGRESS"::equals).isPresent();
  }

  /** Whether fewer tasks run than desired although the deployment has completed. */
  static boolean lacksTasks(Service service) {
    return service.runningCount() < service.desiredCount()
        && service
            .primaryDeployment()
            .flatMap(EcsDeployment::rolloutState)
            .filter("COMPLETED"::equals)
            .isPresent();
  }

  static boolean hasFailed(EcsDeployment deployment) {
    return deployment.rolloutState().filter("FAILED"::equals).isPresent();
  }

  /**
   * Whether ECS's own record of a deployment says that it failed: the circuit breaker, an alarm, a
   * lifecycle hook or the load balancer ended it, or ECS could not go back. One that a person had
   * ECS stop did not fail.
   */
  static boolean hasFailed(ServiceDeployment deployment) {
    return switch (deployment.status()) {
      case ROLLBACK_FAILED -> true;
      case ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, STOPPED, STOP_REQUESTED ->
          deployment.circuitBreakerTriggered()
              || !deployment.triggeredAlarms().isEmpty()
              || deployment.statusReason().filter(Diagnosis::isOfHookOrLoadBalancer).isPresent();
      case ROLLBACK_REQUESTED, PENDING, IN_PROGRESS, SUCCESSFUL, UNKNOWN -> false;
    };
  }

  /** Whether a person had ECS stop it, and ECS goes back, or went. */
  static boolean isStopped(ServiceDeployment deployment) {
    return switch (deployment.status()) {
      case ROLLBACK_REQUESTED -> true;
      case ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL -> !hasFailed(deployment);
      case ROLLBACK_FAILED, STOPPED, STOP_REQUESTED, PENDING, IN_PROGRESS, SUCCESSFUL, UNKNOWN ->
          false;
    };
  }

  /** Whether the record does not say why this deployment ended: another client's, or not yet. */
  static boolean isUntold(ServiceDeployment deployment, List<DeploymentRecord> recorded) {
    return own(deployment, recorded)
        .map(own -> own.stop().isEmpty() && (own.isRunning() || isUndiagnosed(own)))
        .orElseGet(() -> isNewer(deployment, recorded));
  }

  private static boolean isUndiagnosed(DeploymentRecord deployment) {
    return deployment
        .ended()
        .filter(end -> end.outcome() == DeploymentOutcome.FAILED && end.diagnosis().isEmpty())
        .isPresent();
  }

  /** Whether another client started it after all of the record's deployments. */
  static boolean isNewer(ServiceDeployment deployment, List<DeploymentRecord> recorded) {
    return own(deployment, recorded).isEmpty()
        && recorded.stream().noneMatch(own -> own.decidedAt().isAfter(deployment.createdAt()));
  }

  private static Optional<DeploymentRecord> own(
      ServiceDeployment deployment, List<DeploymentRecord> recorded) {
    return recorded.stream()
        .filter(own -> own.ecsDeployment().filter(deployment.id()::equals).isPresent())
        .findFirst();
  }

  /** What the evidence says of a deployment that the service lists. */
  static Optional<Failure> of(
      EcsDeployment deployment, EcsDeploymentId id, TaskDefinitionArn revision, Evidence evidence) {
    Failure.Kind kind =
        hasFailed(deployment)
            ? Failure.Kind.FAILED
            : isUnderWay(deployment) ? Failure.Kind.FAILING : Failure.Kind.STOPPED;
    Optional<Diagnosis> diagnosis =
        kind == Failure.Kind.FAILED
            ? Optional.of(Diagnosis.of(evidence))
            : Diagnosis.soFar(evidence);
    return diagnosis.map(
        d -> new Failure(kind, Optional.of(id), Optional.of(revision), d.sentence(), d.details()));
  }

  /** Whether an operator had ECS stop one of its deployments: then nothing is wrong. */
  static boolean isStopped(List<DeploymentRecord> recorded, EcsDeploymentId id) {
    return recorded.stream()
        .filter(deployment -> deployment.ecsDeployment().filter(id::equals).isPresent())
        .anyMatch(deployment -> deployment.stop().isPresent());
  }

  /** What the record says of one of ECS's deployments. */
  static Optional<Failure> recorded(List<DeploymentRecord> recorded, EcsDeploymentId id) {
    return recorded.stream()
        .filter(deployment -> deployment.ecsDeployment().filter(id::equals).isPresent())
        .findFirst()
        .flatMap(FailureRules::of);
  }

  /** The failure of the newest deployment; empty where that one did not fail. */
  static Optional<Failure> newest(List<DeploymentRecord> newestFirst) {
    return newestFirst.stream().findFirst().flatMap(FailureRules::of);
  }

  /** The newest deployment that failed: of a service whose selected image is blocked. */
  static Optional<Failure> newestFailed(List<DeploymentRecord> newestFirst) {
    return newestFirst.stream().flatMap(deployment -> of(deployment).stream()).findFirst();
  }

  /** Empty where it did not fail, a person stopped it, or the diagnosis is still to come. */
  private static Optional<Failure> of(DeploymentRecord deployment) {
    Optional<Ended> ended = deployment.ended().filter(_ -> deployment.stop().isEmpty());
    Optional<String> why =
        ended.flatMap(end ->
            switch (end.outcome()) {
              case FAILED -> end.diagnosis();
              case REFUSED -> end.why().map("ECS refused it: "::concat);
              case DEPLOYED, SUPERSEDED, UNKNOWN, DROPPED -> Optional.empty();
            });
    return why.map(sentence ->
        new Failure(
            Failure.Kind.FAILED,
            deployment.ecsDeployment(),
            deployment.to(),
            sentence,
            ended.map(Ended::evidence).orElse(List.of())));
  }
}
