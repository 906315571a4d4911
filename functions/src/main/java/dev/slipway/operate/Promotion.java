package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ImageTags;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServiceTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TagValue;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.joining;

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
 * image that is still being rolled out, or was rolled back, is not proven. The other environment
 * then deploys it as it deploys any push.
 */
public final class Promotion {
  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final ImageRegistry registry;
  private final ImageTags images;
  private final ServiceTags tags;

  /** All that it asks and tells. */
  public Promotion(
      ServiceDirectory directory,
      Ecs ecs,
      ImageRegistry registry,
      ImageTags images,
      ServiceTags tags) {
    this.directory = directory;
    this.ecs = ecs;
    this.registry = registry;
    this.images = images;
    this.tags = tags;
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
   * @param remarks sentences for people: what has the tag already
   */
  public record Plan(List<Promoted> promoted, List<Service> services, List<String> remarks) {
    /** Copies the lists. */
    public Plan {
      promoted = List.copyOf(promoted);
      services = List.copyOf(services);
      remarks = List.copyOf(remarks);
    }
  }

  /** A service and what its revision defines. */
  private record Running(Service service, TaskDefinition definition) {
    Set<Repository> repositories() {
      return ServiceEvaluator.followableRepositories(service, definition);
    }
  }

  /**
   * Promotes.
   *
   * @param from name of the environment whose images are good
   * @param to name of the environment that gets them
   * @param repository name of the one repository that is meant; empty for all that both have
   * @param dryRun only says what would be done
   * @throws Refusal if it cannot be done; nothing has been changed unless the sentence says so
   */
  public Plan promote(
      String from, String to, Optional<String> repository, Trigger.Request cause, boolean dryRun) {
    Environment source = directory.environment(from);
    Environment target = directory.environment(to);
    ImageTag tag = tag(target);
    if (tag(source).equals(tag)) {
      throw new Refusal(
          "%s and %s both follow tag %s: there is nothing to promote".formatted(from, to, tag));
    }
    List<Running> sources = running(source);
    List<Running> targets = running(target);
    List<Promoted> promoted = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Set<Repository> repositories = repositories(from, to, sources, targets, repository);
    Map<Repository, ImageDigest> digests = deployed(from, sources, repositories);
    digests.forEach((where, digest) -> {
      Optional<ImageDigest> before = pointsAt(where, tag);
      if (before.filter(digest::equals).isPresent()) {
        remarks.add(
            "tag %s of %s points at %s already".formatted(tag, where.name(), digest.abbreviated()));
      } else {
        promoted.add(new Promoted(where, digest, tag, before));
      }
    });
    List<Running> followers =
        targets.stream()
            .filter(running -> running.repositories().stream().anyMatch(digests::containsKey))
            .toList();
    if (!dryRun) {
      put(promoted);
      followers.forEach(follower -> mark(follower, digests, cause));
    }
    return new Plan(promoted, followers.stream().map(Running::service).toList(), remarks);
  }

  private static ImageTag tag(Environment environment) {
    return switch (environment.images()) {
      case TagPolicy.Exact exact -> exact.tag();
    };
  }

  private List<Running> running(Environment environment) {
    List<Running> running = new ArrayList<>();
    for (Service service : directory.followers(environment).services()) {
      service
          .taskDefinition()
          .map(revision -> {
            try {
              return ecs.taskDefinition(revision);
            } catch (EcsClientError e) {
              throw new Refusal(
                  "%s of %s cannot be read: %s"
                      .formatted(revision.shortName(), service, e.getMessage()));
            }
          })
          .ifPresent(definition -> running.add(new Running(service, definition)));
    }
    return running;
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
        throw new Refusal(
            "no service of %s has a container from repository %s%s"
                .formatted(from, named.get(), there(known)));
      }
      return found;
    }
    Set<Repository> shared = new LinkedHashSet<>(known);
    shared.retainAll(repositories(targets));
    if (shared.isEmpty()) {
      throw new Refusal(
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

  /** What all services of the environment run; they must agree and have come to rest. */
  private static Map<Repository, ImageDigest> deployed(
      String from, List<Running> services, Set<Repository> repositories) {
    List<String> problems = new ArrayList<>();
    for (Running running : services) {
      if (running.repositories().stream().anyMatch(repositories::contains)) {
        running
            .service()
            .unsettled()
            .ifPresent(why -> problems.add("%s: %s".formatted(running.service(), why)));
      }
    }
    if (!problems.isEmpty()) {
      throw new Refusal(
          "%s has not come to rest, so that nobody knows yet whether its images are good; %s"
              .formatted(from, String.join("; ", problems)));
    }
    Map<Repository, ImageDigest> deployed = new LinkedHashMap<>();
    for (Repository repository : repositories) {
      Map<String, List<String>> users = users(services, repository);
      if (users.size() > 1) {
        throw new Refusal(
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
                  new Refusal(
                      "%s run %s, which is no digest: only what was deployed by its digest can be"
                              .formatted(String.join(", ", users.get(only)), only)
                          + " promoted")));
    }
    return deployed;
  }

  /** Which services run what of a repository: by digest, or as the image is called without one. */
  private static Map<String, List<String>> users(List<Running> services, Repository repository) {
    Map<String, List<String>> users = new TreeMap<>();
    for (Running running : services) {
      running.definition().containers().stream()
          .map(TaskDefinition.Container::image)
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
        throw new Refusal(
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

  /** Says in ECS who brought what; a service that has its say already is left alone. */
  private void mark(Running follower, Map<Repository, ImageDigest> digests, Trigger.Request cause) {
    String promoted =
        follower.repositories().stream()
            .flatMap(repository -> Optional.ofNullable(digests.get(repository)).stream())
            .map(ImageDigest::value)
            .distinct()
            .collect(joining(" "));
    if (!follower.service().tag(Service.PROMOTED_TAG).orElse("").startsWith(promoted)) {
      tags.put(
          follower.service().arn(),
          Map.of(Service.PROMOTED_TAG, TagValue.cleaned(promoted + " by " + cause.by())));
    }
  }
}
