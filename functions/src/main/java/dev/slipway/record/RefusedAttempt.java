package dev.slipway.record;

import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What ECS refused to deploy. The same is not tried again until an operator asks for it.
 *
 * @param from the revision that the service had
 * @param images that it was to get, by container
 * @param why ECS's words
 */
public record RefusedAttempt(
    TaskDefinitionArn from, Map<String, ImageReference> images, String why, Instant at) {
  /** Copies the map. */
  public RefusedAttempt {
    images = new LinkedHashMap<>(images);
  }

  /** A copy, in the order of the containers. */
  @Override
  public Map<String, ImageReference> images() {
    return new LinkedHashMap<>(images);
  }

  /** Whether this is what was refused. */
  public boolean isFor(TaskDefinitionArn revision, Map<String, ImageReference> wanted) {
    return from.equals(revision) && images.equals(wanted);
  }
}
