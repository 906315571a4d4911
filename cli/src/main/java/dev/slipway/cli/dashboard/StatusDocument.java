package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.RolloutPicture;
import dev.slipway.cli.view.RolloutPicture.Lane;
import dev.slipway.cli.view.ServiceStatus;
import dev.slipway.cli.view.StatusView;

/** The answer of {@code status}, as the page shows it. */
final class StatusDocument {
  private StatusDocument() {}

  /** All services, each as short as a table has it. */
  static ObjectNode of(JsonNode answer) {
    ObjectNode document = Text.document();
    ArrayNode services = document.putArray("services");
    Response.list(answer, "services")
        .forEach(service -> services.add(service(ServiceStatus.of(service), false)));
    document.set("warnings", Text.list(Response.texts(answer, "warnings")));
    return document;
  }

  /** One service, with all that is known of it; no service where there is none. */
  static ObjectNode ofOne(JsonNode answer) {
    ObjectNode document = Text.document();
    Response.list(answer, "services").stream()
        .findFirst()
        .ifPresent(service -> document.set("service", service(ServiceStatus.of(service), true)));
    document.set("warnings", Text.list(Response.texts(answer, "warnings")));
    return document;
  }

  private static ObjectNode service(ServiceStatus status, boolean whole) {
    JsonNode json = status.json();
    ObjectNode service =
        Text.document()
            .put("name", Text.of(status.name()))
            .put("environment", Text.of(json, "environment"))
            .put("running", json.path("running").asInt())
            .put("desired", json.path("desired").asInt())
            .put("since", Text.time(json, "since"))
            .put("rolling", status.isRolling())
            .put("settled", status.isSettled());
    service.set("state", Text.styled(status.stateLine()));
    service.set("waitingFor", Text.list(Response.texts(json, "waitingFor")));
    service.put("atHook", !status.hooks().isEmpty());
    service.set("images", images(json));
    if (whole || status.isRolling()) {
      service.set("lanes", lanes(status));
    }
    service.put("paused", Text.of(json, "paused"));
    status
        .cause()
        .ifPresent(cause -> {
          service.put("cause", Text.of(cause.text()));
          if (whole) {
            service.set("evidence", Text.list(cause.details()));
          }
        });
    // of one service, what operators chose is shown by itself
    service.set(
        "remarks",
        Text.list(whole ? StatusView.reasons(status) : StatusView.remarks(status, false)));
    if (whole) {
      service.put("taskDefinition", Text.of(json, "taskDefinition"));
      addChoices(service, json);
    }
    return service;
  }

  private static ArrayNode images(JsonNode json) {
    ArrayNode images = Text.document().putArray("images");
    Response.list(json, "images").stream()
        .filter(image ->
            Response.text(image, "repository").isPresent()
                || Response.text(image, "digest").isPresent())
        .forEach(image ->
            images
                .addObject()
                .put("repository", Text.of(image, "repository"))
                .put("tag", Text.of(image, "tag"))
                .put("digest", Text.digest(image, "digest"))
                .put("selected", Text.digest(image, "selected")));
    return images;
  }

  private static ArrayNode lanes(ServiceStatus status) {
    ArrayNode lanes = Text.document().putArray("lanes");
    for (Lane lane : RolloutPicture.lanes(status)) {
      lanes
          .addObject()
          .put("revision", Text.of(lane.revision()))
          .put("replaced", lane.isReplaced())
          .put("toStart", lane.toStart())
          .put("starting", lane.starting())
          .put("running", lane.running())
          .put("failed", lane.failed())
          .put("words", Text.of(lane.words()));
    }
    return lanes;
  }

  /** What operators chose: the pin and the blocks. */
  private static void addChoices(ObjectNode service, JsonNode json) {
    JsonNode pin = json.path("pin");
    if (pin.isObject()) {
      service
          .putObject("pin")
          .put("revision", Text.of(pin, "revision"))
          .put("by", Text.of(pin, "by"))
          .put("at", Text.time(pin, "at"));
    }
    ArrayNode blocked = service.putArray("blocked");
    Response.list(json, "blocked")
        .forEach(block ->
            blocked
                .addObject()
                .put("repository", Text.of(block, "repository"))
                .put("digest", Text.digest(block, "digest"))
                .put("since", Text.time(block, "since"))
                .put("by", Text.of(block, "by"))
                .put("reason", Text.of(block, "reason")));
    service.put("blockedCount", json.path("blockedCount").asInt());
  }
}
