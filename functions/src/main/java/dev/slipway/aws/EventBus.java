package dev.slipway.aws;

import dev.slipway.announce.EventDocument;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** The event bus that Slipway puts its events on, with the source {@code slipway}. */
final class EventBus {
  /**
   * The other fields of an event count too: source, detail type, resources and time.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-event-size
   */
  static final int MAX_DETAIL = 250_000;

  private final EventBridgeClient client;
  private final String bus;
  private final Log log;

  /**
   * @param bus its name or ARN
   * @param log gets what the bus does not take
   */
  EventBus(EventBridgeClient client, String bus, Log log) {
    this.client = client;
    this.bus = bus;
    this.log = log;
  }

  /**
   * Puts an event. Never throws: what was done is done, and doing it again would not help.
   *
   * @param news what is so, whether the event is taken or not; the beginning of a sentence that
   *     goes on with "event"
   */
  void put(EventDocument event, String news) {
    try {
      refusal(event)
          .ifPresent(why ->
              log.warn(
                  news + " event was not taken by the event bus " + bus + ": " + why,
                  event.detail()));
    } catch (RuntimeException e) {
      log.error(news + " event could not be put on the event bus " + bus, event.detail(), e);
    }
  }

  /**
   * Puts an event, for who tries again if it cannot be put.
   *
   * @param what it is about, for the error's message
   * @throws AccessDenied if the function may not put it
   * @throws IllegalStateException if the bus does not take it
   */
  void putOrFail(EventDocument event, String what) {
    AwsErrors.permitted("events:PutEvents", bus, () -> refusal(event))
        .ifPresent(why -> {
          throw new IllegalStateException(
              "the event bus %s did not take the event of %s: %s".formatted(bus, what, why));
        });
  }

  /** The detail's text, short enough for an event. What happened is in the log, whole. */
  static String fitting(EventDocument event) {
    return Json.text(event.detail(detail -> Json.bytes(detail).length <= MAX_DETAIL));
  }

  /** Puts an event, and says why the bus did not take it. */
  private Optional<String> refusal(EventDocument event) {
    PutEventsResponse response =
        client.putEvents(r ->
            r.entries(
                PutEventsRequestEntry.builder()
                    .eventBusName(bus)
                    .source(ServiceChecks.SOURCE)
                    .detailType(event.detailType())
                    .resources(event.resources())
                    .detail(fitting(event))
                    .build()));
    if (response.failedEntryCount() == null || response.failedEntryCount() == 0) {
      return Optional.empty();
    }
    PutEventsResultEntry entry = response.entries().getFirst();
    return Optional.of(entry.errorCode() + ": " + entry.errorMessage());
  }
}
