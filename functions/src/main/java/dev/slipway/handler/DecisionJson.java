package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.decide.Decision;

/**
 * A decision as the functions respond with it: {@code service}, {@code environment} where it
 * follows one, {@code decision}, {@code hold} where something holds it, such as {@code waiting for
 * approval}, {@code reason}; of one to deploy also {@code from} and {@code changes} by container.
 */
final class DecisionJson {
  private DecisionJson() {}

  static ObjectNode of(Decision decision) {
    ObjectNode json = Json.object().put("service", decision.service().shortName());
    decision.environmentName().ifPresent(name -> json.put("environment", name));
    json.put("decision", decision.name()).put("reason", decision.reason());
    decision.holdName().ifPresent(hold -> json.put("hold", hold));
    if (decision instanceof Decision.Deploy deploy) {
      json.put("from", deploy.from().shortName());
      json.set("changes", ImageChangesJson.of(deploy.changes()));
    }
    return json;
  }
}
