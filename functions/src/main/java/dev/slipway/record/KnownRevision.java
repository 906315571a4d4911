package dev.slipway.record;

import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The revision that a service had when it was last evaluated. A revision never changes, so its
 * images need not be read again.
 *
 * @param images of its containers, by container
 */
public record KnownRevision(TaskDefinitionArn arn, Map<String, ImageReference> images) {
  /** Copies the map. */
  public KnownRevision {
    images = new LinkedHashMap<>(images);
  }

  /** What a task definition says. */
  public static KnownRevision of(TaskDefinition definition) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    definition.containers().forEach(c -> images.put(c.name(), c.image()));
    return new KnownRevision(definition.arn(), images);
  }

  /** A copy, in the order of the containers. */
  @Override
  public Map<String, ImageReference> images() {
    return new LinkedHashMap<>(images);
  }

  /** The repositories of Amazon ECR that its images come from. */
  public Set<Repository> repositories() {
    Set<Repository> repositories = new LinkedHashSet<>();
    images.values().forEach(image -> image.repository().ifPresent(repositories::add));
    return repositories;
  }
}
