package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;

/**
 * Slipway's own messages in its queues. They have the shape of an EventBridge event, so that
 * everything in a queue is of one kind. {@code Service Check Requested}: evaluate this service;
 * {@code detail.trigger} is the kind of the trigger that the other members are of. {@code Service
 * Search Requested}: search the services from {@code detail.position} on for those that a push
 * concerns. {@code Rollout Check Requested}: look at this service's open deployments. {@code
 * Notifications Due}: send one notification about the services that wait in a group.
 */
public final class ServiceChecks {
  /** The {@code source} of what Slipway itself sends. */
  public static final String SOURCE = "slipway";

  /** The {@code detail-type} of a message to DeployFunction. */
  public static final String SERVICE_CHECK = "Service Check Requested";

  /** The {@code detail-type} of a message to DeployFunction by which a search goes on. */
  public static final String SERVICE_SEARCH = "Service Search Requested";

  /** The {@code detail-type} of a message to RolloutFunction. */
  public static final String ROLLOUT_CHECK = "Rollout Check Requested";

  /** The {@code detail-type} of a reminder to RolloutFunction. */
  public static final String NOTIFICATIONS_DUE = "Notifications Due";

  private ServiceChecks() {}

  /** The body of a message to DeployFunction. */
  public static ObjectNode body(Hint hint) {
    return switch (hint) {
      case Hint.CheckService(ServiceArn service, Trigger trigger) -> check(service, trigger);
      case Hint.SearchServices search -> search(search);
      case Hint.ImagePushed _, Hint.ImageScanned _ ->
          throw new IllegalArgumentException("Slipway sends no events of ECR: " + hint);
    };
  }

  private static ObjectNode check(ServiceArn service, Trigger trigger) {
    ObjectNode body = event(SERVICE_CHECK, trigger.eventId(), service);
    ObjectNode detail =
        body.putObject("detail").put("service", service.value()).put("trigger", trigger.kind());
    switch (trigger) {
      case Trigger.Push push -> pushInto(body, detail, push);
      case Trigger.Sweep sweep -> body.put("time", sweep.at().toString());
      case Trigger.Operator operator -> detail.put("by", operator.by());
      case Trigger.ServiceChanged changed -> detail.put("what", changed.what());
    }
    return body;
  }

  private static ObjectNode search(Hint.SearchServices search) {
    ObjectNode body = event(SERVICE_SEARCH, search.trigger().eventId());
    ObjectNode detail = body.putObject("detail");
    pushInto(body, detail, search.trigger());
    search.position().ifPresent(position -> detail.put("position", position));
    detail.put("part", search.part()).put("found", search.found());
    return body;
  }

  private static void pushInto(ObjectNode body, ObjectNode detail, Trigger.Push push) {
    body.put("account", push.repository().account()).put("region", push.repository().region());
    push.at().ifPresent(at -> body.put("time", at.toString()));
    detail
        .put("trigger", push.kind())
        .put("repository-name", push.repository().name())
        .put("image-tag", push.tag().value());
    push.digest().ifPresent(digest -> detail.put("image-digest", digest.value()));
    push.by().ifPresent(by -> detail.put("by", by));
  }

  /** The body of a message to RolloutFunction. */
  public static ObjectNode rolloutCheck(ServiceArn service) {
    ObjectNode body = event(ROLLOUT_CHECK, service.shortName().replace('/', '.'), service);
    body.putObject("detail").put("service", service.value());
    return body;
  }

  /** The body of a reminder to RolloutFunction. */
  public static ObjectNode notificationsDue(NotificationGroup.Key key) {
    ObjectNode body = event(NOTIFICATIONS_DUE, key.trigger());
    body.putObject("detail").put("trigger", key.trigger()).put("kind", key.kind());
    return body;
  }

  private static ObjectNode event(String detailType, String id, ServiceArn service) {
    ObjectNode body =
        event(detailType, id).put("account", service.account()).put("region", service.region());
    body.putArray("resources").add(service.value());
    return body;
  }

  private static ObjectNode event(String detailType, String id) {
    return Json.object()
        .put("version", "0")
        .put("id", id)
        .put("detail-type", detailType)
        .put("source", SOURCE);
  }
}
