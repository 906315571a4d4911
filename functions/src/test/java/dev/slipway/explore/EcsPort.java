package dev.slipway.explore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.explore.World.Aws;
import dev.slipway.record.DeploymentRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The world's ECS, as far as it describes and changes services. */
final class EcsPort implements Ecs {
  private final World world;
  private final Ports ports;

  EcsPort(World world, Ports ports) {
    this.world = world;
    this.ports = ports;
  }

  @Override
  public List<Service> services(Set<String> clusters) {
    return ports.read(
        Aws.ECS,
        "Ecs.services",
        world.ecsState,
        () -> {
          world.journal.described(List.copyOf(world.services()));
          return world.ecs.services(clusters);
        });
  }

  @Override
  public ServicePage services(Set<String> clusters, Optional<String> position, int limit) {
    return ports.read(
        Aws.ECS,
        "Ecs.services",
        world.ecsState,
        () -> {
          world.journal.described(List.copyOf(world.services()));
          return world.ecs.services(clusters, position, limit);
        });
  }

  @Override
  public List<ServiceArn> serviceArns() {
    return world.ecs.serviceArns();
  }

  @Override
  public List<Service> describe(List<ServiceArn> services) {
    return ports.read(
        Aws.ECS,
        "Ecs.describe",
        world.ecsState,
        () -> {
          world.journal.described(services);
          return world.ecs.describe(services);
        });
  }

  @Override
  public Optional<Service> find(String cluster, String name) {
    return world.ecs.find(cluster, name);
  }

  @Override
  public TaskDefinition taskDefinition(TaskDefinitionArn revision) {
    TaskDefinition found = world.ecs.taskDefinition(revision);
    return ports.has(Mutation.FOREIGN_ADOPTED) ? adopted(found) : found;
  }

  @Override
  public TaskDefinition readTaskDefinition(TaskDefinitionArn revision) {
    return world.ecs.readTaskDefinition(revision);
  }

  /** The revision, with the tag of whatever is being started for its service. */
  private TaskDefinition adopted(TaskDefinition revision) {
    Optional<DeploymentRecord> intent =
        world.records.read(FakeEcs.arn("c1", revision.arn().family())).intent();
    if (intent.isEmpty()) {
      return revision;
    }
    ObjectNode document = revision.definition().put("taskDefinitionArn", revision.arn().value());
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    response.set("taskDefinition", document);
    response
        .putArray("tags")
        .addObject()
        .put("key", RevisionTags.DEPLOYMENT)
        .put("value", intent.get().id().value());
    return TaskDefinition.parse(response);
  }

  @Override
  public TaskDefinitionArn register(ObjectNode request) {
    return ports.effect(
        Aws.ECS,
        "Ecs.register",
        () -> {
          TaskDefinitionArn arn = world.ecs.register(request);
          world.journal.registered(FakeEcs.arn("c1", arn.family()), world.ecs.taskDefinition(arn));
          return arn;
        },
        // revisions are numbered by ECS: the number is of no importance
        _ -> "registered");
  }

  @Override
  public Service updateService(ObjectNode request) {
    return ports.effect(
        Aws.ECS,
        "Ecs.updateService",
        () -> {
          TaskDefinition revision =
              world.ecs.taskDefinition(
                  new TaskDefinitionArn(request.path("taskDefinition").asText()));
          boolean refused =
              revision.containers().stream()
                  .flatMap(container -> container.image().digest().stream())
                  .anyMatch(EcsTurns::refuses);
          ServiceArn arn = FakeEcs.arn("c1", request.path("service").asText());
          if (refused) {
            world.journal.refused(arn, revision);
            throw new EcsClientError("InvalidParameterException: no", new IllegalStateException());
          }
          world.journal.updating(arn, revision);
          Service service = world.ecs.updateService(request);
          world.ecsChanged(
              "update "
                  + arn.name()
                  + world.ecs.images(arn)
                  + revision.tags().get(RevisionTags.DEPLOYMENT));
          world.journal.updated(arn, revision);
          world.happenings.started(arn);
          return service;
        },
        _ -> "taken");
  }
}
