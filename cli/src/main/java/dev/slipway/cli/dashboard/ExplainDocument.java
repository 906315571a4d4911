package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.ExplainView;
import dev.slipway.cli.view.Layout;
import dev.slipway.cli.view.Names;
import dev.slipway.cli.view.Response;

/** The answer of {@code explain} about one service, as the page shows it. */
final class ExplainDocument {
  /** Texts are broken where the window ends, by the browser. */
  private static final ExplainView VIEW =
      new ExplainView(new Layout(Integer.MAX_VALUE, Integer.MAX_VALUE, true));

  private ExplainDocument() {}

  static ObjectNode of(JsonNode answer) {
    ObjectNode document = Text.document();
    JsonNode service = answer.path("services").path(0);
    document.set(
        "verdict",
        Text.styled(ExplainView.verdict(service, service.path("environment").isTextual())));
    document.put("reason", Text.of(service, "reason")).put("waiting", Text.of(service, "waiting"));
    ArrayNode gates = document.putArray("gates");
    Response.list(service, "gates")
        .forEach(gate ->
            gates
                .addObject()
                .put("gate", Text.of(gate, "gate"))
                .put("repository", Text.of(gate, "repository"))
                .put("digest", Text.digest(gate, "digest"))
                .put("closed", gate.path("closed").asBoolean())
                .put("reason", Text.of(gate, "reason"))
                .put("until", Text.time(gate, "until"))
                .put("remedy", Text.of(gate, "remedy"))
                .put("override", Text.of(gate, "override")));
    ArrayNode changes = document.putArray("changes");
    Response.list(service, "changes")
        .forEach(change ->
            changes
                .addObject()
                .put("container", Text.of(change, "container"))
                .put("from", Text.of(Response.text(change, "from").map(Names::reference)))
                .put("to", Text.of(Response.text(change, "to").map(Names::reference))));
    document.set("lines", Text.lines(VIEW.lines(answer)));
    return document;
  }
}
