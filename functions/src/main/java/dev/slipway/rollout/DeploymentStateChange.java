package dev.slipway.rollout;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import java.time.Instant;

/**
 * ECS's event that the state of a deployment has changed. It is only a hint that the service's
 * deployments should be looked at: it comes late, twice, or not at all, and a deployment that is
 * superseded has none.
 *
 * @param eventId EventBridge's id of the event
 * @param at when it happened
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html">Deployment
 *     state change events</a>
 */
public record DeploymentStateChange(
    ServiceArn service, EcsDeploymentId deployment, State state, Instant at, String eventId) {
  /** What the event says the deployment has come to. */
  public enum State {
    /** It has begun, or the service goes back to it. */
    IN_PROGRESS,
    /** The service runs it. */
    COMPLETED,
    /** It will not be finished. */
    FAILED
  }
}
