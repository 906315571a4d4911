package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/** Where Slipway tells what it did: an event bus, with the source {@code slipway}. */
final class EventBus {
  private final EventBridgeClient client;
  private final String bus;
  private final Log log;

  /**
   * @param bus its name or ARN
   * @param log hears of what the bus does not take
   */
  EventBus(EventBridgeClient client, String bus, Log log) {
    this.client = client;
    this.bus = bus;
    this.log = log;
  }

  /**
   * Puts an event. Never throws: what was done is done, and doing it again would not help.
   *
   * @param resources ARNs of what it is about
   * @param news what is so, whether the event is taken or not; the beginning of a sentence that
   *     goes on with "event"
   */
  void put(String detailType, List<String> resources, ObjectNode detail, String news) {
    try {
      PutEventsResponse response =
          client.putEvents(r ->
              r.entries(
                  PutEventsRequestEntry.builder()
                      .eventBusName(bus)
                      .source(ServiceHints.SOURCE)
                      .detailType(detailType)
                      .resources(resources)
                      .detail(Json.text(detail))
                      .build()));
      if (response.failedEntryCount() != null && response.failedEntryCount() > 0) {
        log.warn(
            news
                + " event was not taken by the event bus "
                + bus
                + ": "
                + response.entries().getFirst().errorCode()
                + ": "
                + response.entries().getFirst().errorMessage(),
            detail);
      }
    } catch (RuntimeException e) {
      log.error(news + " event could not be put on the event bus " + bus, detail, e);
    }
  }
}
