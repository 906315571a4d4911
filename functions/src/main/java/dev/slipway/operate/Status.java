package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How services stand, page by page.
 *
 * <p>A page of a hundred services of one cluster asks AWS about fifteen times: ListClusters and
 * ListServices once, DescribeServices ten times, the record once, and BatchGetImage once for each
 * repository and tag. DescribeTaskDefinition and the record's deployments are read only for
 * services that have another revision than the record knows, or whose images are not what is
 * selected; two more calls for each of the first five that are unhealthy.
 */
public final class Status {
  /** The most services of a page. */
  public static final int MAX_PAGE = 100;

  /** For so many unhealthy services of a page the status says why their tasks stop. */
  static final int MAX_STOPPED = 5;

  private final RepositoryPattern followed;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final RecordStore records;
  private final StoppedTasks stoppedTasks;
  private final ServiceDirectory directory;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param followed the repositories that may be read
   */
  public Status(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      RecordStore records,
      StoppedTasks stoppedTasks) {
    this.followed = followed;
    this.ecs = ecs;
    this.evaluator = new ServiceEvaluator(environments, followed, ecs, deployments, registry);
    this.records = records;
    this.stoppedTasks = stoppedTasks;
    this.directory = new ServiceDirectory(environments, ecs);
  }

  /**
   * What is reported.
   *
   * @param services by environment and name
   * @param warnings about what looks as if it should be followed and is not
   * @param next where the following page begins; empty where this is the last one
   */
  public record Report(List<ServiceStatus> services, List<String> warnings, Optional<String> next) {
    /** Copies the lists. */
    public Report {
      services = List.copyOf(services);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * One page of the services that follow an environment. It may have fewer than {@code limit}, or
   * none, although more follow.
   *
   * @param environment the name of the only one that is wanted
   * @param page {@link Report#next} of the page before; empty for the first one
   * @param limit so many services of ECS, followed or not, from 1 to {@link #MAX_PAGE}
   * @throws RejectedRequest if there is no such environment or page
   */
  public Report page(Optional<String> environment, Optional<String> page, int limit, Instant now) {
    Optional<Environment> only = environment.map(directory::environment);
    Set<String> clusters = only.map(Environment::clusters).orElseGet(directory::clusters);
    ServicePage services = read(clusters, page, limit);
    List<String> warnings = new ArrayList<>();
    services
        .missing()
        .forEach(cluster ->
            warnings.add("ECS has no cluster %s, which slipway.yaml names".formatted(cluster)));
    List<Service> wanted = new ArrayList<>();
    for (Service service : services.services()) {
      if (only.map(e -> e.isFollowedBy(service))
          .orElseGet(() -> directory.environmentOf(service).isPresent())) {
        wanted.add(service);
      } else if (only.isEmpty()) {
        directory.unknownEnvironment(service).ifPresent(warnings::add);
      }
    }
    return report(wanted, warnings, services.next(), now);
  }

  private ServicePage read(Set<String> clusters, Optional<String> page, int limit) {
    try {
      return ecs.services(clusters, page, limit);
    } catch (IllegalArgumentException | EcsClientError e) {
      if (page.isEmpty()) {
        throw e;
      }
      throw new RejectedRequest(
          "page: no page begins there any more: begin with the first one (%s)"
              .formatted(e.getMessage()));
    }
  }

  /**
   * How one service stands, whether it follows an environment or not.
   *
   * @throws RejectedRequest if there is no such service, or more than one
   */
  public Report of(ServiceSelector selector, Instant now) {
    Report report = report(List.of(directory.service(selector)), List.of(), Optional.empty(), now);
    return new Report(
        report.services().stream().map(this::withImages).toList(),
        report.warnings(),
        report.next());
  }

  /** Of one service people want to see what is there, although no decision needed it. */
  private ServiceStatus withImages(ServiceStatus status) {
    Optional<TaskDefinitionArn> revision = status.service().taskDefinition();
    if (!status.images().isEmpty() || revision.isEmpty()) {
      return status;
    }
    try {
      return status.withImages(KnownRevision.of(ecs.taskDefinition(revision.get())));
    } catch (EcsClientError _) {
      return status; // it is gone
    }
  }

  private Report report(
      List<Service> services, List<String> others, Optional<String> next, Instant now) {
    ServiceEvaluator moment = evaluator.atOneMoment();
    PageEvaluator pages = new PageEvaluator(moment, records);
    Map<ServiceArn, ServiceRecord> known =
        services.isEmpty()
            ? Map.of()
            : records.services(services.stream().map(Service::arn).toList());
    pages.read(services, known);
    List<ServiceStatus> statuses = new ArrayList<>();
    List<String> warnings = new ArrayList<>(others);
    int stopped = 0;
    for (Service service : services) {
      ServiceRecord record =
          known.getOrDefault(service.arn(), ServiceRecord.unknown(service.arn()));
      PageEvaluator.Evaluated evaluated = pages.evaluate(service, record);
      ServiceStatus status = ServiceStatus.of(evaluated, now);
      if (status.state() == ServiceState.UNHEALTHY && stopped < MAX_STOPPED) {
        stopped++;
        status = status.withStoppedTask(stoppedTask(service, warnings));
      }
      List<String> uncovered = ServiceStatus.uncovered(evaluated, moment);
      if (!uncovered.isEmpty()) {
        warnings.add(
            "%s: pushes to %s are not followed, since the stack's RepositoryNames %s does not cover %s"
                .formatted(
                    service,
                    uncovered.stream().distinct().collect(joining(", ")),
                    followed,
                    uncovered.size() == 1 ? "it" : "them"));
      }
      statuses.add(status);
    }
    statuses.sort(
        Comparator.comparing((ServiceStatus status) -> status.service().environment().orElse(""))
            .thenComparing(status -> status.service().arn().shortName()));
    return new Report(statuses, warnings, next);
  }

  /** Why a task stopped makes a status better; there is one without it too. */
  private Optional<String> stoppedTask(Service service, List<String> warnings) {
    try {
      return stoppedTasks.newestReason(service.arn());
    } catch (RuntimeException e) {
      warnings.add("%s: its stopped tasks cannot be read: %s".formatted(service, e.getMessage()));
      return Optional.empty();
    }
  }
}
