package dev.slipway.aws;

import dev.slipway.deploy.Hint;
import dev.slipway.record.Trigger;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Slipway's own message in its queue: look at this one service. It has the shape of an EventBridge
 * event, so that everything in the queue is of one kind; {@code detail.cause} says which cause the
 * other members are of.
 */
public final class ServiceHints {
  /** The {@code source} of what Slipway itself sends. */
  public static final String SOURCE = "slipway";

  /** The {@code detail-type} of such a message. */
  public static final String DETAIL_TYPE = "Service Named";

  /** {@code detail.cause} of a push; {@code detail} has its repository and tag. */
  public static final String PUSH = "push";

  /** {@code detail.cause} of a sweep. */
  public static final String SWEEP = "sweep";

  /** {@code detail.cause} of a person's request; {@code detail.by} says whose. */
  public static final String REQUEST = "request";

  private ServiceHints() {}

  /** The message's body; the same hint always has the same body. */
  public static ObjectNode body(Hint.ServiceNamed hint) {
    ObjectNode body =
        Json.object()
            .put("version", "0")
            .put("id", hint.cause().eventId())
            .put("detail-type", DETAIL_TYPE)
            .put("source", SOURCE);
    ObjectNode detail = Json.object().put("service", hint.service().value());
    switch (hint.cause()) {
      case Trigger.Push push -> {
        body.put("account", push.repository().account());
        push.at().ifPresent(at -> body.put("time", at.toString()));
        body.put("region", push.repository().region());
        detail
            .put("cause", PUSH)
            .put("repository-name", push.repository().name())
            .put("image-tag", push.tag().value());
      }
      case Trigger.Sweep sweep -> {
        body.put("account", hint.service().account())
            .put("time", sweep.at().toString())
            .put("region", hint.service().region());
        detail.put("cause", SWEEP);
      }
      case Trigger.Request request -> {
        body.put("account", hint.service().account()).put("region", hint.service().region());
        detail.put("cause", REQUEST).put("by", request.by());
      }
    }
    body.putArray("resources").add(hint.service().value());
    body.set("detail", detail);
    return body;
  }
}
