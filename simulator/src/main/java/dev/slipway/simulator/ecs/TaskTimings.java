package dev.slipway.simulator.ecs;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How long things take that ECS, and not a task definition, decides.
 *
 * @param schedulerReaction until the service scheduler acts on a change
 * @param provisioning of a task with a network interface of its own (Fargate, awsvpc)
 * @param pulling an image and creating its container
 * @param pullGivingUp until a task whose image cannot be pulled is given up, retries included
 * @param activating until a created task is RUNNING
 * @param countedHealthy after RUNNING, for a task without any health check
 * @param targetHealthy after RUNNING, until the load balancer finds a healthy target healthy
 * @param targetUnhealthy after RUNNING, until the load balancer finds an unhealthy target unhealthy
 * @param draining deregistration delay of the load balancer
 * @param stopping from SIGTERM until the containers have stopped
 * @param deprovisioning of the network interface
 * @param firstThrottle pause after a task failed before it was RUNNING; doubles with each failure
 * @param longestThrottle where the doubling ends
 * @param replacing from a crash of a task until another is started in its place
 * @param countingFailures from a task's failure until the circuit breaker counts it
 * @param completing from the end of the last old task until the deployment is COMPLETED
 * @param alarmPolling until ECS notices that an alarm fired
 * @param alarmBake for which alarms are watched after the source's tasks are gone
 */
public record TaskTimings(
    Duration schedulerReaction,
    Duration provisioning,
    Duration pulling,
    Duration pullGivingUp,
    Duration activating,
    Duration countedHealthy,
    Duration targetHealthy,
    Duration targetUnhealthy,
    Duration draining,
    Duration stopping,
    Duration deprovisioning,
    Duration firstThrottle,
    Duration longestThrottle,
    Duration replacing,
    Duration countingFailures,
    Duration completing,
    Duration alarmPolling,
    Duration alarmBake) {

  /** Checks that a service that fails at once, again and again, lets time go on. */
  public TaskTimings {
    if (!schedulerReaction.isPositive()) {
      throw new IllegalArgumentException(
          "schedulerReaction must be positive, not " + schedulerReaction);
    }
  }

  /**
   * Close to what is seen in accounts: about half a minute until a Fargate task is RUNNING. A task
   * that crashes at once is replaced 50 s after its own start, and the circuit breaker counts it 5
   * s later, as in the <a href="https://github.com/TreyWright360/aws-ecs-bedrock-devsecops">run of
   * 2026-09-24</a>.
   */
  public static TaskTimings realistic() {
    return new TaskTimings(
        Duration.ofSeconds(1),
        Duration.ofSeconds(12),
        Duration.ofSeconds(10),
        Duration.ofSeconds(70),
        Duration.ofSeconds(3),
        Duration.ofSeconds(40),
        Duration.ofSeconds(10),
        Duration.ofSeconds(90),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(27),
        Duration.ofSeconds(25),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        Duration.ofMinutes(3));
  }

  /** The same, all durations multiplied. */
  public TaskTimings times(double factor) {
    UnaryOperator<Duration> times = it -> Duration.ofNanos((long) (it.toNanos() * factor));
    return new TaskTimings(
        times.apply(schedulerReaction),
        times.apply(provisioning),
        times.apply(pulling),
        times.apply(pullGivingUp),
        times.apply(activating),
        times.apply(countedHealthy),
        times.apply(targetHealthy),
        times.apply(targetUnhealthy),
        times.apply(draining),
        times.apply(stopping),
        times.apply(deprovisioning),
        times.apply(firstThrottle),
        times.apply(longestThrottle),
        times.apply(replacing),
        times.apply(countingFailures),
        times.apply(completing),
        times.apply(alarmPolling),
        times.apply(alarmBake));
  }
}
