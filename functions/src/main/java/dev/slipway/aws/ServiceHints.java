package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Hint;

/**
 * Slipway's own message in its queue: look at this one service. It has the shape of an EventBridge
 * event, so that everything in the queue is of one kind.
 */
public final class ServiceHints {
  /** The {@code source} of what Slipway itself sends. */
  public static final String SOURCE = "slipway";

  /** The {@code detail-type} of such a message. */
  public static final String DETAIL_TYPE = "Service Named";

  private ServiceHints() {}

  /** The message's body; the same hint always has the same body. */
  public static ObjectNode body(Hint.ServiceNamed hint) {
    ObjectNode body =
        Json.object()
            .put("version", "0")
            .put("id", hint.cause().eventId())
            .put("detail-type", DETAIL_TYPE)
            .put("source", SOURCE)
            .put("account", hint.cause().repository().account())
            .put("region", hint.cause().repository().region());
    body.putArray("resources").add(hint.service().value());
    body.putObject("detail")
        .put("service", hint.service().value())
        .put("repository-name", hint.cause().repository().name())
        .put("image-tag", hint.cause().tag().value());
    return body;
  }
}
