package dev.slipway.rollout;

import dev.slipway.ecs.ServiceArn;
import java.time.Instant;

/**
 * ECS's event that a rollout waits at a pause hook. It is only a hint that the service's
 * deployments should be looked at.
 *
 * @param serviceDeployment its ARN
 * @param hookId ECS's id of this one wait
 * @param at when the event was sent
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_hook_state_change_events.html">Hook
 *     state change events</a>
 */
public record HookStateChange(
    ServiceArn service, String serviceDeployment, String hookId, Instant at, String eventId) {}
