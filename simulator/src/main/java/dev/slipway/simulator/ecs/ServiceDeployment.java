package dev.slipway.simulator.ecs;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of one attempt to move a service to a revision, its rollback included.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html">Service
 *     deployments</a>
 */
final class ServiceDeployment {
  /** ECS's {@code status}. */
  enum Status {
    PENDING(false),
    IN_PROGRESS(false),
    STOP_REQUESTED(false),
    STOPPED(true),
    SUCCESSFUL(true),
    ROLLBACK_REQUESTED(false),
    ROLLBACK_IN_PROGRESS(false),
    ROLLBACK_SUCCESSFUL(true),
    ROLLBACK_FAILED(true);

    final boolean terminal;

    Status(boolean terminal) {
      this.terminal = terminal;
    }
  }

  /** A revision and its task counts; frozen when the service deployment ends. */
  record RevisionCounts(String arn, int requested, int running, int pending) {}

  /**
   * The rollback of this service deployment.
   *
   * @param serviceRevisionArn what it goes back to; null where there is nothing
   */
  record Rollback(String reason, Instant startedAt, @Nullable String serviceRevisionArn) {}

  final String arn;
  final Deployment target;
  final Instant createdAt;
  final DeploymentConfiguration configuration;
  Status status = Status.PENDING;
  @Nullable String statusReason;
  @Nullable Instant startedAt;
  @Nullable Instant finishedAt;
  @Nullable Instant stoppedAt;
  Instant updatedAt;
  List<RevisionCounts> sources;
  RevisionCounts targetCounts;
  @Nullable Rollback rollback;
  String breakerStatus;
  int failureCount;
  int threshold;
  String alarmStatus;
  List<String> triggeredAlarms = List.of();

  ServiceDeployment(
      String arn,
      Deployment target,
      Instant createdAt,
      DeploymentConfiguration configuration,
      List<RevisionCounts> sources) {
    this.arn = arn;
    this.target = target;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
    this.configuration = configuration;
    this.sources = sources;
    this.targetCounts = new RevisionCounts(target.revision.arn, 0, 0, 0);
    this.breakerStatus = configuration.breaker().enable() ? "MONITORING" : "DISABLED";
    this.alarmStatus = configuration.alarmNames().isEmpty() ? "DISABLED" : "MONITORING";
  }

  void become(Status next, @Nullable String reason, Instant now) {
    status = next;
    statusReason = reason;
    updatedAt = now;
    if (next.terminal) {
      finishedAt = now;
      if (next == Status.STOPPED) {
        stoppedAt = now;
      }
      breakerStatus = breakerStatus.equals("MONITORING") ? "MONITORING_COMPLETE" : breakerStatus;
      alarmStatus = alarmStatus.equals("MONITORING") ? "MONITORING_COMPLETE" : alarmStatus;
    }
  }
}
