package dev.slipway.deploy;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the services that a push concerns. */
public final class AffectedServices {
  private final List<Environment> environments;
  private final Ecs ecs;

  /**
   * @param environments of slipway.yaml
   */
  public AffectedServices(List<Environment> environments, Ecs ecs) {
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
  }

  /**
   * Whom a push concerns.
   *
   * @param services as they were when they were listed
   * @param remark why there are none, or which services look as if they should be among them; empty
   *     where there is nothing to say
   */
  public record Concerned(List<Service> services, String remark) {
    /** Copies the list. */
    public Concerned {
      services = List.copyOf(services);
    }
  }

  /**
   * The services that a push of this tag to this repository would concern.
   *
   * @throws PartialFailure if some clusters cannot be read now
   * @throws EcsClientError if ECS refuses to tell which services there are
   */
  public Concerned of(Repository repository, ImageTag tag) {
    Failures failures = new Failures();
    Concerned concerned = of(repository, tag, failures);
    failures.throwIfAny();
    return concerned;
  }

  Concerned of(Repository repository, ImageTag tag, Failures failures) {
    List<Environment> selecting =
        environments.stream().filter(e -> e.images().selects(tag)).toList();
    if (selecting.isEmpty()) {
      return new Concerned(
          List.of(),
          "no environment follows tag %s: slipway.yaml has %s"
              .formatted(
                  tag,
                  environments.stream()
                      .map(e -> "%s (%s)".formatted(e.name(), e.images()))
                      .collect(joining(", "))));
    }
    List<Service> listed = servicesOf(selecting, failures);
    List<Service> concerned =
        listed.stream()
            .filter(service -> selecting.stream().anyMatch(e -> e.isFollowedBy(service)))
            .filter(service -> mayRun(repository, service))
            .toList();
    if (!concerned.isEmpty()) {
      return new Concerned(concerned, strays(listed));
    }
    String strays = strays(listed);
    return new Concerned(
        List.of(),
        "no service of %s has a container from repository %s%s"
            .formatted(
                selecting.stream().map(Environment::name).collect(joining(" or ")),
                repository,
                strays.isEmpty() ? "" : "; " + strays));
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
      return ServiceEvaluator.followableRepositories(service, taskDefinition).contains(repository);
    } catch (RuntimeException _) {
      return true;
    }
  }

  /** A misspelled environment would otherwise be a service that silently never rolls. */
  private String strays(List<Service> listed) {
    List<String> strays =
        listed.stream()
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
    return "slipway.yaml does not have the environments of %s%s"
        .formatted(
            strays.stream().limit(5).collect(joining(", ")),
            strays.size() > 5 ? " and %d more services".formatted(strays.size() - 5) : "");
  }
}
