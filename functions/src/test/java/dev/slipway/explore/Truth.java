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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** What ECS itself holds of one service, read behind the back of whoever is tested. */
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

  /**
   * A deployment as ECS has it.
   *
   * @param id of the deployment in the record that its revision was registered for
   * @param images by container
   * @param news the images that it brought: neither the deployment whose place it takes had them,
   *     nor what ECS goes back to
   */
  record Started(
      ServiceDeployment shown,
      TaskDefinitionArn revision,
      Optional<DeploymentId> id,
      Map<String, ImageDigest> images,
      Set<ImageDigest> news) {
    EcsDeploymentId ecsId() {
      return shown.id();
    }

    boolean has(ImageDigest image) {
      return images.containsValue(image);
    }

    boolean isFailed() {
      return switch (shown.status()) {
        case ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED -> true;
        default -> false;
      };
    }

    boolean isCompleted() {
      return shown.status() == Status.SUCCESSFUL;
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
    List<Started> all = new ArrayList<>();
    Set<ImageDigest> completed = new LinkedHashSet<>();
    Set<ImageDigest> replaced = new LinkedHashSet<>();
    for (ServiceDeployment shown : newest.reversed()) {
      ServiceRevision revision = Objects.requireNonNull(revisions.get(shown.target()));
      Set<ImageDigest> news = new LinkedHashSet<>(revision.digests().values());
      news.removeAll(replaced);
      news.removeAll(completed);
      Started started =
          new Started(
              shown,
              revision.taskDefinition(),
              idOf(ecs.taskDefinition(revision.taskDefinition())),
              revision.digests(),
              news);
      all.add(started);
      if (started.isCompleted()) {
        completed = Set.copyOf(started.images().values());
      }
      replaced = started.isFailed() ? completed : Set.copyOf(started.images().values());
    }
    return all;
  }

  static Optional<DeploymentId> idOf(TaskDefinition revision) {
    return Optional.ofNullable(revision.tags().get(RevisionTags.DEPLOYMENT))
        .flatMap(DeploymentId::tryParse);
  }

  Started newest() {
    return all().getLast();
  }

  /** The deployment that was started for one of the record. */
  Optional<Started> startedFor(DeploymentId id, Set<EcsDeploymentId> foreign) {
    return all().stream()
        .filter(s -> s.id().equals(Optional.of(id)) && !foreign.contains(s.ecsId()))
        .findFirst();
  }

  /** The images that the service's tasks are brought to now, by container. */
  Map<String, ImageDigest> running() {
    return all().stream()
        .filter(started -> started.ecsId().toString().equals(cachedPrimary))
        .findFirst()
        .map(Started::images)
        .orElse(Map.of());
  }

  /** How a deployment ended, as ECS shows it; empty while it has not. */
  Optional<DeploymentOutcome> outcome(Started started) {
    List<Started> all = all();
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
        yield next.isPresent() ? outcome(next.get()) : Optional.of(DeploymentOutcome.SUPERSEDED);
      }
      default -> Optional.empty();
    };
  }
}
