package dev.slipway.operate;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.text.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the services and environments that an operator means. */
public final class ServiceDirectory {
  private static final int MAX_NAMES = 5;

  private final List<Environment> environments;
  private final Ecs ecs;

  /**
   * @param environments of slipway.yaml
   */
  public ServiceDirectory(List<Environment> environments, Ecs ecs) {
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
  }

  /**
   * The services that follow an environment.
   *
   * @param warnings what keeps others from being among them, for the operator: services whose
   *     environment slipway.yaml does not have, clusters that cannot be read
   */
  public record Followers(List<Service> services, List<String> warnings) {
    /** Copies the lists. */
    public Followers {
      services = List.copyOf(services);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The environment of that name.
   *
   * @throws RejectedRequest if slipway.yaml has none
   */
  public Environment environment(String name) {
    List<String> names = environments.stream().map(Environment::name).toList();
    return environments.stream()
        .filter(environment -> environment.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new RejectedRequest(
                "there is no environment \"%s\": slipway.yaml has %s%s"
                    .formatted(name, String.join(", ", names), Suggestion.of(name, names))));
  }

  /** The environment that a service follows; empty if it follows none. */
  public Optional<Environment> environmentOf(Service service) {
    return environments.stream().filter(e -> e.isFollowedBy(service)).findFirst();
  }

  /**
   * The one service that is meant, whether it follows an environment or not.
   *
   * @throws RejectedRequest if there is none or more than one, with the names that are near
   */
  public Service service(ServiceSelector selector) {
    return switch (selector) {
      case ServiceSelector.ByArn(var arn) -> {
        Service found =
            find(arn.cluster(), arn.name()).orElseThrow(() -> unknown(selector, arn.name()));
        if (!found.arn().equals(arn)) {
          throw new RejectedRequest(
              "service %s is of another account or Region: here it would be %s"
                  .formatted(arn, found.arn()));
        }
        yield found;
      }
      case ServiceSelector.InCluster(String cluster, String name) ->
          find(cluster, name).orElseThrow(() -> unknown(selector, name));
      case ServiceSelector.ByName(String name) -> named(name);
    };
  }

  private Optional<Service> find(String cluster, String name) {
    return ecs.find(cluster, name).filter(service -> !service.status().equals("INACTIVE"));
  }

  /** Only the ARNs of all services are listed: reading them takes ten times the calls. */
  private Service named(String name) {
    List<ServiceArn> all = ecs.serviceArns();
    List<ServiceArn> found = all.stream().filter(arn -> arn.name().equals(name)).toList();
    List<Service> there =
        ecs.describe(found).stream().filter(s -> !s.status().equals("INACTIVE")).toList();
    if (there.isEmpty()) {
      throw unknown(new ServiceSelector.ByName(name), name, all);
    }
    if (there.size() > 1) {
      throw new RejectedRequest(
          "several services are named %s: say which of %s".formatted(name, someOf(names(there))));
    }
    return there.getFirst();
  }

  private NoSuchService unknown(ServiceSelector selector, String name) {
    return unknown(selector, name, ecs.serviceArns());
  }

  private NoSuchService unknown(ServiceSelector selector, String name, List<ServiceArn> services) {
    Set<String> near = new TreeSet<>();
    for (ServiceArn service : services) {
      if (!Suggestion.near(name, List.of(service.name()), 1).isEmpty()) {
        near.add(service.shortName());
      }
    }
    return new NoSuchService(
        "there is no service %s%s".formatted(selector, instead(name, near, services)));
  }

  /** What may be meant; where nothing is near, where a service could be, and what lists them. */
  private String instead(String name, Set<String> near, List<ServiceArn> services) {
    if (environments.stream().anyMatch(environment -> environment.name().equals(name))) {
      return ". An environment is called so: --environment " + name;
    }
    if (!near.isEmpty()) {
      return ". Did you mean %s?".formatted(someOf(List.copyOf(near)));
    }
    if (services.isEmpty()) {
      return ", nor any other";
    }
    List<String> clusters = services.stream().map(ServiceArn::cluster).distinct().sorted().toList();
    return " in %s %s. `slipway status` lists the services that follow an environment"
        .formatted(clusters.size() == 1 ? "cluster" : "clusters", someOf(clusters));
  }

  private static List<String> names(List<Service> services) {
    return services.stream().map(service -> service.arn().shortName()).sorted().toList();
  }

  private static String someOf(List<String> names) {
    return names.stream().limit(MAX_NAMES).collect(joining(", "))
        + (names.size() > MAX_NAMES ? " or %d more".formatted(names.size() - MAX_NAMES) : "");
  }

  /**
   * The services that are meant, each of which follows an environment.
   *
   * @throws RejectedRequest if there are none
   */
  public List<Service> services(Scope scope) {
    return switch (scope) {
      case Scope.OfService(ServiceSelector selector) -> {
        Service service = service(selector);
        if (environmentOf(service).isEmpty()) {
          throw new RejectedRequest(
              "%s follows no environment of slipway.yaml: Slipway changes nothing there. To have it follow one: `slipway follow %s ENVIRONMENT`"
                  .formatted(service, service));
        }
        yield List.of(service);
      }
      case Scope.OfEnvironment(String name) -> {
        Followers followers = followers(environment(name));
        if (followers.services().isEmpty()) {
          throw new RejectedRequest(
              "no service follows environment %s%s"
                  .formatted(
                      name,
                      followers.warnings().isEmpty()
                          ? ""
                          : "; " + String.join("; ", followers.warnings())));
        }
        yield followers.services();
      }
    };
  }

  /** The clusters that services of any environment may be in; none for all clusters. */
  public Set<String> clusters() {
    return environments.stream().anyMatch(environment -> environment.clusters().isEmpty())
        ? Set.of()
        : environments.stream()
            .flatMap(environment -> environment.clusters().stream())
            .collect(toCollection(TreeSet::new));
  }

  /** Why a service follows nothing; empty where it follows an environment. */
  public Optional<Unfollowed> unfollowed(Service service) {
    if (environmentOf(service).isPresent()) {
      return Optional.empty();
    }
    List<String> names = environments.stream().map(Environment::name).toList();
    return Optional.of(
        service
            .environment()
            .<Unfollowed>map(name ->
                names.contains(name)
                    ? new Unfollowed.OtherCluster(name, service.arn().cluster())
                    : new Unfollowed.NoSuchEnvironment(name, names))
            .orElseGet(() -> new Unfollowed.Untagged(names)));
  }

  /**
   * Why a service that has the tag follows nothing, in a sentence; empty where it has none, or
   * follows.
   */
  public Optional<String> unknownEnvironment(Service service) {
    return service
        .environment()
        .flatMap(_ -> unfollowed(service))
        .map(it -> "%s is not followed: %s".formatted(service, it.why()));
  }

  /** The services that follow one environment. */
  public Followers followers(Environment environment) {
    List<String> warnings = new ArrayList<>();
    List<Service> services =
        environment.clusters().isEmpty()
            ? ecs.services(Set.of())
            : servicesOf(environment.clusters(), warnings);
    return new Followers(services.stream().filter(environment::isFollowedBy).toList(), warnings);
  }

  /** A cluster that slipway.yaml names and ECS does not have is no reason to hide the others. */
  private List<Service> servicesOf(Set<String> clusters, List<String> warnings) {
    Map<Object, Service> found = new LinkedHashMap<>();
    for (String cluster : new TreeSet<>(clusters)) {
      try {
        ecs.services(Set.of(cluster)).forEach(service -> found.put(service.arn(), service));
      } catch (EcsClientError e) {
        warnings.add("cluster %s of slipway.yaml: %s".formatted(cluster, e.getMessage()));
      }
    }
    return List.copyOf(found.values());
  }
}
