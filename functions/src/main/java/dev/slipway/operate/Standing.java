package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.RevisionTags;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.record.Trigger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a service stands: what it runs, and what a deployment would do about it now.
 *
 * @param images of the containers of the revision that it has; none where ECS does not tell them
 * @param since when its newest deployment was asked for: since then it runs, or is to run, what it
 *     has
 * @param decision the one that a hint would lead to
 */
public record Standing(
    Service service,
    List<Image> images,
    Optional<Instant> since,
    Optional<EcsDeployment> newest,
    Decision decision) {
  /** Copies the list. */
  public Standing {
    images = List.copyOf(images);
  }

  /**
   * What a container is made from, and what it should be made from.
   *
   * @param repository its name in Amazon ECR; of other registries the name as the task definition
   *     says it
   * @param tag that the digest was deployed for; empty where neither the image nor the revision
   *     says one
   * @param digest empty where the task definition leaves it to the tag
   * @param selected what the environment's policy selects now; empty where it selects nothing
   */
  public record Image(
      String container,
      String repository,
      Optional<String> tag,
      Optional<ImageDigest> digest,
      Optional<ImageDigest> selected) {}

  /**
   * Looks at a service, as a deployment does, and changes nothing.
   *
   * @param service that was described just now
   */
  static Standing of(Service service, ServiceEvaluator observer, Ecs ecs, Trigger cause) {
    ServiceEvaluator.Sighting sighting = observer.look(service, cause);
    Optional<EcsDeployment> newest =
        service.deployments().stream().filter(EcsDeployment::isPrimary).findFirst();
    return new Standing(
        service,
        images(service, sighting.observation(), ecs),
        newest.flatMap(EcsDeployment::createdAt),
        newest,
        sighting.decision());
  }

  private static List<Image> images(Service service, Optional<ObservedState> observation, Ecs ecs) {
    Optional<TaskDefinition> revision =
        observation.map(ObservedState::taskDefinition).or(() -> revision(service, ecs));
    List<Image> images = new ArrayList<>();
    revision.ifPresent(definition -> {
      for (TaskDefinition.Container container : definition.containers()) {
        ImageReference image = container.image();
        images.add(
            new Image(
                container.name(),
                image.repository().map(repository -> repository.name()).orElse(image.name()),
                tag(definition, image),
                image.digest(),
                observation.map(seen -> seen.candidate(container)).flatMap(Standing::digest)));
      }
    });
    return images;
  }

  /** Where the decision needed no look at the revision, people still want to see what is there. */
  private static Optional<TaskDefinition> revision(Service service, Ecs ecs) {
    try {
      return service.taskDefinition().map(ecs::taskDefinition);
    } catch (EcsClientError _) {
      return Optional.empty(); // the decision says it
    }
  }

  /** The revision's tag is of the images that were new in it; others were deployed before. */
  private static Optional<String> tag(TaskDefinition definition, ImageReference image) {
    return image
        .tag()
        .map(ImageTag::value)
        .or(() ->
            image
                .digest()
                .filter(digest ->
                    definition
                        .tags()
                        .getOrDefault(RevisionTags.DIGEST, "")
                        .contains(digest.value()))
                .map(_ -> definition.tags().get(RevisionTags.TAG)));
  }

  private static Optional<ImageDigest> digest(Candidate candidate) {
    return switch (candidate) {
      case Candidate.Image image -> Optional.of(image.digest());
      case Candidate.NotAnImage(ImageDigest digest, _) -> Optional.of(digest);
      case Candidate.Missing() -> Optional.empty();
    };
  }
}
