package dev.slipway.deploy;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.slipway.image.Repository;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Handles hints: finds the services that one concerns, and brings each of them up to date, or
 * divides the hint where they are many. A hint may be handled any number of times, and by several
 * at once: what is done already is found done.
 *
 * <p>What ECS refuses for one service, or fails to do for it, never keeps the others from being
 * deployed.
 */
public final class Deployer {
  /** A hint of more services is divided, so that no invocation outlives its timeout. */
  static final int MOST_SERVICES = 10;

  private final List<Environment> environments;
  private final Ecs ecs;
  private final Optional<HintQueue> queue;
  private final ServiceDeployer services;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param queue where a hint that concerns many services is divided; empty to do all at once
   */
  public Deployer(
      List<Environment> environments,
      Ecs ecs,
      ImageRegistry registry,
      Optional<HintQueue> queue,
      Announcer announcer) {
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
    this.queue = queue;
    this.services =
        new ServiceDeployer(new Observer(this.environments, ecs, registry), ecs, announcer);
  }

  /**
   * Does what a hint calls for.
   *
   * @throws Unfinished if something failed that a later try may mend: deliver the hint again
   * @throws EcsRefusal if ECS refuses to tell which services there are: trying again cannot help
   */
  public Outcome handle(Hint hint) {
    return switch (hint) {
      case Hint.ImagePushed(Cause.Push cause) -> pushed(cause);
      case Hint.ServiceNamed(ServiceArn service, Cause cause) ->
          bringUpToDate(List.of(service), cause, new Failures(), "");
    };
  }

  private Outcome pushed(Cause.Push cause) {
    List<Environment> selecting =
        environments.stream().filter(e -> e.images().selects(cause.tag())).toList();
    if (selecting.isEmpty()) {
      return new Outcome.Ignored(
          "no environment follows tag %s: slipway.yaml has %s"
              .formatted(
                  cause.tag(),
                  environments.stream()
                      .map(e -> "%s (%s)".formatted(e.name(), e.images()))
                      .collect(joining(", "))));
    }
    Failures failures = new Failures();
    List<Service> candidates = servicesOf(selecting, failures);
    List<ServiceArn> concerned =
        candidates.stream()
            .filter(service -> selecting.stream().anyMatch(e -> e.isFollowedBy(service)))
            .filter(service -> mayRun(cause.repository(), service))
            .map(Service::arn)
            .toList();
    if (concerned.isEmpty()) {
      failures.throwIfAny();
      return new Outcome.Ignored(
          "no service of %s has a container from repository %s%s"
              .formatted(
                  selecting.stream().map(Environment::name).collect(joining(" or ")),
                  cause.repository(),
                  strays(candidates)));
    }
    if (concerned.size() > MOST_SERVICES && queue.isPresent()) {
      queue.get().send(concerned.stream().map(s -> new Hint.ServiceNamed(s, cause)).toList());
      failures.throwIfAny();
      return new Outcome.Divided(
          concerned,
          "it concerns %d services, and each has a hint of its own now%s"
              .formatted(concerned.size(), strays(candidates)));
    }
    return bringUpToDate(concerned, cause, failures, strays(candidates));
  }

  /** Asks for each set of clusters once; where one cannot be asked for, the others still are. */
  private List<Service> servicesOf(List<Environment> selecting, Failures failures) {
    Set<Set<String>> clusterSets = new LinkedHashSet<>();
    selecting.forEach(environment -> clusterSets.add(environment.clusters()));
    Map<ServiceArn, Service> found = new LinkedHashMap<>();
    for (Set<String> clusters : clusterSets) {
      failures.collect(
          clusters.isEmpty()
              ? "listing services"
              : "listing services of " + clusters.stream().sorted().collect(joining(", ")),
          () -> ecs.services(clusters).forEach(service -> found.put(service.arn(), service)));
    }
    return List.copyOf(found.values());
  }

  /** Where it cannot be told the answer is yes: the closer look tells, or says why it cannot. */
  private boolean mayRun(Repository repository, Service service) {
    if (service.taskDefinition().isEmpty()) {
      return true;
    }
    try {
      TaskDefinition taskDefinition = ecs.taskDefinition(service.taskDefinition().get());
      return Observer.followableRepositories(service, taskDefinition).contains(repository);
    } catch (RuntimeException _) {
      return true;
    }
  }

  /** A misspelled environment would otherwise be a service that silently never rolls. */
  private String strays(List<Service> candidates) {
    List<String> strays =
        candidates.stream()
            .filter(service ->
                service
                    .environment()
                    .filter(name -> environments.stream().noneMatch(e -> e.name().equals(name)))
                    .isPresent())
            .map(service -> "%s (%s)".formatted(service, service.environment().orElse("")))
            .toList();
    if (strays.isEmpty()) {
      return "";
    }
    return "; slipway.yaml does not have the environments of %s%s"
        .formatted(
            strays.stream().limit(5).collect(joining(", ")),
            strays.size() > 5 ? " and %d more services".formatted(strays.size() - 5) : "");
  }

  private Outcome bringUpToDate(
      List<ServiceArn> concerned, Cause cause, Failures failures, String remark) {
    List<Deployment> started = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    for (ServiceArn service : concerned) {
      failures.collect(
          service.shortName(),
          () -> {
            ServiceDeployer.Result result = services.bringUpToDate(service, cause);
            started.addAll(result.started());
            result.decision().ifPresent(decisions::add);
          });
    }
    failures.throwIfAny();
    return new Outcome.Decided(started, decisions, summary(started, decisions) + remark);
  }

  private static String summary(List<Deployment> started, List<Decision> decisions) {
    Map<String, Long> counts =
        decisions.stream()
            .collect(groupingBy(decision -> word(decision), TreeMap::new, counting()));
    List<String> parts = new ArrayList<>();
    if (!started.isEmpty()) {
      parts.add(
          started.size() == 1 ? "1 deployment started" : started.size() + " deployments started");
    }
    counts.forEach((word, count) -> parts.add("%d %s".formatted(count, word)));
    return String.join(", ", parts);
  }

  private static String word(Decision decision) {
    return switch (decision) {
      case Decision.Deploy _ -> "to deploy";
      case Decision.Current _ -> "current";
      case Decision.Held _ -> "held";
      case Decision.Refused _ -> "refused";
      case Decision.NotFollowing _ -> "not following";
    };
  }
}
