package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

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
      refusal(detailType, resources, detail)
          .ifPresent(why ->
              log.warn(news + " event was not taken by the event bus " + bus + ": " + why, detail));
    } catch (RuntimeException e) {
      log.error(news + " event could not be put on the event bus " + bus, detail, e);
    }
  }

  /**
   * Puts an event, for who tries again if it cannot be put.
   *
   * @param what it is about, for the error's message
   * @throws AccessDenied if the function may not put it
   * @throws IllegalStateException if the bus does not take it
   */
  void putOrFail(String detailType, List<String> resources, ObjectNode detail, String what) {
    AwsErrors.permitted("events:PutEvents", bus, () -> refusal(detailType, resources, detail))
        .ifPresent(why -> {
          throw new IllegalStateException(
              "the event bus %s did not take the event of %s: %s".formatted(bus, what, why));
        });
  }

  /** Puts an event, and says why the bus did not take it. */
  private Optional<String> refusal(String detailType, List<String> resources, ObjectNode detail) {
    PutEventsResponse response =
        client.putEvents(r ->
            r.entries(
                PutEventsRequestEntry.builder()
                    .eventBusName(bus)
                    .source(ServiceChecks.SOURCE)
                    .detailType(detailType)
                    .resources(resources)
                    .detail(Json.text(detail))
                    .build()));
    if (response.failedEntryCount() == null || response.failedEntryCount() == 0) {
      return Optional.empty();
    }
    PutEventsResultEntry entry = response.entries().getFirst();
    return Optional.of(entry.errorCode() + ": " + entry.errorMessage());
  }
}
