package dev.slipway.decide;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.image.ImageTag;
import dev.slipway.image.TagPolicy;
import java.util.List;
import java.util.Set;

/** Environments as most configurations have them. */
public final class Environments {
  private Environments() {}

  /** One that follows the tag of its own name, in all clusters, and changes nothing of ECS's. */
  public static Environment following(String name) {
    return new Environment(
        name,
        new TagPolicy(new ImageTag(name)),
        JsonNodeFactory.instance.objectNode(),
        Set.of(),
        Environment.Drift.HOLD,
        List.of());
  }
}
