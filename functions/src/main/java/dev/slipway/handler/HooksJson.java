package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.slipway.aws.Json;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.operate.WaitingHooks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The pause hooks of ECS at which a service's rollout waits, as answers show them. */
final class HooksJson {
  private HooksJson() {}

  /** A list; {@code sentence} of each says what ends the wait. */
  static ArrayNode of(
      ServiceArn service, Optional<TaskDefinitionArn> revision, List<PauseHook> hooks) {
    ArrayNode list = Json.object().putArray("hooks");
    hooks.forEach(hook ->
        list.addObject()
            .put("id", hook.id())
            .put("stage", hook.stage().orElse(null))
            .put("expiresAt", hook.expiresAt().map(Instant::toString).orElse(null))
            .put("atTimeout", hook.atTimeout().name())
            .put("sentence", WaitingHooks.sentence(service, revision, hook)));
    return list;
  }
}
