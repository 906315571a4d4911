package dev.slipway.decide;

import static java.util.Comparator.comparing;

import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.image.Choice;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.PassedOver;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which image of a repository another environment has proven. Each of its services that has
 * deployed an image of the repository must have completed this one and run it long enough, and none
 * may have it blocked. Images are ordered by when one of the services had them first, and a service
 * never gets an earlier one than it has.
 */
public final class SourceRules {
  private SourceRules() {}

  /**
   * Chooses.
   *
   * @param sources the services of the policy's environment that use the repository
   * @param running the images of the repository that the service has for which it is chosen
   */
  public static Choice choose(
      FromPolicy policy,
      Repository repository,
      List<Source> sources,
      Set<ImageDigest> running,
      Instant now) {
    List<Source> proving =
        sources.stream()
            .filter(source -> !provenOnes(source, repository, policy).isEmpty())
            .toList();
    Map<ImageDigest, Instant> first =
        hadFirst(sources.stream().map(Source::recorded).toList(), repository);
    Map<ImageDigest, Instant> begun = new HashMap<>();
    sources.forEach(source ->
        source
            .recorded()
            .deployments()
            .forEach(deployment ->
                digests(deployment, repository)
                    .forEach(digest ->
                        begun.merge(digest, deployment.decidedAt(), SourceRules::earlier))));
    // also what was never completed: people ask why it is passed over
    Map<ImageDigest, Instant> known = new HashMap<>(begun);
    first.forEach((digest, at) -> {
      if (running.contains(digest) || begun.containsKey(digest)) {
        known.put(digest, at);
      }
    });
    List<ImageDigest> newestFirst =
        known.entrySet().stream()
            .sorted(
                Map.Entry.<ImageDigest, Instant>comparingByValue()
                    .thenComparing(entry -> entry.getKey().value())
                    .reversed())
            .map(Map.Entry::getKey)
            .toList();
    List<PassedOver> passedOver = new ArrayList<>();
    for (ImageDigest digest : newestFirst) {
      Optional<String> why =
          running.contains(digest) && first.containsKey(digest)
              ? Optional.empty()
              : sources.stream()
                  .flatMap(source -> blocked(source, digest).stream())
                  .findFirst()
                  .or(() ->
                      proving.isEmpty()
                          ? Optional.of(
                              "no service of %s has completed it".formatted(policy.environment()))
                          : proving.stream()
                              .flatMap(source ->
                                  unproven(source, repository, digest, policy, now).stream())
                              .findFirst());
      if (why.isEmpty()) {
        return new Choice(Optional.empty(), Optional.of(digest), passedOver, List.of());
      }
      passedOver.add(new PassedOver(digest.abbreviated(), why.get()));
    }
    return new Choice(
        Optional.empty(), Optional.empty(), passedOver, warnings(policy, sources, proving));
  }

  /**
   * Not what was pushed before what the service has: however staging came to run it, a rollback or
   * an image of long ago among the reasons, it is not newer.
   *
   * @param has the images of the repository that the service has
   * @param pushed when these and the chosen one were pushed, as far as ECR has them
   */
  public static Choice newer(
      Choice choice, Set<ImageDigest> has, Map<ImageDigest, Instant> pushed) {
    Optional<Instant> at = choice.digest().map(pushed::get);
    Optional<ImageDigest> later =
        has.stream()
            .filter(digest ->
                at.isPresent()
                    && pushed.containsKey(digest)
                    && pushed.get(digest).isAfter(at.get()))
            .findFirst();
    if (later.isEmpty()) {
      return choice;
    }
    List<PassedOver> passedOver = new ArrayList<>(choice.passedOver());
    passedOver.add(
        new PassedOver(
            choice.digest().orElseThrow().abbreviated(),
            "it was pushed before %s, which the service has".formatted(later.get().abbreviated())));
    return new Choice(Optional.empty(), later, passedOver, choice.warnings());
  }

  /** Why nothing there can be chosen, whatever images there are. */
  private static List<String> warnings(
      FromPolicy policy, List<Source> sources, List<Source> proving) {
    if (!proving.isEmpty()) {
      return List.of();
    }
    return List.of(
        sources.isEmpty()
            ? "no service of %s uses this repository".formatted(policy.environment())
            : "no deployment of Slipway's has been completed in %s yet: the next one counts"
                .formatted(policy.environment()));
  }

  /**
   * When services had each image of a repository first, which orders images: when the first of them
   * completed it. One that the record does not see coming, since it ran before, counts from when
   * Slipway replaced it: so a rollback to it does not make it the newest.
   */
  public static Map<ImageDigest, Instant> hadFirst(
      Collection<RecordedService> services, Repository repository) {
    Map<ImageDigest, Instant> first = new HashMap<>();
    for (RecordedService service : services) {
      goodOnes(service, repository)
          .forEach(good ->
              digests(good, repository)
                  .forEach(digest -> first.merge(digest, endOf(good), SourceRules::earlier)));
      Set<ImageDigest> brought = new HashSet<>();
      for (DeploymentRecord deployment : service.deployments().reversed()) {
        digests(deployment.changes().stream().map(ImageChange::from).toList(), repository).stream()
            .filter(replaced -> !brought.contains(replaced))
            .forEach(
                replaced -> first.merge(replaced, deployment.decidedAt(), SourceRules::earlier));
        brought.addAll(digests(deployment, repository));
      }
    }
    return first;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Optional<String> blocked(Source source, ImageDigest digest) {
    return source.recorded().service().isBlocked(digest)
        ? Optional.of("it is blocked in " + name(source))
        : Optional.empty();
  }

  /** Why a service does not prove an image; empty where it does. */
  private static Optional<String> unproven(
      Source source, Repository repository, ImageDigest digest, FromPolicy policy, Instant now) {
    List<DeploymentRecord> completions =
        provenOnes(source, repository, policy).stream()
            .filter(good -> digests(good, repository).contains(digest))
            .toList();
    if (completions.isEmpty()) {
      boolean underWay =
          source.recorded().running().stream()
              .anyMatch(deployment -> digests(deployment, repository).contains(digest));
      return Optional.of(
          "%s %s".formatted(name(source), underWay ? "is deploying it" : "has not completed it"));
    }
    Optional<String> last = Optional.empty();
    for (DeploymentRecord good : completions) {
      Optional<Instant> until = replacedAt(source, repository, digest, good);
      last = until.isEmpty() ? failing(source) : Optional.empty();
      Instant soaked = endOf(good).plus(policy.soak());
      if (last.isEmpty() && !until.orElse(now).isBefore(soaked)) {
        return Optional.empty();
      }
      last =
          last.or(() ->
              Optional.of(
                  until.isEmpty()
                      ? "%s has to run it until %s"
                          .formatted(name(source), soaked.truncatedTo(ChronoUnit.SECONDS))
                      : "%s ran it from %s to %s only"
                          .formatted(
                              name(source),
                              endOf(good).truncatedTo(ChronoUnit.SECONDS),
                              until.get().truncatedTo(ChronoUnit.SECONDS))));
    }
    return last;
  }

  /**
   * When another image took the place of what a deployment brought: by a later deployment of
   * Slipway's that did not fail, or by another client. Empty while it runs.
   */
  private static Optional<Instant> replacedAt(
      Source source, Repository repository, ImageDigest digest, DeploymentRecord good) {
    List<DeploymentRecord> later =
        source.recorded().deployments().stream()
            .filter(deployment -> deployment.id().compareTo(good.id()) > 0)
            .filter(SourceRules::replaces)
            .sorted(comparing(DeploymentRecord::id))
            .toList();
    Optional<Instant> replaced =
        later.stream()
            .filter(deployment -> !digests(deployment, repository).contains(digest))
            .flatMap(deployment -> deployment.startedAt().stream())
            .min(Comparator.naturalOrder());
    return replaced.or(() -> takenOver(source, repository, digest, good));
  }

  /**
   * Whether its image takes the place of what ran: also where no task was desired, or no end known.
   */
  private static boolean replaces(DeploymentRecord deployment) {
    return deployment.isRunning()
        || deployment
            .ended()
            .filter(end ->
                end.outcome() == DeploymentOutcome.DEPLOYED
                    || end.outcome() == DeploymentOutcome.UNKNOWN)
            .isPresent();
  }

  /** When another client put another image in place of what Slipway deployed last. */
  private static Optional<Instant> takenOver(
      Source source, Repository repository, ImageDigest digest, DeploymentRecord good) {
    return source
        .service()
        .flatMap(Service::primaryDeployment)
        // ECS goes back to it after another has failed, by a deployment of its own
        .filter(primary -> !has(source, repository, digest, primary.taskDefinition()))
        .filter(primary ->
            EcsDeploymentId.tryParse(primary.id()).flatMap(source.recorded()::deployment).isEmpty())
        .flatMap(EcsDeployment::createdAt)
        .filter(endOf(good)::isBefore);
  }

  /** Whether a revision is known to have an image: by the record's deployments, or as last seen. */
  private static boolean has(
      Source source, Repository repository, ImageDigest digest, String revision) {
    return source.recorded().deployments().stream()
            .filter(deployment -> digests(deployment, repository).contains(digest))
            .flatMap(deployment -> deployment.to().stream())
            .anyMatch(to -> to.shortName().equals(revision))
        || source
            .recorded()
            .service()
            .revision()
            .filter(known -> known.arn().shortName().equals(revision))
            .filter(known -> digests(known.images().values(), repository).contains(digest))
            .isPresent();
  }

  /** What is wrong with a service now that it did not show when its deployment was completed. */
  private static Optional<String> failing(Source source) {
    if (source.service().isEmpty()) {
      return Optional.of("%s is gone".formatted(name(source)));
    }
    Service service = source.service().get();
    if (service.desiredCount() == 0) {
      return Optional.of("%s is scaled to zero".formatted(name(source)));
    }
    return service.runningCount() < service.desiredCount() || service.runningCount() == 0
        ? Optional.of(
            "%s runs %d of %d tasks"
                .formatted(name(source), service.runningCount(), service.desiredCount()))
        : Optional.empty();
  }

  private static List<DeploymentRecord> goodOnes(RecordedService service, Repository repository) {
    return service.deployments().stream()
        .filter(DeploymentRecord::isGood)
        .filter(good -> !digests(good, repository).isEmpty())
        .toList();
  }

  /** Those of the environment: a service may have followed another one before. */
  private static List<DeploymentRecord> provenOnes(
      Source source, Repository repository, FromPolicy policy) {
    return goodOnes(source.recorded(), repository).stream()
        .filter(good -> good.environment().equals(policy.environment()))
        .toList();
  }

  private static Set<ImageDigest> digests(DeploymentRecord deployment, Repository repository) {
    return digests(deployment.images().values(), repository);
  }

  private static Set<ImageDigest> digests(
      Collection<ImageReference> images, Repository repository) {
    Set<ImageDigest> digests = new LinkedHashSet<>();
    images.stream()
        .filter(image -> image.repository().filter(repository::equals).isPresent())
        .forEach(image -> image.digest().ifPresent(digests::add));
    return digests;
  }

  private static Instant endOf(DeploymentRecord good) {
    return good.ended().orElseThrow().at();
  }

  private static String name(Source source) {
    return source.recorded().service().service().shortName();
  }
}
