package dev.slipway.rollout;

import dev.slipway.ecs.ServiceArn;
import java.time.Duration;
import java.time.Instant;

/**
 * One handling of an event of a service's rollouts, or of a sweep's request.
 *
 * @param holder tells it from the handling of other events
 * @param remaining until the function's timeout
 */
public record RolloutCheck(ServiceArn service, String holder, Instant now, Duration remaining) {}
