package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Response;

/** The answer of {@code events}, as the page shows it: newest first. */
final class EventsDocument {
  private EventsDocument() {}

  static ObjectNode of(JsonNode answer) {
    ObjectNode document = Text.document();
    ArrayNode events = document.putArray("events");
    Response.list(answer, "events")
        .reversed()
        .forEach(event ->
            events
                .addObject()
                .put("at", Text.time(event, "at"))
                .put("source", Text.of(event, "source"))
                .put("text", Text.of(event, "text")));
    return document;
  }
}
