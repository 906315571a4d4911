package dev.slipway.deploy;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the services that a push concerns: those that the index lists. A push that the index knows
 * nobody for has all services of the account searched, once in a while.
 */
public final class AffectedServices {
  /** So long a search that found nobody holds; a service that is tagged meanwhile has its event. */
  static final Duration SEARCH_HOLDS = Duration.ofHours(1);

  private final List<Environment> environments;
  private final Ecs ecs;
  private final RecordStore records;

  /**
   * @param environments of slipway.yaml
   */
  public AffectedServices(List<Environment> environments, Ecs ecs, RecordStore records) {
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
    this.records = records;
  }

  /**
   * Whom a push concerns.
   *
   * @param services that use the repository, and follow an environment that selects the tag
   * @param unknown services that follow such an environment, and of which it is not known yet what
   *     they use: each must be evaluated
   * @param warning why there are none, or which services look as if they should be among them;
   *     empty where there is nothing to say
   */
  public record Found(List<ServiceArn> services, List<ServiceArn> unknown, String warning) {
    /** Copies the lists. */
    public Found {
      services = List.copyOf(services);
      unknown = List.copyOf(unknown);
    }

    /** All of them. */
    public List<ServiceArn> all() {
      Set<ServiceArn> all = new LinkedHashSet<>(services);
      all.addAll(unknown);
      return List.copyOf(all);
    }
  }

  /** The services that a push of this tag to this repository concerns. */
  public Found of(Repository repository, ImageTag tag, Instant now) {
    List<Environment> selecting =
        environments.stream().filter(e -> e.images().selects(tag)).toList();
    if (selecting.isEmpty()) {
      return nobody(
          "no environment follows tag %s: slipway.yaml has %s"
              .formatted(
                  tag,
                  environments.stream()
                      .map(e -> "%s (%s)".formatted(e.name(), e.images()))
                      .collect(joining(", "))));
    }
    Set<String> names =
        selecting.stream().map(Environment::name).collect(toCollection(LinkedHashSet::new));
    RepositoryUsers known = records.usersOf(repository);
    List<ServiceArn> users =
        known.users().stream()
            .filter(user -> names.contains(user.environment()))
            .map(RepositoryUsers.User::service)
            .toList();
    if (!users.isEmpty()) {
      return new Found(users, List.of(), "");
    }
    String none =
        "no service of %s has a container from repository %s"
            .formatted(String.join(" or ", names), repository);
    Optional<Instant> searchedAt =
        known.searchedAt().filter(at -> now.isBefore(at.plus(SEARCH_HOLDS)));
    return searchedAt
        .map(at ->
            nobody(
                "%s: all services were searched at %s. One that was tagged since is found by its tag-change event, or by the next sweep"
                    .formatted(none, at)))
        .orElseGet(() -> search(repository, selecting, none, now));
  }

  private static Found nobody(String why) {
    return new Found(List.of(), List.of(), why);
  }

  private Found search(
      Repository repository, List<Environment> selecting, String none, Instant now) {
    // of all environments, since it is remembered of the repository, whatever tag is pushed next
    List<Service> listed = listed();
    List<Service> following =
        listed.stream()
            .filter(service -> environments.stream().anyMatch(e -> e.isFollowedBy(service)))
            .toList();
    Map<ServiceArn, ServiceRecord> known =
        records.services(following.stream().map(Service::arn).toList());
    List<ServiceArn> services = new ArrayList<>();
    List<ServiceArn> unknown = new ArrayList<>();
    boolean unknownElsewhere = false;
    for (Service service : following) {
      boolean selected = selecting.stream().anyMatch(e -> e.isFollowedBy(service));
      Optional<KnownRevision> revision =
          Optional.ofNullable(known.get(service.arn()))
              .filter(record -> record.environment().equals(service.environment()))
              .flatMap(ServiceRecord::revision)
              .filter(r -> service.taskDefinition().filter(r.arn()::equals).isPresent());
      if (!selected) {
        unknownElsewhere |= revision.isEmpty();
      } else if (revision.isEmpty()) {
        unknown.add(service.arn());
      } else if (revision.get().repositories().contains(repository)) {
        services.add(service.arn());
      }
    }
    String strangers = unknownEnvironments(listed);
    if (services.isEmpty() && unknown.isEmpty()) {
      if (!unknownElsewhere) {
        records.searched(repository, now);
      }
      return nobody(strangers.isEmpty() ? none : none + "; " + strangers);
    }
    return new Found(services, unknown, strangers);
  }

  private List<Service> listed() {
    Set<Set<String>> clusterSets = new LinkedHashSet<>();
    environments.forEach(environment -> clusterSets.add(environment.clusters()));
    Map<ServiceArn, Service> found = new LinkedHashMap<>();
    for (Set<String> clusters : clusterSets) {
      ecs.services(clusters).forEach(service -> found.put(service.arn(), service));
    }
    return List.copyOf(found.values());
  }

  /** A misspelled environment would otherwise be a service that silently never deploys. */
  private String unknownEnvironments(List<Service> listed) {
    List<String> strangers =
        listed.stream()
            .filter(service ->
                service
                    .environment()
                    .filter(name -> environments.stream().noneMatch(e -> e.name().equals(name)))
                    .isPresent())
            .map(service -> "%s (%s)".formatted(service, service.environment().orElse("")))
            .toList();
    if (strangers.isEmpty()) {
      return "";
    }
    return "slipway.yaml does not have the environments of %s%s"
        .formatted(
            strangers.stream().limit(5).collect(joining(", ")),
            strangers.size() > 5 ? " and %d more services".formatted(strangers.size() - 5) : "");
  }
}
