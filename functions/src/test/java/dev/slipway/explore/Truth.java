package dev.slipway.explore;

import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What ECS itself holds, read behind the back of whoever is tested. */
final class Truth {
  private final FakeEcs ecs;
  private final ServiceArn service;
  private final LongSupplier version;
  private long cachedVersion;
  private List<Started> cached = List.of();
  private String cachedPrimary = "";

  /**
   * @param version changes whenever ECS does
   */
  Truth(FakeEcs ecs, ServiceArn service, LongSupplier version) {
    this.ecs = ecs;
    this.service = service;
    this.version = version;
  }

  private void refresh() {
    if (cachedVersion != version.getAsLong()) {
      cached = read();
      cachedPrimary = ecs.document(service).path("deployments").path(0).path("id").asText();
      cachedVersion = version.getAsLong();
    }
  }

  /** A deployment as ECS has it, with the id of the deployment in the record that it is for. */
  record Started(
      ServiceDeployment shown,
      TaskDefinitionArn revision,
      Optional<DeploymentId> id,
      String image) {
    EcsDeploymentId ecsId() {
      return shown.id();
    }

    boolean isFailed() {
      return switch (shown.status()) {
        case ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED -> true;
        default -> false;
      };
    }
  }

  /** All deployments, oldest first. */
  List<Started> all() {
    refresh();
    return cached;
  }

  private List<Started> read() {
    List<ServiceDeployment> newest = ecs.newest(service, 100);
    Map<String, ServiceRevision> revisions =
        ecs.revisions(newest.stream().map(ServiceDeployment::target).toList());
    return newest.reversed().stream()
        .map(shown -> {
          ServiceRevision revision = Objects.requireNonNull(revisions.get(shown.target()));
          return new Started(
              shown,
              revision.taskDefinition(),
              idOf(ecs.taskDefinition(revision.taskDefinition())),
              revision.images().getFirst().digest().map(ImageDigest::value).orElse("?"));
        })
        .toList();
  }

  static Optional<DeploymentId> idOf(TaskDefinition revision) {
    return Optional.ofNullable(revision.tags().get(RevisionTags.DEPLOYMENT))
        .flatMap(DeploymentId::tryParse);
  }

  Started newest() {
    return all().getLast();
  }

  Status newestStatus() {
    return newest().shown().status();
  }

  /** The image that the service's tasks are brought to now. */
  String runningImage() {
    return all().stream()
        .filter(started -> started.ecsId().toString().equals(cachedPrimary))
        .findFirst()
        .map(Started::image)
        .orElse("?");
  }

  /** How a deployment ended, as ECS shows it; empty while it has not. */
  static Optional<DeploymentOutcome> outcome(Started started, List<Started> all) {
    return switch (started.shown().status()) {
      case SUCCESSFUL -> Optional.of(DeploymentOutcome.DEPLOYED);
      case ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED ->
          Optional.of(DeploymentOutcome.FAILED);
      case STOPPED -> {
        Optional<Started> next =
            all.stream()
                .skip(all.indexOf(started) + 1L)
                .findFirst()
                .filter(other -> other.revision().equals(started.revision()));
        yield next.isPresent()
            ? outcome(next.get(), all)
            : Optional.of(DeploymentOutcome.SUPERSEDED);
      }
      default -> Optional.empty();
    };
  }
}
