package dev.slipway.rollout;

import dev.slipway.deploy.BlockedImages;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.RevisionTags;
import dev.slipway.deploy.ServiceTags;
import dev.slipway.deploy.Wish;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;

import dev.slipway.image.ImageChange;
import dev.slipway.ecs.ServiceDeployment.Status;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the deployments of a service that have ended and that nobody has heard of yet, and tells:
 * block, announce, mark. An event may be handled any number of times, early, late or never: what is
 * told is read from ECS, and what was told is marked there.
 *
 * <p>Only deployments that Slipway started are its business.
 */
public final class Rollouts {
  /** How many of a service's newest deployments are looked at. */
  static final int MOST = 10;

  /**
   * What ended longer than this before the event is no news: it happened before Slipway watched the
   * service, or the tag with the marks was removed.
   */
  static final Duration NEWS = Duration.ofDays(1);

  private static final int MOST_WRITES = 3;

  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final ServiceTags tags;
  private final Evidences evidences;
  private final RolloutAnnouncer announcer;

  /**
   * @param tags writes what is blocked, and what was announced
   */
  public Rollouts(
      Ecs ecs,
      ServiceDeployments deployments,
      ServiceTags tags,
      EvidenceSource evidence,
      RolloutAnnouncer announcer) {
    this.ecs = ecs;
    this.deployments = deployments;
    this.tags = tags;
    this.evidences = new Evidences(evidence);
    this.announcer = announcer;
  }

  /**
   * What was done because of an event.
   *
   * @param announced in the order in which they were asked for
   * @param reason one sentence for people
   */
  public record Result(List<EndedRollout> announced, String reason) {
    /** Copies the list. */
    public Result {
      announced = List.copyOf(announced);
    }
  }

  /**
   * Tells what has ended.
   *
   * @throws NotShownYet if ECS's records do not show what the event says
   */
  public Result handle(DeploymentChange change) {
    Optional<Service> found = ecs.describe(List.of(change.service())).stream().findFirst();
    if (found.isEmpty()) {
      return nothing("there is no service %s any more".formatted(change.service().shortName()));
    }
    Service service = found.get();
    if (service.environment().isEmpty()) {
      return nothing("%s has no tag %s".formatted(service, Service.ENVIRONMENT_TAG));
    }
    List<ServiceDeployment> newest = deployments.newest(service.arn(), MOST);
    requireShown(change, newest);
    List<EndedRollout> announced = new ArrayList<>();
    AnnouncedRollouts marks = AnnouncedRollouts.of(service);
    for (ServiceDeployment deployment : unannounced(newest, marks, change.at())) {
      RolloutOutcome outcome = RolloutOutcome.of(deployment, newest).orElseThrow();
      Optional<EndedRollout> ended = ended(service, deployment, outcome, newest);
      if (ended.isPresent()) {
        announcer.ended(ended.get());
        marks = marks.with(deployment, outcome);
        tags.put(service.arn(), Map.of(AnnouncedRollouts.TAG, marks.tagValue()));
        announced.add(ended.get());
      }
    }
    return announced.isEmpty()
        ? nothing(
            "no deployment of Slipway's to %s has ended that is not announced".formatted(service))
        : new Result(announced, announced.getLast().sentence());
  }

  private static Result nothing(String reason) {
    return new Result(List.of(), reason);
  }

  /** Oldest first. */
  private static List<ServiceDeployment> unannounced(
      List<ServiceDeployment> newest, AnnouncedRollouts marks, Instant at) {
    return newest.stream()
        .filter(deployment ->
            RolloutOutcome.of(deployment, newest)
                .filter(outcome -> !marks.contain(deployment, outcome))
                .isPresent())
        .filter(deployment -> deployment.decidedAt().orElse(Instant.MAX).isAfter(at.minus(NEWS)))
        .sorted(Comparator.comparing(ServiceDeployment::createdAt))
        .toList();
  }

  /**
   * Events and records come by different ways. Without this, an event that is early would be the
   * last word that is ever heard of a deployment, and nothing would be told of it.
   */
  private static void requireShown(DeploymentChange change, List<ServiceDeployment> newest) {
    Optional<ServiceDeployment> about =
        newest.stream().filter(d -> d.id().equals(change.deployment())).findFirst();
    List<ServiceDeployment> backToIt =
        newest.stream()
            .filter(d ->
                d.rollback()
                    .filter(r -> EcsDeploymentId.ofRevision(r.target()).equals(change.deployment()))
                    .isPresent())
            .toList();
    if (about.isEmpty() && backToIt.isEmpty()) {
      require(isOlder(change, newest), change);
      return;
    }
    switch (change.state()) {
      case IN_PROGRESS -> {}
      case COMPLETED -> require(about.stream().noneMatch(d -> isUnderWay(d.status())), change);
      case FAILED ->
          // where it is what an earlier one went back to, that rollback has failed
          require(
              about.stream().noneMatch(d -> isUnderWay(d.status()))
                  && backToIt.stream().noneMatch(d -> d.status() == Status.ROLLBACK_IN_PROGRESS),
              change);
    }
  }

  private static void require(boolean shown, DeploymentChange change) {
    if (!shown) {
      throw new NotShownYet(
          "ECS does not show yet that deployment %s of %s is %s"
              .formatted(change.deployment(), change.service().shortName(), change.state()));
    }
  }

  private static boolean isUnderWay(Status status) {
    return switch (status) {
      case PENDING, IN_PROGRESS, STOP_REQUESTED, ROLLBACK_REQUESTED -> true;
      default -> false;
    };
  }

  /** Whether the event tells of a time before the newest deployment, and so of an older one. */
  private static boolean isOlder(DeploymentChange change, List<ServiceDeployment> newest) {
    return !newest.isEmpty() && change.at().isBefore(newest.getFirst().createdAt());
  }

  /** Empty where it is none of Slipway's. */
  private Optional<EndedRollout> ended(
      Service service,
      ServiceDeployment deployment,
      RolloutOutcome outcome,
      List<ServiceDeployment> all) {
    Map<String, ServiceRevision> revisions = deployments.revisions(revisionsOf(deployment, all));
    ServiceRevision target = revisions.get(deployment.target());
    if (target == null) {
      return Optional.empty();
    }
    TaskDefinition to = ecs.taskDefinition(target.taskDefinition());
    List<ServiceRevision> sources =
        deployment.sources().stream()
            .flatMap(arn -> Optional.ofNullable(revisions.get(arn)).stream())
            .sorted(Comparator.comparing(ServiceRevision::createdAt))
            .toList();
    boolean chosen = Wish.of(service).filter(w -> w.revision().equals(to.arn())).isPresent();
    if (!isSlipways(to, chosen, sources)) {
      return Optional.empty();
    }
    Optional<TaskDefinitionArn> before =
        deployment
            .rollback()
            .flatMap(rollback -> Optional.ofNullable(revisions.get(rollback.target())))
            .or(() -> sources.stream().findFirst())
            .map(ServiceRevision::taskDefinition)
            .filter(arn -> !arn.equals(to.arn()));
    Optional<TaskDefinition> from = before.map(ecs::taskDefinition);
    Optional<Diagnosis> diagnosis =
        outcome.isFailure()
            ? Optional.of(Diagnosis.of(evidences.of(service, deployment, to)))
            : Optional.empty();
    List<ImageDigest> blocked =
        outcome.isFailure()
            ? block(service.arn(), suspects(from, to, deployment, revisions, all))
            : List.of();
    return Optional.of(
        new EndedRollout(
            service.arn(),
            deployment.id(),
            deployment.arn(),
            outcome,
            service.environment().orElseThrow(),
            before,
            to.arn(),
            from.map(definition -> changes(definition, to)).orElseGet(List::of),
            origin(service, to, chosen),
            deployment.createdAt(),
            deployment.decidedAt().orElse(deployment.createdAt()),
            deployment.runningTasks(),
            diagnosis,
            blocked));
  }

  private static Set<String> revisionsOf(
      ServiceDeployment deployment, List<ServiceDeployment> all) {
    Set<String> arns = new LinkedHashSet<>();
    arns.add(deployment.target());
    arns.addAll(deployment.sources());
    deployment.rollback().ifPresent(rollback -> arns.add(rollback.target()));
    all.stream()
        .filter(other -> isLaterSuccess(other, deployment))
        .forEach(other -> arns.add(other.target()));
    return arns;
  }

  private static boolean isLaterSuccess(ServiceDeployment other, ServiceDeployment deployment) {
    return other.status() == Status.SUCCESSFUL && other.createdAt().isAfter(deployment.createdAt());
  }

  /**
   * Slipway goes forward to a revision that it has registered, or to one that a person chose. Who
   * deploys the same revision anew, or an older one, does it without Slipway.
   */
  private static boolean isSlipways(
      TaskDefinition to, boolean chosen, List<ServiceRevision> sources) {
    Optional<TaskDefinitionArn> newestSource =
        sources.stream().reduce((_, later) -> later).map(ServiceRevision::taskDefinition);
    if (newestSource.filter(to.arn()::equals).isPresent()) {
      return false;
    }
    return chosen
        || (to.tags().containsKey(RevisionTags.EVENT)
            && to.tags().containsKey(RevisionTags.SOURCE)
            && newestSource
                .map(source ->
                    source.family().equals(to.arn().family())
                        && source.revision() < to.arn().revision())
                .orElse(true));
  }

  private static List<ImageChange> changes(TaskDefinition from, TaskDefinition to) {
    List<ImageChange> changes = new ArrayList<>();
    for (TaskDefinition.Container container : to.containers()) {
      from.containers().stream()
          .filter(before -> before.name().equals(container.name()))
          .map(TaskDefinition.Container::image)
          .filter(image -> !image.equals(container.image()))
          .findFirst()
          .ifPresent(
              image -> changes.add(new ImageChange(container.name(), image, container.image())));
    }
    return changes;
  }

  /**
   * The digests that the deployment brought and the service did not have: which of several is to
   * blame nobody can tell. One that was deployed well since then is not among them.
   */
  private Set<ImageDigest> suspects(
      Optional<TaskDefinition> from,
      TaskDefinition to,
      ServiceDeployment deployment,
      Map<String, ServiceRevision> revisions,
      List<ServiceDeployment> all) {
    Set<ImageDigest> suspects = new LinkedHashSet<>();
    if (from.isPresent()) {
      suspects.addAll(digests(to));
      suspects.removeAll(digests(from.get()));
    } else {
      for (String word : to.tags().getOrDefault(RevisionTags.DIGEST, "").split(" ", -1)) {
        ImageDigest.find(word).ifPresent(suspects::add);
      }
    }
    for (ServiceDeployment other : all) {
      ServiceRevision revision = revisions.get(other.target());
      if (revision != null && isLaterSuccess(other, deployment)) {
        suspects.removeAll(digests(ecs.taskDefinition(revision.taskDefinition())));
      }
    }
    return suspects;
  }

  private static Set<ImageDigest> digests(TaskDefinition definition) {
    Set<ImageDigest> digests = new HashSet<>();
    definition.containers().stream()
        .map(TaskDefinition.Container::image)
        .map(ImageReference::digest)
        .forEach(digest -> digest.ifPresent(digests::add));
    return digests;
  }

  /** Tags cannot be changed in one step: somebody else may write between reading and writing. */
  private List<ImageDigest> block(ServiceArn arn, Set<ImageDigest> digests) {
    if (digests.isEmpty()) {
      return List.of();
    }
    for (int write = 0; write <= MOST_WRITES; write++) {
      Optional<Service> service = ecs.describe(List.of(arn)).stream().findFirst();
      if (service.isEmpty()) {
        return List.of();
      }
      BlockedImages blocked = BlockedImages.of(service.get());
      if (blocked.digests().containsAll(digests)) {
        return List.copyOf(digests);
      }
      if (write < MOST_WRITES) {
        tags.put(arn, Map.of(Service.BLOCKED_TAG, blocked.with(digests).tagValue()));
      }
    }
    throw new NotShownYet(
        "the tag %s of %s does not hold what was written there: somebody else must be writing it"
            .formatted(Service.BLOCKED_TAG, arn.shortName()));
  }

  private static EndedRollout.Origin origin(Service service, TaskDefinition to, boolean chosen) {
    Map<String, String> of = to.tags();
    Optional<String> tag = Optional.ofNullable(of.get(RevisionTags.TAG));
    if (chosen) {
      // its tags tell of the time when it was first deployed
      return new EndedRollout.Origin(
          tag, Optional.empty(), service.tag(Service.CHOSEN_BY_TAG), Optional.empty());
    }
    return new EndedRollout.Origin(
        tag,
        Optional.ofNullable(of.get(RevisionTags.EVENT)),
        Optional.ofNullable(of.get(RevisionTags.BY)),
        Optional.ofNullable(of.get(RevisionTags.PUSHED)).flatMap(Rollouts::instant));
  }

  /** A person may have edited the tag: then the time is not known. */
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
