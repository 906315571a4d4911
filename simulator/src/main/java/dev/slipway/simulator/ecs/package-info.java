/**
 * A simulated Amazon ECS: clusters, task definitions, services, tasks, and how a rolling update
 * moves a service from one revision to the next.
 *
 * <p>{@link dev.slipway.simulator.ecs.RollingUpdate} decides from counts what to start and stop;
 * {@link dev.slipway.simulator.ecs.ServiceScheduler} does it; {@link
 * dev.slipway.simulator.ecs.TaskLifecycle} takes each task through its states. The {@code
 * …Operations} classes are the API.
 */
@NullMarked
package dev.slipway.simulator.ecs;

import org.jspecify.annotations.NullMarked;
