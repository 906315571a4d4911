package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.text.OutsideText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** Where Slipway tells what it did: an event bus, with the source {@code slipway}. */
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

  /**
   * The detail's text, short enough for an event. What is too long is left out and said so: first
   * its list of details, then the ends of all texts. What happened is in the log, whole.
   */
  static String fitting(ObjectNode detail) {
    String whole = Json.text(detail);
    if (isShort(whole)) {
      return whole;
    }
    ObjectNode shorter = detail.deepCopy();
    shorter.remove("details");
    shorter.put("shortened", true);
    String text = Json.text(shorter);
    for (int length = 4_096; !isShort(text); length /= 4) {
      if (length == 0) {
        throw new IllegalArgumentException("an event of more members than fit");
      }
      cut(shorter, length);
      text = Json.text(shorter);
    }
    return text;
  }

  private static boolean isShort(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length <= MAX_DETAIL;
  }

  private static void cut(JsonNode node, int length) {
    switch (node) {
      case ObjectNode object ->
          List.copyOf(object.properties())
              .forEach(member -> {
                if (member.getValue().isTextual()) {
                  object.put(member.getKey(), OutsideText.cut(member.getValue().asText(), length));
                } else {
                  cut(member.getValue(), length);
                }
              });
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          if (array.get(i).isTextual()) {
            array.set(i, OutsideText.cut(array.get(i).asText(), length));
          } else {
            cut(array.get(i), length);
          }
        }
      }
      default -> {}
    }
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
                    .detail(fitting(detail))
                    .build()));
    if (response.failedEntryCount() == null || response.failedEntryCount() == 0) {
      return Optional.empty();
    }
    PutEventsResultEntry entry = response.entries().getFirst();
    return Optional.of(entry.errorCode() + ": " + entry.errorMessage());
  }
}
