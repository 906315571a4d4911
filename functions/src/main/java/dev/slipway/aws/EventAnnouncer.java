package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.EventDocument;
import dev.slipway.announce.Metrics;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.record.Trigger;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces decisions as log lines that are CloudWatch metrics at the same time ({@link Metrics});
 * deployments, and what is held from being deployed, as events on an event bus as well ({@link
 * EventDocument}). What is held is announced once for the same hold of the same images.
 */
public final class EventAnnouncer implements Announcer {
  private final EventBus bus;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus that deployments are announced on
   */
  public EventAnnouncer(EventBridgeClient events, String bus, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.log = log;
  }

  @Override
  public void started(StartedDeployment deployment) {
    EventDocument event = EventDocument.started(deployment.record());
    log.info(deployment.decision().reason(), counted(event.detail(), deployment.decision()));
    bus.put(event, "the deployment has started, but its");
  }

  @Override
  public void decided(Decision decision, Trigger trigger, boolean news) {
    EventDocument event = EventDocument.held(decision, trigger);
    ObjectNode line = counted(event.detailWithoutReason(), decision);
    if (decision instanceof Decision.NotDeployable) {
      log.warn(decision.reason(), line);
    } else {
      log.info(decision.reason(), line);
    }
    if (news) {
      bus.put(event, "a deployment is held, but the");
    }
  }

  private ObjectNode counted(ObjectNode detail, Decision decision) {
    return detail.setAll(Metrics.of(decision, log.clock().instant()));
  }
}
