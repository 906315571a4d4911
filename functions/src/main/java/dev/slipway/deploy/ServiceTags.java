package dev.slipway.deploy;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TagValue;

import java.util.Map;
import java.util.Set;

/** Writes tags of services, in which decisions about them are kept. Throws as {@link Ecs} does. */
public interface ServiceTags {
  /**
   * Gives a service tags; others that it has stay.
   *
   * @param tags values by keys, as ECS allows them ({@link TagValue})
   */
  void put(ServiceArn service, Map<String, String> tags);

  /** Takes tags from a service; one that it does not have is no error. */
  void remove(ServiceArn service, Set<String> keys);
}
