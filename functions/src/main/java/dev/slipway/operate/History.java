package dev.slipway.operate;

import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.RevisionTags;
import dev.slipway.deploy.Wish;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.rollout.RolloutOutcome;
import dev.slipway.rollout.ServiceDeployments;

import static java.util.Comparator.comparing;

import dev.slipway.ecs.ServiceRevision.ContainerImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was deployed to a service, by whom or what, and what became of it: from ECS's own record,
 * which reaches back 90 days, and from the tags of the revisions.
 */
public final class History {
  private final Ecs ecs;
  private final ServiceDeployments deployments;

  /** Reads from these. */
  public History(Ecs ecs, ServiceDeployments deployments) {
    this.ecs = ecs;
    this.deployments = deployments;
  }

  /**
   * One deployment.
   *
   * @param taskDefinition that it rolled out; empty where ECS has forgotten the service revision
   * @param tag the image tag that was followed; empty where Slipway did not register the revision
   * @param images of the containers, as far as ECS knows their digests
   * @param startedAt when it was asked for
   * @param finishedAt when it was over, a rollback included; empty while it is not
   * @param outcome {@code deployed}, {@code failed}, {@code rolled back}, {@code superseded},
   *     {@code in progress} or {@code rolling back}
   * @param reason why it ended as it did, where there is something to say
   * @param eventId of what led to it; empty where it was not Slipway
   * @param by who asked for it, where a person did
   */
  public record Entry(
      EcsDeploymentId id,
      Optional<TaskDefinitionArn> taskDefinition,
      Optional<String> tag,
      List<ContainerImage> images,
      Instant startedAt,
      Optional<Instant> finishedAt,
      String outcome,
      Optional<String> reason,
      Optional<String> eventId,
      Optional<String> by) {
    /** Copies the list. */
    public Entry {
      images = List.copyOf(images);
    }
  }

  /**
   * The newest deployments of a service, newest first.
   *
   * @param limit at most so many, from 1 to 100
   */
  public List<Entry> of(Service service, int limit) {
    List<ServiceDeployment> newestFirst = deployments.newest(service.arn(), limit);
    Map<String, ServiceRevision> revisions =
        deployments.revisions(
            newestFirst.stream().map(ServiceDeployment::target).distinct().toList());
    Map<TaskDefinitionArn, EcsDeploymentId> firstOf = new HashMap<>();
    Map<TaskDefinitionArn, EcsDeploymentId> lastOf = new HashMap<>();
    for (ServiceDeployment deployment : newestFirst) {
      ServiceRevision revision = revisions.get(deployment.target());
      if (revision != null) {
        firstOf.put(revision.taskDefinition(), deployment.id());
        lastOf.putIfAbsent(revision.taskDefinition(), deployment.id());
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (ServiceDeployment deployment : newestFirst) {
      ServiceRevision revision = revisions.get(deployment.target());
      Origin origin = Origin.UNKNOWN;
      if (revision != null) {
        TaskDefinitionArn taskDefinition = revision.taskDefinition();
        origin =
            new Origin(
                tags(taskDefinition),
                deployment.id().equals(firstOf.get(taskDefinition)),
                deployment.id().equals(lastOf.get(taskDefinition))
                    && Wish.of(service)
                        .filter(wish -> wish.revision().equals(taskDefinition))
                        .isPresent());
      }
      entries.add(entry(service, deployment, Optional.ofNullable(revision), origin, newestFirst));
    }
    return entries;
  }

  /**
   * Where a deployment comes from.
   *
   * @param tags of the revision
   * @param registered whether it is the revision's first deployment: what the tags tell of led to
   *     it, and to no later one
   * @param chosen whether it is what a person chose, as the service's tags still say
   */
  private record Origin(Map<String, String> tags, boolean registered, boolean chosen) {
    static final Origin UNKNOWN = new Origin(Map.of(), false, false);

    Optional<String> tag(String key) {
      return Optional.ofNullable(tags.get(key));
    }
  }

  private static Entry entry(
      Service service,
      ServiceDeployment deployment,
      Optional<ServiceRevision> revision,
      Origin origin,
      List<ServiceDeployment> all) {
    Optional<RolloutOutcome> outcome = RolloutOutcome.of(deployment, all);
    return new Entry(
        deployment.id(),
        revision.map(ServiceRevision::taskDefinition),
        origin.tag(RevisionTags.TAG),
        revision.map(ServiceRevision::images).orElse(List.of()),
        deployment.createdAt(),
        deployment.finishedAt(),
        words(deployment, outcome),
        reason(deployment, outcome, all),
        origin.registered() ? origin.tag(RevisionTags.EVENT) : Optional.empty(),
        origin.chosen() && !origin.registered()
            ? service.tag(Service.CHOSEN_BY_TAG)
            : origin.tag(RevisionTags.BY).filter(_ -> origin.registered()));
  }

  /** The announcement of a rollback does not wait for its end, but people want to see it. */
  private static String words(ServiceDeployment deployment, Optional<RolloutOutcome> outcome) {
    return switch (deployment.status()) {
      case ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS -> "rolling back";
      default -> outcome.map(RolloutOutcome::toString).orElse("in progress");
    };
  }

  private static Optional<String> reason(
      ServiceDeployment deployment, Optional<RolloutOutcome> outcome, List<ServiceDeployment> all) {
    if (outcome.filter(RolloutOutcome.DEPLOYED::equals).isPresent()) {
      return Optional.empty();
    }
    if (outcome.filter(RolloutOutcome.SUPERSEDED::equals).isPresent()) {
      return all.stream()
          .filter(other -> other.createdAt().isAfter(deployment.createdAt()))
          .min(comparing(ServiceDeployment::createdAt))
          .map(next -> "deployment %s took its place before it had ended".formatted(next.id()));
    }
    return deployment
        .rollback()
        .flatMap(ServiceDeployment.Rollback::reason)
        .or(deployment::statusReason);
  }

  /** A revision that was deleted since has no tags any more. */
  private Map<String, String> tags(TaskDefinitionArn revision) {
    try {
      return ecs.taskDefinition(revision).tags();
    } catch (EcsClientError _) {
      return Map.of();
    }
  }
}
