package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.view.Names;
import dev.slipway.cli.view.Response;
import dev.slipway.cli.view.Rollout;

/** The answer of {@code history}, as the page shows it. */
final class HistoryDocument {
  private HistoryDocument() {}

  static ObjectNode of(JsonNode answer) {
    ObjectNode document = Text.document();
    ArrayNode deployments = document.putArray("deployments");
    Response.list(answer, "deployments")
        .forEach(deployment -> deployments.add(deployment(Rollout.of(deployment))));
    return document;
  }

  private static ObjectNode deployment(Rollout rollout) {
    JsonNode json = rollout.json();
    ObjectNode deployment =
        Text.document()
            .put("revision", Text.of(rollout.taskDefinition()))
            .put("tag", Text.of(json, "tag"))
            .put("startedAt", Text.time(json, "startedAt"))
            .put("finishedAt", Text.time(json, "finishedAt"))
            .put("pushedAt", Text.time(json.path("trigger"), "pushedAt"))
            .put("over", rollout.isOver())
            .put("by", Text.of(Response.text(json, "by").map(Names::personBriefly)))
            .put("stoppedBy", Text.of(Response.text(json, "stoppedBy").map(Names::personBriefly)));
    deployment.set("outcome", Text.styled(rollout.styledOutcome()));
    ArrayNode digests = deployment.putArray("digests");
    Response.list(json, "images").stream()
        .flatMap(image -> Response.text(image, "digest").stream())
        .map(Names::digest)
        .forEach(digest -> digests.add(Text.of(digest)));
    if (!rollout.isDeployed()) {
      deployment.put("reason", Text.of(rollout.reason()));
      deployment.set("evidence", Text.list(rollout.details()));
    }
    return deployment;
  }
}
