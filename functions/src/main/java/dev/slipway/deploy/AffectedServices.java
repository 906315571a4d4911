package dev.slipway.deploy;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ScanGate;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

  /**
   * So many services are searched in one look: some 55 calls of the 100 that ECS takes at once.
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
   */
  static final int A_PART = 500;

  /**
   * A search ends after so many parts, and leaves the rest to the sweep: its messages follow from
   * each other, and nothing else would end a chain of them.
   */
  static final int MAX_PARTS = 12;

  /** So many services are searched while the push is handled; where there are more, in parts. */
  static final int A_PAGE = 100;

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
   * @param complete whether all services were searched that had to be
   */
  public record Found(
      List<ServiceArn> services, List<ServiceArn> unknown, String warning, boolean complete) {
    /** Copies the lists. */
    public Found {
      services = List.copyOf(services);
      unknown = List.copyOf(unknown);
    }

    /** All of them. */
    public List<ServiceArn> all() {
      return together(services, unknown);
    }
  }

  /**
   * What one part of all services has.
   *
   * @param services as in {@link Found}
   * @param unknown as in {@link Found}
   * @param unknownElsewhere whether services of other environments are unknown
   * @param strangers services whose environment slipway.yaml does not have
   * @param next where the next part begins; empty at the end
   */
  record Part(
      List<ServiceArn> services,
      List<ServiceArn> unknown,
      boolean unknownElsewhere,
      List<Service> strangers,
      Optional<String> next) {
    /** Copies the lists. */
    Part {
      services = List.copyOf(services);
      unknown = List.copyOf(unknown);
      strangers = List.copyOf(strangers);
    }

    List<ServiceArn> all() {
      return together(services, unknown);
    }

    /** Whether a repository must not be remembered as used by nobody. */
    boolean isAnything() {
      return !services.isEmpty() || !unknown.isEmpty() || unknownElsewhere;
    }
  }

  private static List<ServiceArn> together(List<ServiceArn> services, List<ServiceArn> unknown) {
    Set<ServiceArn> all = new LinkedHashSet<>(services);
    all.addAll(unknown);
    return List.copyOf(all);
  }

  /** The services that a push of this tag to this repository concerns. */
  public Found of(Repository repository, ImageTag tag, Instant now) {
    return of(repository, tag, now, Integer.MAX_VALUE);
  }

  /**
   * The same, but the search ends after so many services: {@link #part} goes on.
   *
   * @param most services
   */
  Found of(Repository repository, ImageTag tag, Instant now, int most) {
    List<Environment> selecting = selecting(repository, tag);
    if (selecting.isEmpty()) {
      return nobody(
          "no environment follows %s:%s: slipway.yaml has %s"
              .formatted(
                  repository.name(),
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
      return new Found(users, List.of(), "", true);
    }
    String none =
        "no service of %s has a container from repository %s"
            .formatted(String.join(" or ", names), repository.name());
    Optional<Instant> searchedAt =
        known.searchedAt().filter(at -> now.isBefore(at.plus(SEARCH_HOLDS)));
    if (searchedAt.isPresent()) {
      return nobody(
          "%s: all services were searched at %s. One that was tagged since is found by its tag-change event, or by the next sweep"
              .formatted(none, searchedAt.get()));
    }
    Part part = part(repository, selecting, Optional.empty(), most);
    String strangers = words(part.strangers());
    if (part.next().isPresent()) {
      return new Found(part.services(), part.unknown(), strangers, false);
    }
    if (!part.isAnything()) {
      records.searched(repository, now);
    }
    if (part.all().isEmpty()) {
      return nobody(strangers.isEmpty() ? none : none + "; " + strangers);
    }
    return new Found(part.services(), part.unknown(), strangers, true);
  }

  /**
   * The services that may wait for a scan of an image of this repository, as far as the index knows
   * them: nothing is read where no environment waits for scans.
   */
  List<ServiceArn> waitingForScans(Repository repository) {
    Set<String> names =
        environments.stream()
            .filter(environment -> environment.images().selectsIn(repository))
            .filter(
                environment -> environment.gates().stream().anyMatch(ScanGate.class::isInstance))
            .map(Environment::name)
            .collect(toSet());
    return names.isEmpty()
        ? List.of()
        : records.usersOf(repository).users().stream()
            .filter(user -> names.contains(user.environment()))
            .map(RepositoryUsers.User::service)
            .toList();
  }

  private List<Environment> selecting(Repository repository, ImageTag tag) {
    return environments.stream()
        .filter(e -> e.images().selectsIn(repository) && e.images().isConcernedBy(tag))
        .toList();
  }

  private static Found nobody(String why) {
    return new Found(List.of(), List.of(), why, true);
  }

  /** One part of a search, from where the part before has stopped. */
  Part part(Repository repository, ImageTag tag, Optional<String> position) {
    return part(repository, selecting(repository, tag), position, A_PART);
  }

  private Part part(
      Repository repository, List<Environment> selecting, Optional<String> position, int most) {
    // of all environments, since it is remembered of the repository, whatever tag is pushed next
    List<Service> listed = new ArrayList<>();
    Optional<String> next = position;
    int pages = 0;
    do {
      ServicePage page = ecs.services(clusters(), next, A_PAGE);
      listed.addAll(page.services());
      next = page.next();
      pages++;
      // a page may have few services of many small clusters
    } while (next.isPresent() && pages < most / A_PAGE);
    List<Service> following =
        listed.stream()
            .filter(service -> environments.stream().anyMatch(e -> e.isFollowedBy(service)))
            .toList();
    // one that cannot be read is evaluated, and fails with the reason
    Map<ServiceArn, ServiceRecord> known =
        records.services(following.stream().map(Service::arn).toList()).known();
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
    return new Part(services, unknown, unknownElsewhere, strangers(listed), next);
  }

  /** The clusters that any environment may have services in; empty for all. */
  private Set<String> clusters() {
    return environments.stream().anyMatch(environment -> environment.clusters().isEmpty())
        ? Set.of()
        : environments.stream()
            .flatMap(environment -> environment.clusters().stream())
            .collect(toCollection(LinkedHashSet::new));
  }

  private List<Service> strangers(List<Service> listed) {
    return listed.stream()
        .filter(service ->
            service
                .environment()
                .filter(name -> environments.stream().noneMatch(e -> e.name().equals(name)))
                .isPresent())
        .toList();
  }

  /** A misspelled environment would otherwise be a service that silently never deploys. */
  private static String words(List<Service> strangers) {
    if (strangers.isEmpty()) {
      return "";
    }
    return "slipway.yaml does not have the environments of %s%s"
        .formatted(
            strangers.stream()
                .limit(5)
                .map(service -> "%s (%s)".formatted(service, service.environment().orElse("")))
                .collect(joining(", ")),
            strangers.size() > 5 ? " and %d more services".formatted(strangers.size() - 5) : "");
  }
}
