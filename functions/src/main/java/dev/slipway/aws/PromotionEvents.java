package dev.slipway.aws;

import dev.slipway.announce.EventDocument;
import dev.slipway.announce.PromotedImage;
import dev.slipway.record.Trigger;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/** Announces promotions as log lines and as events on an event bus ({@link EventDocument}). */
public final class PromotionEvents {
  private final EventBus bus;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus that promotions are announced on
   */
  public PromotionEvents(EventBridgeClient events, String bus, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.log = log;
  }

  /** Never throws: the tag is there, whether the event is or not. */
  public void promoted(PromotedImage image, Trigger trigger) {
    EventDocument event = EventDocument.promoted(image, trigger);
    log.info(image.sentence(), event.detail());
    bus.put(event, "the image is promoted, but its");
  }
}
