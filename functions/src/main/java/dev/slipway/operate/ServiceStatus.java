package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a service stands: what it runs, what operators decided about it, and what a deployment would
 * do about it now.
 *
 * @param record its pin, blocked images, pause and request
 * @param images of the containers of the revision that it has; none where ECS does not tell them
 * @param since when its newest deployment was asked for: since then it runs, or is to run, what it
 *     has
 * @param decision the one that a hint would lead to
 * @param stoppedTask why the newest task of an unhealthy service stopped; empty where it was not
 *     read, or is not known
 */
public record ServiceStatus(
    Service service,
    ServiceRecord record,
    List<Image> images,
    Optional<Instant> since,
    Optional<EcsDeployment> newest,
    ServiceState state,
    Decision decision,
    Optional<String> stoppedTask) {
  /** Copies the list. */
  public ServiceStatus {
    images = List.copyOf(images);
  }

  /**
   * What a container is made from, and what it should be made from.
   *
   * @param repository its name in Amazon ECR; of other registries the name as the task definition
   *     says it
   * @param tag that the digest was deployed for; empty where nothing says one
   * @param digest that runs; empty where ECS has not recorded it
   * @param selected what the environment's policy selects now; empty where it selects nothing
   */
  public record Image(
      String container,
      String repository,
      Optional<String> tag,
      Optional<ImageDigest> digest,
      Optional<ImageDigest> selected) {}

  static ServiceStatus of(PageEvaluator.Evaluated evaluated, Instant now) {
    Service service = evaluated.service();
    return new ServiceStatus(
        service,
        evaluated.record(),
        evaluated.state().map(ServiceStatus::images).orElseGet(() -> known(evaluated)),
        service.primaryDeployment().flatMap(EcsDeployment::createdAt),
        service.primaryDeployment(),
        ServiceState.of(evaluated, now),
        evaluated.decision(),
        Optional.empty());
  }

  /** The same, with why a task stopped. */
  ServiceStatus withStoppedTask(Optional<String> reason) {
    return new ServiceStatus(service, record, images, since, newest, state, decision, reason);
  }

  private static List<Image> images(ObservedState state) {
    List<Image> images = new ArrayList<>();
    for (TaskDefinition.Container container : state.taskDefinition().containers()) {
      ImageReference image = container.image();
      Selection selection = state.selection(image);
      Optional<ImageDigest> digest = state.runningDigest(container);
      images.add(
          new Image(
              container.name(),
              repository(image),
              image
                  .tag()
                  .map(ImageTag::value)
                  .or(() -> deployedFor(state.taskDefinition(), digest))
                  .or(() -> selectedBy(selection, digest)),
              digest,
              digest(selection.candidate())));
    }
    return images;
  }

  /** Where the decision needed no look at the revision, people still want to see what is there. */
  private static List<Image> known(PageEvaluator.Evaluated evaluated) {
    return evaluated
        .record()
        .revision()
        .filter(r -> evaluated.service().taskDefinition().filter(r.arn()::equals).isPresent())
        .map(ServiceStatus::images)
        .orElse(List.of());
  }

  /** What a revision names; nothing is known of what is selected. */
  private static List<Image> images(KnownRevision revision) {
    List<Image> images = new ArrayList<>();
    revision
        .images()
        .forEach((container, image) ->
            images.add(
                new Image(
                    container,
                    repository(image),
                    image.tag().map(ImageTag::value),
                    image.digest(),
                    Optional.empty())));
    return images;
  }

  /** The same, with what the service's revision names. */
  ServiceStatus withImages(KnownRevision revision) {
    return new ServiceStatus(
        service, record, images(revision), since, newest, state, decision, stoppedTask);
  }

  private static String repository(ImageReference image) {
    return image.repository().map(Repository::name).orElse(image.name());
  }

  /**
   * The revision's tag is of the images that were new in it; others were deployed before. Where it
   * lists several, nothing says which image has which.
   */
  private static Optional<String> deployedFor(
      TaskDefinition definition, Optional<ImageDigest> digest) {
    return digest
        .filter(d -> definition.tags().getOrDefault(RevisionTags.DIGEST, "").contains(d.value()))
        .flatMap(_ -> ImageTag.find(definition.tags().getOrDefault(RevisionTags.TAG, "")))
        .map(ImageTag::value);
  }

  /** What is selected now was deployed for the tag that it is selected by, as far as is known. */
  private static Optional<String> selectedBy(Selection selection, Optional<ImageDigest> digest) {
    return digest.filter(selection::isRunAs).flatMap(_ -> selection.tag()).map(ImageTag::value);
  }

  private static Optional<ImageDigest> digest(Candidate candidate) {
    return switch (candidate) {
      case Candidate.Image image -> Optional.of(image.digest());
      case Candidate.NotAnImage(ImageDigest digest, _) -> Optional.of(digest);
      case Candidate.Missing() -> Optional.empty();
    };
  }

  /**
   * The repositories of its images in this account and Region that Slipway may not read, such as
   * {@code shared/proxy}: their pushes are not followed.
   */
  static List<String> uncovered(PageEvaluator.Evaluated evaluated, ServiceEvaluator evaluator) {
    Service service = evaluated.service();
    return evaluated
        .state()
        .map(state -> KnownRevision.of(state.taskDefinition()))
        .or(() -> evaluated.record().revision())
        .map(KnownRevision::repositories)
        .orElse(Set.of())
        .stream()
        .filter(where -> isHere(service, where) && !evaluator.isFollowed(service, where))
        .map(Repository::name)
        .toList();
  }

  private static boolean isHere(Service service, Repository repository) {
    return repository.account().equals(service.arn().account())
        && repository.region().equals(service.arn().region());
  }
}
