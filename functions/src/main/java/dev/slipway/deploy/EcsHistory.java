package dev.slipway.deploy;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What ECS's own history tells where the record does not: after a crash, or without a record. */
public final class EcsHistory {
  /** How many of a service's newest deployments are read. */
  private static final int MAX_DEPLOYMENTS = 20;

  private final Ecs ecs;
  private final ServiceDeployments deployments;

  /** Reads from these. */
  public EcsHistory(Ecs ecs, ServiceDeployments deployments) {
    this.ecs = ecs;
    this.deployments = deployments;
  }

  /** A deployment that ECS has. */
  record Found(TaskDefinitionArn revision, EcsDeploymentId id, Instant at) {}

  /**
   * The deployment that an intent led to, by the tag of the revision that was registered for it;
   * empty where UpdateService was never called.
   */
  Optional<Found> startedBy(DeploymentRecord intent) {
    List<ServiceDeployment> newest = deployments.newest(intent.service(), MAX_DEPLOYMENTS);
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Map<String, ServiceRevision> revisions = deployments.rolledOut(newest);
    for (ServiceDeployment deployment : newest.reversed()) {
      ServiceRevision revision = revisions.get(deployment.target());
      if (revision != null && isFor(intent, revision.taskDefinition())) {
        return Optional.of(
            new Found(revision.taskDefinition(), deployment.id(), deployment.createdAt()));
      }
    }
    return Optional.empty();
  }

  private boolean isFor(DeploymentRecord intent, TaskDefinitionArn revision) {
    return revision.family().equals(intent.from().family())
        && revision.revision() > intent.from().revision()
        && ecs.findTaskDefinition(revision)
            .map(found -> found.tags().get(RevisionTags.DEPLOYMENT))
            .filter(intent.id().value()::equals)
            .isPresent();
  }

  /**
   * The record of a service that has none: an image whose newest deployment was rolled back counts
   * as failed.
   */
  public ServiceRecord rebuilt(Service service) {
    ServiceArn arn = service.arn();
    List<ServiceDeployment> newestFirst = deployments.newest(arn, MAX_DEPLOYMENTS);
    Set<String> arns = new LinkedHashSet<>();
    newestFirst.forEach(deployment -> {
      arns.add(deployment.target());
      deployment.rollback().flatMap(ServiceDeployment.Rollback::target).ifPresent(arns::add);
    });
    Map<String, ServiceRevision> revisions =
        arns.isEmpty() ? Map.of() : deployments.revisions(arns);
    Set<ImageDigest> judged = new HashSet<>();
    List<Block> blocks = new ArrayList<>();
    for (ServiceDeployment deployment : newestFirst) {
      ServiceRevision target = revisions.get(deployment.target());
      if (target == null) {
        continue;
      }
      Set<ImageDigest> brought = digests(target);
      if (isFailed(deployment)) {
        deployment
            .rollback()
            .flatMap(ServiceDeployment.Rollback::target)
            .map(revisions::get)
            .ifPresent(back -> brought.removeAll(digests(back)));
        for (ServiceRevision.ContainerImage image : target.images()) {
          image
              .digest()
              .filter(brought::contains)
              .filter(digest -> !judged.contains(digest))
              .ifPresent(digest -> blocks.add(block(target, image, digest, deployment)));
        }
      }
      judged.addAll(brought);
    }
    return ServiceRecord.unknown(arn).block(blocks.reversed());
  }

  private Block block(
      ServiceRevision target,
      ServiceRevision.ContainerImage image,
      ImageDigest digest,
      ServiceDeployment deployment) {
    String repository =
        ecs.taskDefinition(target.taskDefinition()).containers().stream()
            .filter(container -> container.name().equals(image.container()))
            .map(container -> container.image())
            .findFirst()
            .map(found -> found.repository().map(r -> r.name()).orElse(found.name()))
            .orElse(image.container());
    return new Block(
        digest,
        repository,
        deployment.decidedAt().orElse(deployment.createdAt()),
        Block.SLIPWAY,
        Optional.empty(),
        "ECS rolled its newest deployment back, before Slipway had a record of this service");
  }

  private static boolean isFailed(ServiceDeployment deployment) {
    return switch (deployment.status()) {
      case ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED -> true;
      case STOPPED ->
          deployment.circuitBreakerTriggered() || !deployment.triggeredAlarms().isEmpty();
      case PENDING, IN_PROGRESS, STOP_REQUESTED, SUCCESSFUL, UNKNOWN -> false;
    };
  }

  private static Set<ImageDigest> digests(ServiceRevision revision) {
    Set<ImageDigest> digests = new LinkedHashSet<>();
    revision.images().forEach(image -> image.digest().ifPresent(digests::add));
    return digests;
  }
}
