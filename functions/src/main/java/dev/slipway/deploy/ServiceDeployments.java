package dev.slipway.deploy;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What ECS remembers of a service's deployments, for 90 days. Throws as {@link Ecs} does. */
public interface ServiceDeployments {
  /**
   * The newest deployments of a service, newest first, at most {@code limit} (up to 100); none of
   * one that was deleted.
   */
  List<ServiceDeployment> newest(ServiceArn service, int limit);

  /** Service revisions by their ARNs; one that ECS has forgotten is left out. */
  Map<String, ServiceRevision> revisions(Collection<String> arns);

  /** What deployments rolled out, by the ARN of the service revision; of none nothing is asked. */
  default Map<String, ServiceRevision> rolledOut(Collection<ServiceDeployment> deployments) {
    return deployments.isEmpty()
        ? Map.of()
        : revisions(deployments.stream().map(ServiceDeployment::target).distinct().toList());
  }
}
