package dev.slipway.simulator.ecs;

import dev.slipway.simulator.ecs.RollingUpdate.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A deployment of a service: a revision, and the tasks that were started of it. */
final class Deployment {
  /** ECS's {@code rolloutState}. */
  enum RolloutState {
    IN_PROGRESS,
    COMPLETED,
    FAILED
  }

  final String id;
  final ServiceRevision revision;
  final Instant createdAt;
  Instant updatedAt;
  RolloutState rolloutState = RolloutState.IN_PROGRESS;
  String rolloutStateReason;

  /** Failures since a task last became healthy. */
  int failedTasks;

  /** Failures as the circuit breaker counts them. */
  int failureCount;

  /** Whether the scheduler has looked at it; until then its desired count is 0. */
  boolean begun;

  /**
   * Whether its service deployment is SUCCESSFUL, or rolled back to it. Its rollout state becomes
   * COMPLETED a while later.
   */
  boolean succeeded;

  /** When its tasks began to be started: at first, or for a rollback to it. */
  Instant since;

  /** When it is shown as COMPLETED; null until it has succeeded and the old tasks are gone. */
  @Nullable Instant completesAt;

  /** Whether it is shown as IN_PROGRESS though it has failed. */
  boolean failureHidden;

  /** Alarms that were in ALARM when it began, and are not watched therefore. */
  final List<String> ignoredAlarms = new ArrayList<>();

  /** Set when only the watching of alarms is left to do. */
  @Nullable Instant bakesUntil;

  /** Tasks that are not STOPPED. */
  final List<Task> tasks = new ArrayList<>();

  private int throttleLevel;
  private Instant throttledSince = Instant.MIN;
  private Instant throttledUntil = Instant.MIN;

  Deployment(String id, ServiceRevision revision, Instant createdAt) {
    this.id = id;
    this.revision = revision;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
    this.since = createdAt;
    this.rolloutStateReason = inProgress();
  }

  /** The {@code rolloutStateReason} of a deployment that is under way. */
  String inProgress() {
    return "ECS deployment " + id + " in progress.";
  }

  Counts counts() {
    int starting = 0;
    int settling = 0;
    int healthy = 0;
    int unhealthy = 0;
    for (Task task : tasks) {
      switch (task.condition()) {
        case STARTING -> starting++;
        case SETTLING -> settling++;
        case HEALTHY -> healthy++;
        case UNHEALTHY -> unhealthy++;
        case STOPPING -> {}
      }
    }
    return new Counts(starting, settling, healthy, unhealthy);
  }

  int runningCount() {
    Counts counts = counts();
    return counts.settling() + counts.healthy() + counts.unhealthy();
  }

  int pendingCount() {
    return counts().starting();
  }

  void inState(RolloutState state, String reason, Instant now) {
    rolloutState = state;
    rolloutStateReason = reason;
    updatedAt = now;
  }

  /**
   * A task failed before it was RUNNING: the next start waits, longer each time. Tasks that were
   * started together fail together and count once.
   */
  void throttle(Task failed, Instant now, TaskTimings timings) {
    if (failed.createdAt.isBefore(throttledSince)) {
      return;
    }
    Duration pause = timings.firstThrottle().multipliedBy(1L << Math.min(throttleLevel, 20));
    if (pause.compareTo(timings.longestThrottle()) > 0) {
      pause = timings.longestThrottle();
    }
    throttleLevel++;
    throttledSince = now;
    throttledUntil = now.plus(pause);
  }

  /** The next start waits, unless it waits already. */
  void pause(Duration pause, Instant now) {
    if (!throttledUntil.isAfter(now)) {
      throttledUntil = now.plus(pause);
    }
  }

  /** A task was RUNNING: starts are not throttled any longer. */
  void unthrottle() {
    throttleLevel = 0;
    throttledUntil = Instant.MIN;
  }

  /** How long the next start has to wait. */
  Duration throttled(Instant now) {
    return throttledUntil.isAfter(now) ? Duration.between(now, throttledUntil) : Duration.ZERO;
  }

  /** Whether tasks repeatedly failed to start. */
  boolean isImpaired() {
    return throttleLevel >= 3;
  }
}
