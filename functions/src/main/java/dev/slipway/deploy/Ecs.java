package dev.slipway.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the core asks of and tells Amazon ECS. Documents are ECS's own JSON, whole: fields that no
 * SDK knows yet arrive and leave unharmed.
 *
 * <p>Every method throws {@link EcsClientError} when ECS says no to the request as such, and lets
 * failures after which a later try may succeed (throttling, 5xx, timeouts) pass as the adapter's
 * own exceptions.
 */
public interface Ecs {
  /**
   * The services of the account and Region, with their tags.
   *
   * @param clusters names of the clusters to look in; empty for all
   */
  List<Service> services(Set<String> clusters);

  /**
   * Some of those services, with their tags: cluster by cluster, in the order of their names. A
   * service that is created or deleted meanwhile may be left out, but no other.
   *
   * @param clusters as above
   * @param position {@link ServicePage#next} of the page before; empty for the first one
   * @param limit at most so many, up to 100
   * @throws IllegalArgumentException if there cannot be such a position
   */
  ServicePage services(Set<String> clusters, Optional<String> position, int limit);

  /** The ARNs of all services of the account and Region: far fewer calls than reading them. */
  List<ServiceArn> serviceArns();

  /** The services named, as they are now; one that is gone is left out. */
  List<Service> describe(List<ServiceArn> services);

  /** The service of that name, as it is now; empty if there is none. */
  Optional<Service> find(String cluster, String name);

  /**
   * One revision, with its tags. A revision's definition never changes; it may come from a cache.
   */
  TaskDefinition taskDefinition(TaskDefinitionArn revision);

  /** The same revision; empty where ECS has it no more, since a revision can be deleted. */
  default Optional<TaskDefinition> findTaskDefinition(TaskDefinitionArn revision) {
    try {
      return Optional.of(taskDefinition(revision));
    } catch (EcsClientError _) {
      return Optional.empty();
    }
  }

  /** One revision with its tags and its status, as ECS has it now: never from a cache. */
  TaskDefinition readTaskDefinition(TaskDefinitionArn revision);

  /**
   * Registers a revision.
   *
   * @param request the body of a RegisterTaskDefinition request
   */
  TaskDefinitionArn register(ObjectNode request);

  /**
   * Starts a deployment.
   *
   * @param request the body of an UpdateService request
   * @return the service as ECS answers with it (without its tags)
   */
  Service updateService(ObjectNode request);
}
