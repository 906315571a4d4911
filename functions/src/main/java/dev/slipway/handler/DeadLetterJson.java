package dev.slipway.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.DeadLetter;
import dev.slipway.text.OutsideText;
import java.util.Optional;

/**
 * A dead letter as the functions respond with it: {@code id}, {@code queue}, {@code what} in words,
 * {@code eventId}, {@code repository}, {@code tag} and {@code service} where they are known, {@code
 * sentAt}, {@code tries} and {@code reason}.
 */
final class DeadLetterJson {
  /** So much of a message's text is enough to know it again. */
  private static final int MAX_SHOWN = 60;

  private DeadLetterJson() {}

  static ObjectNode of(DeadLetter message) {
    ObjectNode json = Json.object().put("id", message.id()).put("queue", message.queue());
    ObjectNode event = Json.object();
    String what;
    try {
      JsonNode body = Event.read(message.body());
      what = described(body, event).orElseGet(() -> unknown(message));
    } catch (MalformedEvent e) {
      what = unknown(message);
    }
    json.put("what", what).setAll(event);
    json.put("sentAt", message.sentAt().toString());
    if (message.deliveries().isPresent()) {
      json.put("tries", message.deliveries().getAsInt());
    } else {
      json.putNull("tries");
    }
    return json.put(
        "reason",
        message
            .reason()
            .orElse(
                "not known: SQS moved it after its last delivery, as it does when the function"
                    + " itself ended; see the function's log"));
  }

  /** What a message says that is no event, or has no name: how it begins. */
  private static String unknown(DeadLetter message) {
    return "malformed: " + OutsideText.line(message.body(), MAX_SHOWN);
  }

  private static Optional<String> described(JsonNode body, ObjectNode event) {
    JsonNode detail = body.path("detail");
    String repository = detail.path("repository-name").asText();
    String tag = detail.path("image-tag").asText();
    event.put("eventId", body.path("id").textValue());
    event.put("repository", repository.isEmpty() ? null : repository);
    event.put("tag", tag.isEmpty() ? null : tag);
    // an event of ECS's hooks has the deployment as its resource
    String resource = detail.path("serviceArn").asText(body.path("resources").path(0).asText());
    String service = resource;
    try {
      service = resource.isEmpty() ? "" : new ServiceArn(resource).shortName();
    } catch (IllegalArgumentException _) {
      // some other resource: shown as it is
    }
    event.put("service", service.isEmpty() ? null : service);
    String push = repository.isEmpty() ? "" : "push of %s:%s".formatted(repository, tag);
    String detailType = body.path("detail-type").asText();
    Optional<String> own =
        body.path("source").asText().equals(ServiceChecks.SOURCE)
            ? own(detailType, detail, service, push)
            : Optional.empty();
    if (own.isPresent()) {
      return own;
    }
    if (!push.isEmpty()) {
      return Optional.of(push);
    }
    return detailType.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "event \"%s\"%s".formatted(detailType, service.isEmpty() ? "" : " of " + service));
  }

  /** What Slipway's own message asks for; empty for one that it does not send. */
  private static Optional<String> own(
      String detailType, JsonNode detail, String service, String push) {
    String by = detail.path("by").asText();
    String askedBy = by.isEmpty() ? "" : ", asked for by " + by;
    return switch (detailType) {
      case ServiceChecks.SERVICE_CHECK ->
          Optional.of(
              "evaluate %s%s%s"
                  .formatted(service, push.isEmpty() ? "" : " after a " + push, askedBy));
      case ServiceChecks.SERVICE_SEARCH ->
          Optional.of("search for services after a %s%s".formatted(push, askedBy));
      case ServiceChecks.ROLLOUT_CHECK -> Optional.of("check the rollout of " + service);
      case ServiceChecks.NOTIFICATIONS_DUE ->
          Optional.of(
              "notify people of the services that wait: "
                  + OutsideText.line(detail.path("kind").asText(), MAX_SHOWN));
      default -> Optional.empty();
    };
  }
}
