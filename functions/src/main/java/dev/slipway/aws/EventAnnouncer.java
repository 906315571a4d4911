package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.EventDocument;
import dev.slipway.announce.Metrics;
import dev.slipway.announce.Notification;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announced;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.Notifications;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces decisions as log lines that are CloudWatch metrics at the same time ({@link Metrics});
 * deployments, and what is held from being deployed, as events on an event bus as well ({@link
 * EventDocument}); and what is held to people. Of a deployment that starts they are notified when
 * it has ended.
 */
public final class EventAnnouncer implements Announcer {
  private final EventBus bus;
  private final Optional<Notifications> people;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus that deployments are announced on
   * @param people empty to notify nobody
   */
  public EventAnnouncer(
      EventBridgeClient events, String bus, Optional<Notifications> people, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.people = people;
    this.log = log;
  }

  @Override
  public void started(StartedDeployment deployment) {
    EventDocument event = EventDocument.started(deployment.record());
    log.info(deployment.decision().reason(), counted(event.detail(), deployment.decision()));
    bus.put(event, "the deployment has started, but its");
  }

  @Override
  public void decided(Decision decision, Trigger trigger) {
    ObjectNode line =
        counted(EventDocument.held(decision, trigger).detailWithoutReason(), decision);
    if (decision instanceof Decision.NotDeployable) {
      log.warn(decision.reason(), line);
    } else {
      log.info(decision.reason(), line);
    }
  }

  @Override
  public Announced<Announcement> held(Decision decision, Trigger trigger, Set<Announcement> due) {
    return Announced.each(
        due,
        announcement -> {
          switch (announcement) {
            case EVENT ->
                bus.putOrFail(
                    EventDocument.held(decision, trigger),
                    "the hold of " + decision.service().shortName());
            case NOTIFICATION ->
                people.ifPresent(
                    all -> all.send(Notification.of(decision, trigger), log.clock().instant()));
          }
        });
  }

  private ObjectNode counted(ObjectNode detail, Decision decision) {
    return detail.setAll(Metrics.of(decision, log.clock().instant()));
  }
}
