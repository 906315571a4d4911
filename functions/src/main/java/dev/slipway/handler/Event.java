package dev.slipway.handler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.KeepTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import dev.slipway.text.OutsideText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** What an EventBridge event means to Slipway. */
sealed interface Event {
  /** No event is older than AWS. */
  Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  /** The first moment whose year ISO 8601 does not write with four digits. */
  Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

  /** Something may have to be deployed. */
  record Hinted(Hint hint) implements Event {}

  /**
   * Nothing follows from it.
   *
   * @param reason one sentence for people
   */
  record Meaningless(String reason) implements Event {}

  /** The schedule that keeps one execution environment warm: there is nothing to do or to log. */
  record KeepWarm() implements Event {}

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
      throw new MalformedEvent("not JSON: " + Json.problem(e));
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
    return switch (source + "/" + detailType) {
      case "aws.ecr/ECR Image Action" -> imageAction(event, "PUSH");
      case "aws.ecr/ECR Replication Action" -> imageAction(event, "REPLICATE");
      case "aws.ecr/ECR Pull Through Cache Action" -> pulledThrough(event);
      case "aws.ecr/ECR Image Scan", "aws.inspector2/Inspector2 Scan" -> scanned(event, detailType);
      case "aws.tag/Tag Change on Resource" -> tagChange(event, detailType);
      case ServiceChecks.SOURCE + "/" + ServiceChecks.SERVICE_CHECK ->
          new Hinted(
              new Hint.CheckService(
                  valid(event, "detail.service", ServiceArn::new), trigger(event)));
      case ServiceChecks.SOURCE + "/" + ServiceChecks.SERVICE_SEARCH ->
          new Hinted(
              new Hint.SearchServices(
                  push(event),
                  event.path("detail").has("position")
                      ? Optional.of(text(event, "detail.position"))
                      : Optional.empty(),
                  event.path("detail").path("part").asInt(1),
                  event.path("detail").path("found").asBoolean()));
      case ServiceChecks.SOURCE + "/Keep Warm" -> new KeepWarm();
      default ->
          new Meaningless(
              "nothing is deployed because of an event \"%s\" of %s"
                  .formatted(OutsideText.line(detailType, 100), OutsideText.line(source, 100)));
    };
  }

  /**
   * A push, or the copy of one that ECR has replicated from another Region or account.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html">ECR's
   *     events</a>
   */
  private static Event imageAction(JsonNode event, String expected) {
    String action = text(event, "detail.action-type");
    if (!action.equals(expected)) {
      return new Meaningless(
          "the action %s deploys nothing, only %s does"
              .formatted(OutsideText.line(action, 100), expected));
    }
    String result = text(event, "detail.result");
    if (!result.equals("SUCCESS")) {
      return new Meaningless(
          "the push ended with " + OutsideText.line(result, 100) + ", not with SUCCESS");
    }
    return tagged(event);
  }

  /** An image that ECR has pulled from an upstream registry. */
  private static Event pulledThrough(JsonNode event) {
    String status = text(event, "detail.sync-status");
    return status.equals("SUCCESS")
        ? tagged(event)
        : new Meaningless(
            "the pull through cache ended with "
                + OutsideText.line(status, 100)
                + ", not with SUCCESS");
  }

  private static Event tagged(JsonNode event) {
    JsonNode tag = at(event, "detail.image-tag");
    if (tag.isMissingNode() || tag.isNull() || (tag.isTextual() && tag.asText().isEmpty())) {
      return new Meaningless(
          "the push is untagged, as those of an image index's parts are: nothing can follow it");
    }
    if (KeepTag.is(tag.asText())) {
      return new Meaningless("the tag is one by which Slipway keeps an image: nothing follows it");
    }
    return new Hinted(new Hint.ImagePushed(push(event)));
  }

  /**
   * The end of a scan, by ECR itself or by Amazon Inspector, whose event names the repository by
   * its ARN. What was found is read from ECR.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html">Inspector's
   *     events</a>
   */
  private static Event scanned(JsonNode event, String detailType) {
    String account = text(event, "account");
    String region = text(event, "region");
    Repository repository =
        valid(
            event,
            "detail.repository-name",
            name -> new Repository(account, region, name.replaceFirst("^arn:.*?:repository/", "")));
    return new Hinted(
        new Hint.ImageScanned(
            repository, valid(event, "id", id -> new Trigger.ServiceChanged(id, detailType))));
  }

  /** A service follows an environment from now on, or another one, or none. */
  private static Event tagChange(JsonNode event, String detailType) {
    String resource = event.path("resources").path(0).asText();
    if (!text(event, "detail.service").equals("ecs")
        || !text(event, "detail.resource-type").equals("service")) {
      return new Meaningless(
          "the tags of %s concern nobody here".formatted(OutsideText.line(resource, 300)));
    }
    try {
      ServiceArn service = new ServiceArn(resource);
      return new Hinted(
          new Hint.CheckService(
              service, valid(event, "id", id -> new Trigger.ServiceChanged(id, detailType))));
    } catch (IllegalArgumentException e) {
      throw new MalformedEvent(
          "resources[0]: " + OutsideText.line(String.valueOf(e.getMessage()), 500));
    }
  }

  private static Trigger trigger(JsonNode event) {
    String kind = text(event, "detail.trigger");
    return switch (kind) {
      case Trigger.Push.KIND -> push(event);
      case Trigger.Sweep.KIND -> {
        Instant at = valid(event, "time", Event::instant);
        yield valid(event, "id", id -> new Trigger.Sweep(id, at));
      }
      case Trigger.Operator.KIND -> {
        String id = text(event, "id");
        yield valid(event, "detail.by", by -> new Trigger.Operator(id, by));
      }
      case Trigger.ServiceChanged.KIND -> {
        String id = text(event, "id");
        yield valid(event, "detail.what", what -> new Trigger.ServiceChanged(id, what));
      }
      default ->
          throw new MalformedEvent(
              "detail.trigger: expected push, sweep, operator or service-changed, but it is \"%s\""
                  .formatted(OutsideText.line(kind, 100)));
    };
  }

  private static Trigger.Push push(JsonNode event) {
    String account = text(event, "account");
    String region = text(event, "region");
    Repository repository =
        valid(event, "detail.repository-name", name -> new Repository(account, region, name));
    ImageTag tag = valid(event, "detail.image-tag", ImageTag::new);
    // an event written by hand may leave these out: they are for the record alone
    Optional<ImageDigest> digest = ImageDigest.find(at(event, "detail.image-digest").asText());
    Optional<Instant> at =
        event.has("time") ? Optional.of(valid(event, "time", Event::instant)) : Optional.empty();
    Optional<String> by =
        event.path("source").asText().equals(ServiceChecks.SOURCE) && event.path("detail").has("by")
            ? Optional.of(valid(event, "detail.by", text -> text))
            : Optional.empty();
    return valid(event, "id", id -> new Trigger.Push(id, repository, tag, digest, at, by));
  }

  /** A moment of the years that AWS's events can have: times far off cannot be reckoned with. */
  static Instant instant(String text) {
    try {
      Instant instant = Instant.parse(text);
      if (!instant.isBefore(EARLIEST) && instant.isBefore(LATEST)) {
        return instant;
      }
    } catch (DateTimeException | ArithmeticException _) {
      // reported below
    }
    throw new IllegalArgumentException(
        "not a time: \""
            + OutsideText.line(text, 100)
            + "\" (expected such as"
            + " 2026-11-21T10:00:00Z)");
  }

  static <T> T valid(JsonNode event, String path, Function<String, T> value) {
    String text = text(event, path);
    try {
      return value.apply(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedEvent(path + ": " + OutsideText.line(String.valueOf(e.getMessage()), 500));
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

  /** A value that was refused. */
  static String shown(JsonNode value) {
    return OutsideText.line(Json.text(value), 100);
  }
}
