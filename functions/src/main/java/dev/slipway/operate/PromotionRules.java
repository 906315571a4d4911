package dev.slipway.operate;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.operate.PromotionPlan.Promoted;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What may be promoted: a function of what the services of both environments run. */
final class PromotionRules {
  /** So many services are named for an image that they run. */
  private static final int MAX_NAMES = 5;

  private PromotionRules() {}

  /** A service, and the images that it runs: by digest wherever one is known. */
  record Running(
      Service service,
      ServiceRecord record,
      Map<String, ImageReference> images,
      Set<Repository> repositories) {
    boolean hasAnyOf(Set<Repository> others) {
      return repositories.stream().anyMatch(others::contains);
    }

    /** The images of a repository that are known by their digests. */
    Set<ImageDigest> digests(Repository repository) {
      return images.values().stream()
          .filter(image -> image.repository().filter(repository::equals).isPresent())
          .flatMap(image -> image.digest().stream())
          .collect(toCollection(LinkedHashSet::new));
    }
  }

  /**
   * An image that has proven good, and what it is compared with.
   *
   * @param found what the digest names: a block of a platform's manifest is one of its index too
   * @param tagged what the tag points at now; empty if there is no such tag
   * @param order of the images of its repository
   */
  record Promotable(
      Repository repository,
      ImageDigest digest,
      Candidate found,
      Optional<ImageDigest> tagged,
      ImageOrder order) {
    boolean isTagged() {
      return tagged.filter(digest::equals).isPresent();
    }

    boolean isRunAs(ImageDigest running) {
      return digest.equals(running)
          || (found instanceof Candidate.Image image && image.isRunAs(running));
    }

    Optional<Block> blockOf(ServiceRecord record) {
      return found instanceof Candidate.Image image
          ? record.blockOf(image)
          : record.blockOf(digest);
    }

    Promotable withPushTimes(Map<ImageDigest, Instant> pushed) {
      return new Promotable(
          repository,
          digest,
          found,
          tagged,
          new ImageOrder(order.environment(), order.had(), pushed));
    }

    String words() {
      return PromotionRules.words(repository, digest);
    }
  }

  /**
   * What one environment has proven.
   *
   * @param digests the image of each repository that is promoted
   * @param proven the services that run them
   * @param warnings sentences for people: whose images did not count
   */
  record Good(Map<Repository, ImageDigest> digests, List<Running> proven, List<String> warnings) {}

  /**
   * The tag that images get.
   *
   * @throws RejectedRequest if the environment that is promoted to follows no tag, or the same
   */
  static ImageTag tag(Environment source, Environment target) {
    if (source.images().equals(target.images())) {
      throw new RejectedRequest(
          "%s and %s both follow %s: there is nothing to promote"
              .formatted(source.name(), target.name(), target.images()));
    }
    return target
        .images()
        .followedTag()
        .orElseThrow(() ->
            new RejectedRequest(
                "%s selects its images by %s: only an environment that follows one tag can be promoted to. To deploy an image there anyway: `slipway deploy SERVICE --digest DIGEST`"
                    .formatted(target.name(), target.images())));
  }

  /**
   * The images that are good in one environment, of the repository that is named, or of all that
   * both have.
   *
   * @throws RejectedRequest if nobody knows whether they are good, or they are known not to be
   */
  static Good good(
      Environment source,
      Environment target,
      List<Running> sources,
      List<Running> targets,
      Optional<String> repository) {
    Set<Repository> repositories =
        repositories(source.name(), target.name(), sources, targets, repository);
    List<String> warnings = new ArrayList<>();
    List<Running> proven = proven(source.name(), sources, repositories, warnings);
    return new Good(deployed(source.name(), proven, repositories), proven, warnings);
  }

  /**
   * What is to be done.
   *
   * @param followers the services that follow one of the images
   * @throws RejectedRequest if a service of either environment has blocked one of the images, or
   *     one is older than what is there
   */
  static PromotionPlan plan(
      PromotionRequest asked,
      Good good,
      ImageTag tag,
      List<Promotable> images,
      List<Running> followers) {
    List<String> doubtful = blocked(good.proven(), images);
    if (!doubtful.isEmpty()) {
      throw new RejectedRequest(
          "%s. Promote another image, or unblock it there first: `slipway deploy SERVICE --unblock`"
              .formatted(String.join("; ", doubtful)));
    }
    List<String> warnings = new ArrayList<>(good.warnings());
    List<Promoted> promoted = new ArrayList<>();
    List<String> older = new ArrayList<>();
    for (Promotable image : images) {
      if (image.isTagged()) {
        warnings.add(
            "tag %s of %s points at %s already"
                .formatted(tag, image.repository().name(), image.digest().abbreviated()));
        continue;
      }
      promoted.add(new Promoted(image.repository(), image.digest(), tag, image.tagged()));
      inPlace(image, followers)
          .forEach((other, where) -> {
            image
                .order()
                .whyOlder(image.digest(), other)
                .ifPresent(why ->
                    older.add(
                        "%s is older than %s, which %s: %s"
                            .formatted(image.words(), other.abbreviated(), where, why)));
            if (!image.order().knows(image.digest(), other)) {
              warnings.add(
                  "whether %s is older than %s, which %s, nobody knows: Amazon ECR does not have both"
                      .formatted(image.words(), other.abbreviated(), where));
            }
          });
    }
    List<String> blocked = blocked(followers, images);
    boolean refusesBlocked = !blocked.isEmpty() && !asked.evenIfBlocked();
    boolean refusesOlder = !older.isEmpty() && !asked.evenIfOlder();
    if (refusesBlocked || refusesOlder) {
      throw new RejectedRequest(
          "%s. To promote it anyway: `%s`%s"
              .formatted(
                  Stream.concat(
                          refusesBlocked ? blocked.stream() : Stream.of(),
                          refusesOlder ? older.stream() : Stream.of())
                      .collect(joining("; ")),
                  asked.command(refusesBlocked, refusesOlder),
                  refusesBlocked
                      ? "; it stays blocked there until `slipway deploy SERVICE --unblock`"
                      : ""));
    }
    warnings.addAll(blocked);
    warnings.addAll(older);
    return new PromotionPlan(
        promoted,
        followers.stream()
            .map(running -> new PromotionPlan.Follower(running.service(), running.repositories()))
            .toList(),
        warnings);
  }

  /**
   * The images that one would take the place of: what the services that follow run; what the tag
   * points at where none does. With the end of a sentence for each, that says who has it.
   */
  static Map<ImageDigest, String> inPlace(Promotable image, List<Running> followers) {
    if (image.isTagged()) {
      return Map.of();
    }
    List<Running> users =
        followers.stream().filter(running -> running.hasAnyOf(Set.of(image.repository()))).toList();
    if (users.isEmpty()) {
      return image.tagged().map(digest -> Map.of(digest, "the tag points at now")).orElse(Map.of());
    }
    Map<ImageDigest, List<String>> running = new LinkedHashMap<>();
    for (Running user : users) {
      for (ImageDigest digest : user.digests(image.repository())) {
        if (!image.isRunAs(digest)) {
          running.computeIfAbsent(digest, _ -> new ArrayList<>()).add(user.service().toString());
        }
      }
    }
    Map<ImageDigest, String> inPlace = new LinkedHashMap<>();
    running.forEach((digest, services) ->
        inPlace.put(
            digest, "%s %s".formatted(someOf(services), services.size() == 1 ? "runs" : "run")));
    return inPlace;
  }

  /**
   * Says so where another client has deployed what would be promoted, in place of what Slipway had
   * deployed there: a sentence for each container.
   */
  static List<String> foreign(Running running, RecordedService recorded, Set<Repository> promoted) {
    Optional<EcsDeployment> primary = running.service().primaryDeployment();
    Optional<Instant> since = primary.flatMap(EcsDeployment::createdAt);
    if (since.isEmpty()
        || primary
            .flatMap(deployment -> EcsDeploymentId.tryParse(deployment.id()))
            .flatMap(recorded::deployment)
            .isPresent()) {
      return List.of();
    }
    Instant created = running.service().createdAt().orElse(Instant.EPOCH);
    // ECS itself has replaced one that failed
    Map<String, ImageReference> replaced =
        recorded.deployments().stream()
            .filter(deployment ->
                deployment
                    .startedAt()
                    .filter(at -> at.isBefore(since.get()) && !at.isBefore(created))
                    .isPresent())
            .filter(deployment ->
                deployment
                    .ended()
                    .filter(end -> end.outcome() == DeploymentOutcome.FAILED)
                    .isEmpty())
            .findFirst()
            .map(DeploymentRecord::images)
            .orElse(Map.of());
    List<String> sentences = new ArrayList<>();
    running
        .images()
        .forEach((container, image) -> {
          Optional<ImageDigest> before =
              Optional.ofNullable(replaced.get(container)).flatMap(ImageReference::digest);
          if (image.repository().filter(promoted::contains).isPresent()
              && before.isPresent()
              && !before.equals(image.digest())) {
            sentences.add(
                "%s has drifted: another client deployed %s of %s at %s, in place of %s. That is what is promoted"
                    .formatted(
                        running.service(),
                        image.digest().map(ImageDigest::abbreviated).orElseGet(image::toString),
                        image.repository().orElseThrow().name(),
                        since.get().truncatedTo(ChronoUnit.SECONDS),
                        before.get().abbreviated()));
          }
        });
    return sentences;
  }

  private static String someOf(List<String> services) {
    int more = services.size() - MAX_NAMES;
    return more > 0
        ? "%s and %d more".formatted(String.join(", ", services.subList(0, MAX_NAMES)), more)
        : String.join(", ", services);
  }

  private static List<String> blocked(List<Running> services, List<Promotable> images) {
    List<String> blocked = new ArrayList<>();
    for (Running running : services) {
      images.stream()
          .filter(image -> running.repositories().contains(image.repository()))
          .flatMap(image -> image.blockOf(running.record()).stream())
          .forEach(block -> blocked.add(words(running, block)));
    }
    return blocked;
  }

  private static String words(Repository repository, ImageDigest digest) {
    return "%s %s".formatted(repository.name(), digest.abbreviated());
  }

  private static String words(Running running, Block block) {
    return "image %s of %s is blocked in %s since %s: %s"
        .formatted(
            block.digest().abbreviated(),
            block.repository(),
            running.service(),
            block.since(),
            block.reason());
  }

  private static Set<Repository> repositories(
      String from,
      String to,
      List<Running> sources,
      List<Running> targets,
      Optional<String> named) {
    Set<Repository> known = repositories(sources);
    if (named.isPresent()) {
      Set<Repository> found = new LinkedHashSet<>(known);
      found.removeIf(repository -> !repository.name().equals(named.get()));
      if (found.isEmpty()) {
        throw new RejectedRequest(
            "no service of %s has a container from repository %s%s"
                .formatted(from, named.get(), there(known)));
      }
      return found;
    }
    Set<Repository> shared = new LinkedHashSet<>(known);
    shared.retainAll(repositories(targets));
    if (shared.isEmpty()) {
      throw new RejectedRequest(
          "no repository has containers in services of both %s and %s; %s has %s: name the"
                  .formatted(from, to, from, names(known))
              + " repository (--repository) to promote it for a service to come");
    }
    return shared;
  }

  private static Set<Repository> repositories(List<Running> services) {
    Set<Repository> repositories = new LinkedHashSet<>();
    services.stream()
        .flatMap(running -> running.repositories().stream())
        .sorted(Comparator.comparing(Repository::name))
        .forEach(repositories::add);
    return repositories;
  }

  private static String there(Set<Repository> repositories) {
    return repositories.isEmpty() ? "" : ", only from " + names(repositories);
  }

  private static String names(Set<Repository> repositories) {
    return repositories.isEmpty()
        ? "none"
        : repositories.stream().map(Repository::name).collect(joining(", "));
  }

  /**
   * The services whose images count: all that have one of the repositories, and they must have
   * completed what they run. A service without tasks proves nothing, and is left out.
   */
  private static List<Running> proven(
      String from, List<Running> services, Set<Repository> repositories, List<String> warnings) {
    List<String> problems = new ArrayList<>();
    List<Running> proven = new ArrayList<>();
    for (Running running : services) {
      if (running.repositories().stream().noneMatch(repositories::contains)) {
        continue;
      }
      Optional<String> unsettled = running.service().unsettled();
      if (unsettled.isPresent()) {
        problems.add(
            "%s (%s): %s"
                .formatted(
                    running.service(),
                    repositories.stream()
                        .flatMap(repository ->
                            running.digests(repository).stream()
                                .map(digest -> words(repository, digest)))
                        .collect(joining(", ")),
                    unsettled.get()));
      } else if (running.service().runningCount() == 0) {
        warnings.add(
            "%s runs no task: what it is to run does not count".formatted(running.service()));
      } else {
        proven.add(running);
      }
    }
    if (!problems.isEmpty()) {
      throw new RejectedRequest(
          "%s has not come to rest, so that its images are not proven yet; %s. To see how it ends: `slipway watch --environment %s`"
              .formatted(from, String.join("; ", problems), from));
    }
    return proven;
  }

  /** What all of them run: they must agree. */
  private static Map<Repository, ImageDigest> deployed(
      String from, List<Running> proven, Set<Repository> repositories) {
    Map<Repository, ImageDigest> deployed = new LinkedHashMap<>();
    for (Repository repository : repositories) {
      Map<String, List<String>> users = users(proven, repository);
      if (users.isEmpty()) {
        throw new RejectedRequest(
            "no service of %s runs a task with an image of %s: nobody knows whether it is good. Let one run it first"
                .formatted(from, repository.name()));
      }
      if (users.size() > 1) {
        throw new RejectedRequest(
            "the services of %s run different images of %s: %s. To have them run the same: `slipway deploy --environment %s`"
                .formatted(
                    from,
                    repository.name(),
                    users.entrySet().stream()
                        .map(user ->
                            "%s in %s".formatted(user.getKey(), String.join(", ", user.getValue())))
                        .collect(joining("; ")),
                    from));
      }
      String only = users.keySet().iterator().next();
      deployed.put(
          repository,
          ImageDigest.find(only)
              .orElseThrow(() ->
                  new RejectedRequest(
                      "%s run %s, of which ECS has not recorded the digest: only what is known by its digest can be promoted. Push it again there, so that Slipway deploys it by its digest"
                          .formatted(String.join(", ", users.get(only)), only))));
    }
    return deployed;
  }

  /** Which services run what of a repository: by digest, or as the image is called without one. */
  private static Map<String, List<String>> users(List<Running> services, Repository repository) {
    Map<String, List<String>> users = new TreeMap<>();
    for (Running running : services) {
      running.images().values().stream()
          .filter(image -> image.repository().filter(repository::equals).isPresent())
          .map(image -> image.digest().map(ImageDigest::value).orElseGet(image::toString))
          .distinct()
          .forEach(image ->
              users
                  .computeIfAbsent(image, _ -> new ArrayList<>())
                  .add(running.service().toString()));
    }
    return users;
  }
}
