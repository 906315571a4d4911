package dev.slipway.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Tags;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.record.DeploymentId;
import java.util.List;

/**
 * Registers the revision of a deployment: a copy that carries the deployment's id, so that an equal
 * revision of another client is never mistaken for it.
 */
final class RevisionRegistrar {
  private final Ecs ecs;

  RevisionRegistrar(Ecs ecs) {
    this.ecs = ecs;
  }

  /** Registers it. */
  TaskDefinitionArn register(Decision.Deploy decision, DeploymentId id) {
    ObjectNode request = decision.definition();
    List<ImageDigest> digests =
        decision.changes().stream()
            .map(ImageChange::to)
            .flatMap(image -> image.digest().stream())
            .toList();
    List<ImageTag> imageTags =
        decision.changes().stream().flatMap(change -> change.tag().stream()).toList();
    request.set(
        "tags", Tags.toJson(RevisionTags.of(decision.tags(), id.value(), imageTags, digests)));
    return ecs.register(request);
  }
}
