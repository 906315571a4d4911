package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a deployment runs: a task definition and the service's settings at that time. Which digest
 * each container's tag meant is settled by the first task that pulls it, and holds for all later
 * ones.
 */
final class ServiceRevision {
  /** The service's settings that a change of which makes a new revision. */
  static final List<String> MEMBERS =
      List.of(
          "launchType",
          "capacityProviderStrategy",
          "platformVersion",
          "networkConfiguration",
          "loadBalancers",
          "serviceRegistries",
          "serviceConnectConfiguration",
          "volumeConfigurations",
          "vpcLatticeConfigurations");

  final String arn;
  final TaskDefinition taskDefinition;

  /** Those of the service's settings that belong to a revision, as they were when it was made. */
  final ObjectNode settings;

  final Instant createdAt;

  /** Digests by container name: what later tasks pull. */
  final Map<String, String> digests = new LinkedHashMap<>();

  /** The digests as ECS shows them: of an image index, perhaps that of the platform's image. */
  final Map<String, String> shownDigests = new LinkedHashMap<>();

  ServiceRevision(
      String arn, TaskDefinition taskDefinition, ObjectNode settings, Instant createdAt) {
    this.arn = arn;
    this.taskDefinition = taskDefinition;
    this.settings = settings.deepCopy().retain(MEMBERS);
    this.createdAt = createdAt;
  }

  /** Gives a service's settings the values that they had in this revision. */
  void restore(ObjectNode service) {
    service.remove(MEMBERS);
    service.setAll(settings.deepCopy());
  }
}
