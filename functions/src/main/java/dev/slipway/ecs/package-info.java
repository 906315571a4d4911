/**
 * ECS's own documents as values: services, task definitions, deployments. No ports, no AWS SDK, no
 * clock.
 */
@NullMarked
package dev.slipway.ecs;

import org.jspecify.annotations.NullMarked;
