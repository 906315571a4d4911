package dev.slipway.handler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.DeploymentStateChange;
import dev.slipway.rollout.HookStateChange;
import dev.slipway.text.OutsideText;
import java.time.Instant;

/** What an EventBridge event means to RolloutFunction. */
sealed interface RolloutEvent {
  /** A service's deployments have changed. */
  record Changed(DeploymentStateChange change) implements RolloutEvent {}

  /** A rollout waits at a pause hook. */
  record HookWaits(HookStateChange change) implements RolloutEvent {}

  /** A service's open deployments are to be looked at: Slipway asks for it. */
  record CheckRequested(ServiceArn service) implements RolloutEvent {}

  /** Notifications have waited for others like them: Slipway reminds itself. */
  record NotificationsDue(NotificationGroup.Key key) implements RolloutEvent {}

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
    if (source.equals(ServiceChecks.SOURCE) && detailType.equals(ServiceChecks.ROLLOUT_CHECK)) {
      return new CheckRequested(Event.valid(event, "detail.service", ServiceArn::new));
    }
    if (source.equals(ServiceChecks.SOURCE) && detailType.equals(ServiceChecks.NOTIFICATIONS_DUE)) {
      return new NotificationsDue(
          new NotificationGroup.Key(
              Event.text(event, "detail.trigger"), Event.text(event, "detail.kind")));
    }
    if (source.equals("aws.ecs") && detailType.equals("ECS Hook State Change")) {
      return hook(event);
    }
    if (!source.equals("aws.ecs") || !detailType.equals("ECS Deployment State Change")) {
      return new Meaningless(
          "no deployment ends by an event \"%s\" of %s"
              .formatted(OutsideText.line(detailType, 100), OutsideText.line(source, 100)));
    }
    String name = Event.text(event, "detail.eventName");
    DeploymentStateChange.State state;
    switch (name) {
      case "SERVICE_DEPLOYMENT_IN_PROGRESS" -> state = DeploymentStateChange.State.IN_PROGRESS;
      case "SERVICE_DEPLOYMENT_COMPLETED" -> state = DeploymentStateChange.State.COMPLETED;
      case "SERVICE_DEPLOYMENT_FAILED" -> state = DeploymentStateChange.State.FAILED;
      default -> {
        return new Meaningless("no deployment ends by " + OutsideText.line(name, 100));
      }
    }
    String resource = event.path("resources").path(0).asText();
    if (resource.matches("arn:[^/]*:service/[^/]+")) {
      return new Meaningless(
          OutsideText.line(resource, 300)
              + " is an ARN of the old form, with which a service cannot have tags");
    }
    try {
      return new Changed(
          new DeploymentStateChange(
              new ServiceArn(resource),
              Event.valid(event, "detail.deploymentId", EcsDeploymentId::parse),
              state,
              at(event),
              Event.text(event, "id")));
    } catch (IllegalArgumentException e) {
      throw new MalformedEvent(
          "resources[0]: " + OutsideText.line(String.valueOf(e.getMessage()), 500));
    }
  }

  /**
   * Only a pause hook that waits means anything: what comes of it is seen by the deployment's own
   * events.
   */
  private static RolloutEvent hook(JsonNode event) {
    String name = Event.text(event, "detail.eventName");
    if (!name.equals("HOOK_AWAITING_ACTION")) {
      return new Meaningless("no deployment waits by " + OutsideText.line(name, 100));
    }
    return new HookWaits(
        new HookStateChange(
            Event.valid(event, "detail.serviceArn", ServiceArn::new),
            Event.text(event, "detail.serviceDeploymentArn"),
            Event.text(event, "detail.hookId"),
            Event.valid(event, "time", Event::instant),
            Event.text(event, "id")));
  }

  /** When it happened: ECS's own time lags behind the event's by a minute and more. */
  private static Instant at(JsonNode event) {
    Instant updated =
        event.path("detail").has("updatedAt")
            ? Event.valid(event, "detail.updatedAt", Event::instant)
            : Instant.MIN;
    Instant sent = event.has("time") ? Event.valid(event, "time", Event::instant) : Instant.MIN;
    return updated.isAfter(sent) ? updated : sent;
  }
}
