package dev.slipway.handler;

import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceHints;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/** What an EventBridge event means to Slipway. */
sealed interface Event {
  /** Something may have to be deployed. */
  record Hinted(Hint hint) implements Event {}

  /**
   * Nothing follows from it.
   *
   * @param reason one sentence for people
   */
  record Meaningless(String reason) implements Event {}

  /**
   * Reads an event's text.
   *
   * @throws MalformedEvent if it lacks or garbles what its kind of event must have
   */
  static Event parse(String text) {
    return parse(read(text));
  }

  /**
   * Reads JSON.
   *
   * @throws MalformedEvent if it is none
   */
  static JsonNode read(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new MalformedEvent(
          "not JSON: "
              + e.getOriginalMessage()
              + " (line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ")");
    }
  }

  /**
   * Reads an event. A replayed one counts as any other: what is deployed is what ECR has now.
   *
   * @throws MalformedEvent if it lacks or garbles what its kind of event must have
   */
  static Event parse(JsonNode event) {
    if (!event.isObject()) {
      throw new MalformedEvent("not an event: expected a JSON object, but it is " + shown(event));
    }
    String source = text(event, "source");
    String detailType = text(event, "detail-type");
    if (source.equals("aws.ecr") && detailType.equals("ECR Image Action")) {
      return imageAction(event);
    }
    if (source.equals(ServiceHints.SOURCE) && detailType.equals(ServiceHints.DETAIL_TYPE)) {
      return new Hinted(
          new Hint.ServiceNamed(valid(event, "detail.service", ServiceArn::new), cause(event)));
    }
    return new Meaningless(
        "nothing is deployed because of an event \"" + detailType + "\" of " + source);
  }

  /** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
  private static Event imageAction(JsonNode event) {
    String action = text(event, "detail.action-type");
    if (!action.equals("PUSH")) {
      return new Meaningless("the action " + action + " deploys nothing, only PUSH does");
    }
    String result = text(event, "detail.result");
    if (!result.equals("SUCCESS")) {
      return new Meaningless("the push ended with " + result + ", not with SUCCESS");
    }
    JsonNode tag = at(event, "detail.image-tag");
    if (tag.isMissingNode() || tag.isNull() || (tag.isTextual() && tag.asText().isEmpty())) {
      return new Meaningless(
          "the push is untagged, as those of an image index's parts are: nothing can follow it");
    }
    return new Hinted(new Hint.ImagePushed(push(event)));
  }

  private static Trigger cause(JsonNode event) {
    String kind = text(event, "detail.cause");
    return switch (kind) {
      case ServiceHints.PUSH -> push(event);
      case ServiceHints.SWEEP -> {
        Instant at = valid(event, "time", Event::instant);
        yield valid(event, "id", id -> new Trigger.Sweep(id, at));
      }
      case ServiceHints.REQUEST -> {
        String id = text(event, "id");
        yield valid(event, "detail.by", by -> new Trigger.Request(id, by));
      }
      default ->
          throw new MalformedEvent(
              "detail.cause: expected push, sweep or request, but it is \"" + kind + "\"");
    };
  }

  private static Trigger.Push push(JsonNode event) {
    String account = text(event, "account");
    String region = text(event, "region");
    Repository repository =
        valid(event, "detail.repository-name", name -> new Repository(account, region, name));
    ImageTag tag = valid(event, "detail.image-tag", ImageTag::new);
    // an event written by hand may leave it out: it is for the record alone
    Optional<Instant> at =
        event.has("time") ? Optional.of(valid(event, "time", Event::instant)) : Optional.empty();
    return valid(event, "id", id -> new Trigger.Push(id, repository, tag, at));
  }

  static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw new IllegalArgumentException(
          "not a time: \"" + text + "\" (expected such as 2026-11-21T10:00:00Z)");
    }
  }

  static <T> T valid(JsonNode event, String path, Function<String, T> value) {
    String text = text(event, path);
    try {
      return value.apply(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedEvent(path + ": " + e.getMessage());
    }
  }

  static String text(JsonNode event, String path) {
    JsonNode value = at(event, path);
    if (value.isMissingNode()) {
      throw new MalformedEvent(path + ": missing");
    }
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw new MalformedEvent(path + ": expected a text, but it is " + shown(value));
    }
    return value.asText();
  }

  private static JsonNode at(JsonNode event, String path) {
    if (!path.startsWith("detail.")) {
      return event.path(path);
    }
    JsonNode detail = event.path("detail");
    if (detail.isMissingNode()) {
      throw new MalformedEvent("detail: missing");
    }
    if (!detail.isObject()) {
      throw new MalformedEvent("detail: expected an object, but it is " + shown(detail));
    }
    return detail.path(path.substring("detail.".length()));
  }

  private static String shown(JsonNode value) {
    String text = Json.text(value);
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
