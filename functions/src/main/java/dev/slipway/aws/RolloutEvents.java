package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.EventDocument;
import dev.slipway.announce.Metrics;
import dev.slipway.announce.Notification;
import dev.slipway.announce.RolloutResult;
import dev.slipway.announce.WaitingRollout;
import dev.slipway.deploy.Announced;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.HookWait;
import dev.slipway.rollout.HookAnnouncer;
import dev.slipway.rollout.Notifications;
import dev.slipway.rollout.RolloutAnnouncer;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces how deployments ended: as events on an event bus ({@link EventDocument}), to people
 * through a topic, and as log lines that are CloudWatch metrics at the same time ({@link Metrics}).
 * Each is tried whatever becomes of the others. An event of the same deployment and detail type may
 * come twice.
 */
public final class RolloutEvents implements RolloutAnnouncer, HookAnnouncer {
  private final EventBus bus;
  private final Optional<Notifications> people;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus
   * @param people empty to notify nobody
   */
  public RolloutEvents(
      EventBridgeClient events, String bus, Optional<Notifications> people, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.people = people;
    this.log = log;
  }

  @Override
  public Announced<Announcement> announce(RolloutResult result, Set<Announcement> due) {
    return Announced.each(due, announcement -> announce(announcement, result));
  }

  private void announce(Announcement announcement, RolloutResult result) {
    switch (announcement) {
      case OUTCOME_EVENT -> put(EventDocument.ended(result), result);
      case OUTCOME_NOTIFICATION -> send(Notification.of(result));
      case OUTCOME_METRIC -> count(result);
      case ROLLBACK_FAILED_EVENT -> put(EventDocument.rollbackFailed(result), result);
      case ROLLBACK_FAILED_NOTIFICATION -> send(Notification.ofFailedRollback(result));
    }
  }

  @Override
  public Announced<HookWait.Announcement> announce(
      WaitingRollout waiting, Set<HookWait.Announcement> due) {
    return Announced.each(
        due,
        announcement -> {
          switch (announcement) {
            case EVENT ->
                bus.putOrFail(
                    EventDocument.waiting(waiting), "deployment " + waiting.deployment().id());
            case NOTIFICATION -> send(Notification.of(waiting));
          }
        });
  }

  private void send(Notification notification) {
    people.ifPresent(all -> all.send(notification, log.clock().instant()));
  }

  private void put(EventDocument event, RolloutResult result) {
    bus.putOrFail(event, "deployment " + result.deployment().id());
  }

  private void count(RolloutResult result) {
    ObjectNode line = EventDocument.ended(result).detailWithoutReason();
    line.setAll(Metrics.of(result, log.clock().instant()));
    if (result.isFailure()) {
      log.warn(result.sentence(), line);
    } else {
      log.info(result.sentence(), line);
    }
  }
}
