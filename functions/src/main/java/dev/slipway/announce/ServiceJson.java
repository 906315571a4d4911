package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;

/** Which service something is about, as events and log lines say it. */
final class ServiceJson {
  private ServiceJson() {}

  /** Adds {@code service} (ARN), {@code cluster} and {@code serviceName}. */
  static void put(ObjectNode members, ServiceArn service) {
    members
        .put("service", service.value())
        .put("cluster", service.cluster())
        .put("serviceName", service.name());
  }
}
