package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Response;

/** The answer of {@code replay list}, as the page shows it. */
final class DeadLettersDocument {
  private DeadLettersDocument() {}

  static ObjectNode of(JsonNode answer) {
    ObjectNode document = Text.document();
    ArrayNode messages = document.putArray("messages");
    Response.list(answer, "messages")
        .forEach(message ->
            messages
                .addObject()
                .put("id", Text.of(message, "id"))
                .put("what", Text.of(message, "what"))
                .put("queue", Text.of(message, "queue"))
                .put("sentAt", Text.time(message, "sentAt"))
                .put("tries", message.path("tries").asInt())
                .put("reason", Text.of(message, "reason")));
    return document;
  }
}
