package dev.slipway.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.operate.Failure;
import dev.slipway.text.OutsideText;
import java.util.List;
import java.util.Optional;

/** What went wrong with a service, as answers have it. */
final class FailureJson {
  private static final int MAX_DETAILS = 40;
  private static final int MAX_DETAIL = 400;

  private FailureJson() {}

  static JsonNode of(Optional<Failure> failure) {
    return failure.<JsonNode>map(FailureJson::of).orElse(NullNode.getInstance());
  }

  private static ObjectNode of(Failure failure) {
    ObjectNode json =
        Json.object()
            .put("kind", failure.kind().toString())
            .put("deploymentId", failure.deployment().map(Object::toString).orElse(null))
            .put(
                "taskDefinition", failure.revision().map(TaskDefinitionArn::shortName).orElse(null))
            .put("cause", StatusEndpoint.brief(failure.sentence()));
    json.set("details", details(failure.details()));
    return json;
  }

  /** Lines of evidence, no more and no longer than an answer has room for. */
  static ArrayNode details(List<String> lines) {
    ArrayNode details = Json.object().putArray("details");
    lines.stream()
        .limit(MAX_DETAILS)
        .forEach(line -> details.add(OutsideText.line(line, MAX_DETAIL)));
    return details;
  }
}
