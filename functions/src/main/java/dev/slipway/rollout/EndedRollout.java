package dev.slipway.rollout;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;

import dev.slipway.image.ImageChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A deployment of Slipway's that has ended, with everything that is told of it.
 *
 * @param serviceDeployment ARN of ECS's record of it
 * @param environment that the service follows
 * @param from the revision that the service had before; empty where ECS does not know any more
 * @param to the revision that was rolled out
 * @param changes the images that differ between the two
 * @param origin what led to it
 * @param startedAt when the deployment was asked for
 * @param endedAt when it was decided: a rollback that follows is not counted
 * @param tasks of the new revision that were running at the end
 * @param diagnosis why it failed; empty where it did not
 * @param blocked the digests that were blocked for it
 */
public record EndedRollout(
    ServiceArn service,
    EcsDeploymentId deployment,
    String serviceDeployment,
    RolloutOutcome outcome,
    String environment,
    Optional<TaskDefinitionArn> from,
    TaskDefinitionArn to,
    List<ImageChange> changes,
    Origin origin,
    Instant startedAt,
    Instant endedAt,
    int tasks,
    Optional<Diagnosis> diagnosis,
    List<ImageDigest> blocked) {
  /** Copies the lists. */
  public EndedRollout {
    changes = List.copyOf(changes);
    blocked = List.copyOf(blocked);
  }

  /**
   * What led to a deployment, as its revision's tags and the service's say.
   *
   * @param tag the image tag that was followed
   * @param eventId of the event or request
   * @param by who asked for it, where a person did
   * @param pushedAt when the image was pushed, where a push led to it
   */
  public record Origin(
      Optional<String> tag,
      Optional<String> eventId,
      Optional<String> by,
      Optional<Instant> pushedAt) {}

  /** From the moment it was asked for to the moment it was decided; never negative. */
  public Duration duration() {
    return between(startedAt, endedAt);
  }

  /** From the push to the moment that the service ran nothing else; of what was deployed. */
  public Optional<Duration> pushToDeployed() {
    return outcome == RolloutOutcome.DEPLOYED
        ? origin.pushedAt().map(pushed -> between(pushed, endedAt))
        : Optional.empty();
  }

  private static Duration between(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  /** One sentence for people. */
  public String sentence() {
    return switch (outcome) {
      case DEPLOYED ->
          "%s runs %s: %s in %d s%s"
              .formatted(
                  service.shortName(),
                  what(),
                  tasks == 1 ? "1 task replaced" : tasks + " tasks replaced",
                  duration().toSeconds(),
                  pushToDeployed()
                      .map(push -> ", %d s after the push".formatted(push.toSeconds()))
                      .orElse(""));
      case FAILED ->
          "the deployment of %s to %s failed%s".formatted(what(), service.shortName(), why());
      case ROLLED_BACK ->
          "the deployment of %s to %s was rolled back%s"
              .formatted(what(), service.shortName(), why());
      case SUPERSEDED ->
          "the deployment of %s to %s gave way to a newer one"
              .formatted(what(), service.shortName());
    };
  }

  private String why() {
    return diagnosis.map(d -> ": " + d.sentence()).orElse("");
  }

  /** Such as {@code web c5bd9d1d27aa}; the revision where no image has changed. */
  private String what() {
    List<String> images =
        changes.stream()
            .map(change ->
                change.container()
                    + change.to().digest().map(digest -> " " + digest.abbreviated()).orElse(""))
            .toList();
    return images.isEmpty() ? to.shortName() : String.join(", ", images);
  }
}
