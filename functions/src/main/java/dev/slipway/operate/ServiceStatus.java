package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.gate.Gate;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param waitingFor the gates that keep the next image back, where that is its state
 * @param failure the newest thing that went wrong; empty where nothing did, or it was not looked up
 * @param hooks of ECS at which its rollout waits; none where it was not looked up
 */
public record ServiceStatus(
    Service service,
    ServiceRecord record,
    List<Image> images,
    Optional<Instant> since,
    Optional<EcsDeployment> newest,
    ServiceState state,
    Decision decision,
    List<String> waitingFor,
    Optional<Failure> failure,
    List<PauseHook> hooks) {
  /** Copies the lists. */
  public ServiceStatus {
    images = List.copyOf(images);
    waitingFor = List.copyOf(waitingFor);
    hooks = List.copyOf(hooks);
  }

  /**
   * What a container is made from, and what it should be made from.
   *
   * @param repository its name in Amazon ECR; of other registries the name as the task definition
   *     says it; empty where only the digest is known
   * @param tag by which the digest is selected now; empty where another image is, or none, or the
   *     tag was not read
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
        evaluated
            .state()
            .map(ServiceStatus::images)
            .orElseGet(() -> known(service, evaluated.record())),
        service.primaryDeployment().flatMap(EcsDeployment::createdAt),
        service.primaryDeployment(),
        ServiceState.of(evaluated, now),
        evaluated.decision(),
        waitingFor(evaluated, now),
        Optional.empty(),
        List.of());
  }

  /**
   * What is known of a service that could not be evaluated: nothing is deployed to it meanwhile.
   */
  static ServiceStatus notEvaluated(Service service, ServiceRecord record, String why) {
    return new ServiceStatus(
        service,
        record,
        known(service, record),
        service.primaryDeployment().flatMap(EcsDeployment::createdAt),
        service.primaryDeployment(),
        ServiceState.NOT_EVALUATED,
        new Decision.NotDeployable(
            service.arn(), service.environment(), "it cannot be evaluated: " + why),
        List.of(),
        Optional.empty(),
        List.of());
  }

  private static List<String> waitingFor(PageEvaluator.Evaluated evaluated, Instant now) {
    return ServiceState.of(evaluated, now) == ServiceState.WAITING
            && evaluated.decision() instanceof Decision.Held held
        ? held.gates().stream().map(Gate::name).toList()
        : List.of();
  }

  /**
   * The same, with what went wrong.
   *
   * @param lookedAtAs the state by which it was looked for: where tasks fail that are started again
   *     and again, that is how it stands, however many run at this moment
   */
  ServiceStatus withFailure(Optional<Failure> found, ServiceState lookedAtAs) {
    boolean loses =
        lookedAtAs == ServiceState.UNHEALTHY
            && state != ServiceState.NOT_FOLLOWED
            && found.filter(failure -> failure.kind() == Failure.Kind.STOPPED).isPresent();
    return new ServiceStatus(
        service,
        record,
        images,
        since,
        newest,
        loses ? ServiceState.UNHEALTHY : state,
        decision,
        loses ? List.of() : waitingFor,
        found,
        hooks);
  }

  /** The same, with the hooks at which its rollout waits. */
  ServiceStatus withHooks(List<PauseHook> found) {
    return new ServiceStatus(
        service, record, images, since, newest, state, decision, waitingFor, failure, found);
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
              selectedBy(selection, digest),
              digest,
              digest(selection.candidate())));
    }
    return images;
  }

  /** Where the decision needed no look at the revision, people still want to see what is there. */
  private static List<Image> known(Service service, ServiceRecord record) {
    return record
        .revision()
        .filter(r -> service.taskDefinition().filter(r.arn()::equals).isPresent())
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
                    Optional.empty(),
                    image.digest(),
                    Optional.empty())));
    return images;
  }

  /** Whether it says from which repositories the images are. */
  boolean namesRepositories() {
    return images.stream().anyMatch(image -> !image.repository().isEmpty());
  }

  /** The same, with what the service's revision names, and the digests that are known already. */
  ServiceStatus withImages(KnownRevision revision) {
    Map<String, ImageDigest> digests = new HashMap<>();
    images.forEach(image -> image.digest().ifPresent(d -> digests.put(image.container(), d)));
    return new ServiceStatus(
            service,
            record,
            images(revision),
            since,
            newest,
            state,
            decision,
            waitingFor,
            failure,
            hooks)
        .withDigests(digests);
  }

  /** Whether it does not say by digest what each container runs. */
  boolean lacksDigests() {
    return images.isEmpty() || images.stream().anyMatch(image -> image.digest().isEmpty());
  }

  /** The same, with the digests that ECS has recorded, by container, where none was known. */
  ServiceStatus withDigests(Map<String, ImageDigest> recorded) {
    List<Image> known = new ArrayList<>();
    images.forEach(image ->
        known.add(
            new Image(
                image.container(),
                image.repository(),
                image.tag(),
                image.digest().or(() -> Optional.ofNullable(recorded.get(image.container()))),
                image.selected())));
    if (known.isEmpty()) {
      recorded.forEach((container, digest) ->
          known.add(
              new Image(container, "", Optional.empty(), Optional.of(digest), Optional.empty())));
    }
    return new ServiceStatus(
        service, record, known, since, newest, state, decision, waitingFor, failure, hooks);
  }

  private static String repository(ImageReference image) {
    return image.repository().map(Repository::name).orElse(image.name());
  }

  /** The tag that selects what runs: of no other is it known where it points now. */
  private static Optional<String> selectedBy(Selection selection, Optional<ImageDigest> digest) {
    return digest.filter(selection::isRunAs).flatMap(_ -> selection.tag()).map(ImageTag::value);
  }

  private static Optional<ImageDigest> digest(Candidate candidate) {
    return switch (candidate) {
      case Candidate.Image image -> Optional.of(image.digest());
      case Candidate.NotAnImage(ImageDigest digest, _) -> Optional.of(digest);
      case Candidate.Gone(ImageDigest digest) -> Optional.of(digest);
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
