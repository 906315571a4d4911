package dev.slipway.handler;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.DeploymentChange;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** What an EventBridge event means to RolloutFunction. */
sealed interface RolloutEvent {
  /** A service's deployments should be looked at. */
  record Changed(DeploymentChange change) implements RolloutEvent {}

  /**
   * Nothing follows from it.
   *
   * @param reason one sentence for people
   */
  record Meaningless(String reason) implements RolloutEvent {}

  /**
   * Reads an event.
   *
   * @throws MalformedEvent if it lacks or garbles what its kind of event must have
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html">Deployment
   *     state change events</a>
   */
  static RolloutEvent parse(JsonNode event) {
    String source = Event.text(event, "source");
    String detailType = Event.text(event, "detail-type");
    if (!source.equals("aws.ecs") || !detailType.equals("ECS Deployment State Change")) {
      return new Meaningless("no deployment ends by an event \"" + detailType + "\" of " + source);
    }
    String name = Event.text(event, "detail.eventName");
    DeploymentChange.State state;
    switch (name) {
      case "SERVICE_DEPLOYMENT_IN_PROGRESS" -> state = DeploymentChange.State.IN_PROGRESS;
      case "SERVICE_DEPLOYMENT_COMPLETED" -> state = DeploymentChange.State.COMPLETED;
      case "SERVICE_DEPLOYMENT_FAILED" -> state = DeploymentChange.State.FAILED;
      default -> {
        return new Meaningless("no deployment ends by " + name);
      }
    }
    String resource = event.path("resources").path(0).asText();
    if (resource.matches("arn:[^/]*:service/[^/]+")) {
      return new Meaningless(
          resource + " is an ARN of the old form, with which a service cannot have tags");
    }
    try {
      return new Changed(
          new DeploymentChange(
              new ServiceArn(resource),
              Event.valid(event, "detail.deploymentId", EcsDeploymentId::parse),
              state,
              at(event),
              Event.text(event, "id")));
    } catch (IllegalArgumentException e) {
      throw new MalformedEvent("resources[0]: " + e.getMessage());
    }
  }

  /** When it happened; the envelope's time has no milliseconds. */
  private static Instant at(JsonNode event) {
    return event.path("detail").has("updatedAt")
        ? Event.valid(event, "detail.updatedAt", Event::instant)
        : Event.valid(event, "time", Event::instant);
  }
}
