package dev.slipway.simulator.ecs;

import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** A pause hook that this service deployment has reached. */
  static final class Pause {
    final String id;
    final Instant expiresAt;
    final String atTimeout;

    /** ECS's {@code status} of it. */
    String status = "AWAITING_ACTION";

    /** Ends it when its time is over. */
    World.@Nullable Entry timer;

    Pause(String id, Instant expiresAt, String atTimeout) {
      this.id = id;
      this.expiresAt = expiresAt;
      this.atTimeout = atTimeout;
    }

    boolean isAwaiting() {
      return status.equals("AWAITING_ACTION");
    }
  }

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

  /** The stage that has, or had, hooks; null before the first. */
  @Nullable String stage;

  /** The hooks of that stage. */
  final List<Pause> pauses = new ArrayList<>();

  final Set<String> passedStages = new HashSet<>();

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
