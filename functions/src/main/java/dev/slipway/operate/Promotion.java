package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ImageTags;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Block;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.ServiceRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives the images that run in one environment the tag that another follows. What is promoted is
 * what the first environment's services run and have completed, not what its tag points at: an
 * image that is still being rolled out, was rolled back or never ran is not proven. The other
 * environment then deploys it as it deploys any push.
 */
public final class Promotion {
  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final ImageRegistry registry;
  private final ImageTags images;
  private final RecordStore records;

  /** What it reads, and what gives tags. */
  public Promotion(
      ServiceDirectory directory,
      Ecs ecs,
      ServiceEvaluator evaluator,
      ImageRegistry registry,
      ImageTags images,
      RecordStore records) {
    this.directory = directory;
    this.ecs = ecs;
    this.evaluator = evaluator;
    this.registry = registry;
    this.images = images;
    this.records = records;
  }

  /**
   * One image that gets the tag.
   *
   * @param replaces what the tag pointed at before; empty if there was no such tag
   */
  public record Promoted(
      Repository repository, ImageDigest digest, ImageTag tag, Optional<ImageDigest> replaces) {}

  /**
   * What is to be done, or was.
   *
   * @param promoted without those that have the tag already
   * @param services of the environment that is promoted to, which follow one of the images
   * @param warnings sentences for people: what has the tag already, what runs nothing
   */
  public record PromotionPlan(
      List<Promoted> promoted, List<Service> services, List<String> warnings) {
    /** Copies the lists. */
    public PromotionPlan {
      promoted = List.copyOf(promoted);
      services = List.copyOf(services);
      warnings = List.copyOf(warnings);
    }
  }

  /** A service, and the images that it runs: by digest wherever one is known. */
  private record Running(
      Service service,
      ServiceRecord record,
      Map<String, ImageReference> images,
      Set<Repository> repositories) {}

  /**
   * What a promotion would do.
   *
   * @param from name of the environment whose images are good
   * @param to name of the environment that gets them
   * @param repository name of the one repository that is meant; empty for all that both have
   * @param evenIfBlocked also what services of the other environment have blocked: there it stays
   *     blocked
   * @throws RejectedRequest if it cannot be done
   */
  public PromotionPlan plan(
      String from, String to, Optional<String> repository, boolean evenIfBlocked) {
    Environment source = directory.environment(from);
    Environment target = directory.environment(to);
    ImageTag tag = tag(target);
    if (source.images().equals(target.images())) {
      throw new RejectedRequest(
          "%s and %s both follow tag %s: there is nothing to promote".formatted(from, to, tag));
    }
    List<Running> sources = running(source);
    List<Running> targets = running(target);
    List<String> warnings = new ArrayList<>();
    Set<Repository> repositories = repositories(from, to, sources, targets, repository);
    Map<Repository, ImageDigest> digests = deployed(from, sources, repositories, warnings);
    List<Promoted> promoted = new ArrayList<>();
    digests.forEach((where, digest) -> {
      Optional<ImageDigest> before = pointsAt(where, tag);
      if (before.filter(digest::equals).isPresent()) {
        warnings.add(
            "tag %s of %s points at %s already".formatted(tag, where.name(), digest.abbreviated()));
      } else {
        promoted.add(new Promoted(where, digest, tag, before));
      }
    });
    List<Running> followers =
        targets.stream()
            .filter(running -> running.repositories().stream().anyMatch(digests::containsKey))
            .toList();
    List<String> blocked = blocked(followers, digests);
    if (!blocked.isEmpty() && !evenIfBlocked) {
      throw new RejectedRequest(
          "%s. To promote it anyway: with evenIfBlocked; it stays blocked there until `slipway deploy SERVICE --unblock`"
              .formatted(String.join("; ", blocked)));
    }
    warnings.addAll(blocked);
    return new PromotionPlan(promoted, followers.stream().map(Running::service).toList(), warnings);
  }

  /**
   * Promotes.
   *
   * @throws RejectedRequest if an image cannot get the tag; the sentence says which others have it
   */
  public void promote(PromotionPlan plan) {
    put(plan.promoted());
  }

  private static List<String> blocked(
      List<Running> followers, Map<Repository, ImageDigest> digests) {
    List<String> blocked = new ArrayList<>();
    for (Running follower : followers) {
      for (Repository repository : follower.repositories()) {
        Optional.ofNullable(digests.get(repository))
            .flatMap(follower.record()::blockOf)
            .ifPresent(block -> blocked.add(words(follower, block)));
      }
    }
    return blocked;
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

  private static ImageTag tag(Environment environment) {
    if (environment.images() instanceof TagPolicy(ImageTag tag)) {
      return tag;
    }
    throw new RejectedRequest(
        "%s selects its images by %s: only an environment that follows one tag can be promoted to"
            .formatted(environment.name(), environment.images()));
  }

  private List<Running> running(Environment environment) {
    List<Service> services =
        directory.followers(environment).services().stream()
            .filter(service -> service.taskDefinition().isPresent())
            .toList();
    Map<ServiceArn, ServiceRecord> known =
        services.isEmpty()
            ? Map.of()
            : records.services(services.stream().map(Service::arn).toList());
    return services.stream()
        .map(service ->
            running(
                service, known.getOrDefault(service.arn(), ServiceRecord.unknown(service.arn()))))
        .toList();
  }

  /** A revision never changes: where the record knows its images, it is not read again. */
  private Running running(Service service, ServiceRecord record) {
    KnownRevision revision =
        record
            .revision()
            .filter(r -> service.taskDefinition().filter(r.arn()::equals).isPresent())
            .orElseGet(() -> read(service));
    Set<Repository> repositories = new LinkedHashSet<>(revision.repositories());
    repositories.removeIf(repository -> !evaluator.isFollowed(service, repository));
    Map<String, ImageReference> images = revision.images();
    boolean byTag =
        images.values().stream()
            .anyMatch(image ->
                image.digest().isEmpty()
                    && image.repository().filter(repositories::contains).isPresent());
    if (byTag) {
      evaluator
          .runningDigests(service)
          .forEach((container, digest) ->
              images.computeIfPresent(
                  container, (_, image) -> image.digest().isPresent() ? image : image.at(digest)));
    }
    return new Running(service, record, images, repositories);
  }

  private KnownRevision read(Service service) {
    var revision = service.taskDefinition().orElseThrow();
    try {
      return KnownRevision.of(ecs.taskDefinition(revision));
    } catch (EcsClientError e) {
      throw new RejectedRequest(
          "%s of %s cannot be read: %s".formatted(revision.shortName(), service, e.getMessage()));
    }
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
              + " repository to promote it for a service to come");
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
   * What all services of the environment run; they must agree, have completed it, and not have it
   * blocked. A service without tasks proves nothing, and is left out.
   */
  private static Map<Repository, ImageDigest> deployed(
      String from, List<Running> services, Set<Repository> repositories, List<String> warnings) {
    List<String> problems = new ArrayList<>();
    List<Running> proven = new ArrayList<>();
    for (Running running : services) {
      if (running.repositories().stream().noneMatch(repositories::contains)) {
        continue;
      }
      Optional<String> unsettled = running.service().unsettled();
      if (unsettled.isPresent()) {
        problems.add("%s: %s".formatted(running.service(), unsettled.get()));
      } else if (running.service().runningCount() == 0) {
        warnings.add(
            "%s runs no task: what it is to run does not count".formatted(running.service()));
      } else {
        proven.add(running);
      }
    }
    if (!problems.isEmpty()) {
      throw new RejectedRequest(
          "%s has not come to rest, so that nobody knows yet whether its images are good; %s"
              .formatted(from, String.join("; ", problems)));
    }
    Map<Repository, ImageDigest> deployed = new LinkedHashMap<>();
    for (Repository repository : repositories) {
      Map<String, List<String>> users = users(proven, repository);
      if (users.isEmpty()) {
        throw new RejectedRequest(
            "no service of %s runs a task with an image of %s: nobody knows whether it is good"
                .formatted(from, repository.name()));
      }
      if (users.size() > 1) {
        throw new RejectedRequest(
            "the services of %s run different images of %s: %s"
                .formatted(
                    from,
                    repository.name(),
                    users.entrySet().stream()
                        .map(user ->
                            "%s in %s".formatted(user.getKey(), String.join(", ", user.getValue())))
                        .collect(joining("; "))));
      }
      String only = users.keySet().iterator().next();
      deployed.put(
          repository,
          ImageDigest.find(only)
              .orElseThrow(() ->
                  new RejectedRequest(
                      "%s run %s, of which ECS has not recorded the digest: only what is known by its digest can be promoted"
                          .formatted(String.join(", ", users.get(only)), only))));
    }
    for (Running running : proven) {
      running
          .repositories()
          .forEach(repository ->
              Optional.ofNullable(deployed.get(repository))
                  .flatMap(running.record()::blockOf)
                  .ifPresent(block -> {
                    throw new RejectedRequest(words(running, block));
                  }));
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

  private Optional<ImageDigest> pointsAt(Repository repository, ImageTag tag) {
    return switch (registry.candidate(repository, tag)) {
      case Candidate.Image image -> Optional.of(image.digest());
      case Candidate.NotAnImage other -> Optional.of(other.digest());
      case Candidate.Missing _ -> Optional.empty();
    };
  }

  private void put(List<Promoted> promoted) {
    List<String> done = new ArrayList<>();
    for (Promoted image : promoted) {
      Optional<String> problem = images.put(image.repository(), image.tag(), image.digest());
      if (problem.isPresent()) {
        throw new RejectedRequest(
            "%s cannot get tag %s in %s: %s%s"
                .formatted(
                    image.digest().abbreviated(),
                    image.tag(),
                    image.repository().name(),
                    problem.get(),
                    done.isEmpty()
                        ? ""
                        : "; already promoted were images of " + String.join(", ", done)));
      }
      done.add(image.repository().name());
    }
  }
}
