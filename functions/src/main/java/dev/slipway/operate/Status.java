package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.ChangeCalendars;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.ServiceRecords;
import dev.slipway.rollout.EvidenceSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How services stand, page by page.
 *
 * <p>A page of a hundred services of one cluster asks AWS about fifteen times: ListClusters and
 * ListServices once, DescribeServices ten times, the record once, and BatchGetImage once for each
 * repository and tag. DescribeTaskDefinition and the record's deployments are read only for
 * services that have another revision than the record knows, or whose images are not what is
 * selected; one more call for each that is blocked, two for each that is rolling out and has pause
 * hooks, and ten for each whose tasks fail or that ECS has rolled back, but only of the first.
 */
public final class Status {
  /** The most services of a page. */
  public static final int MAX_PAGE = 100;

  /**
   * Of so many services of a page that fail, and of so many that ECS has rolled back, the cause is
   * read from ECS and the logs.
   */
  static final int MAX_LOOKS = 5;

  /** Of so many services of a page whose rollout may wait at a pause hook it is looked whether. */
  static final int MAX_HOOKS = 20;

  /** Of so many services of a page that have a blocked image the cause is read from the record. */
  static final int MAX_RECORDED = 20;

  private final RepositoryPattern followed;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final RecordStore records;
  private final FailureReader failures;
  private final WaitingHooks hooks;
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
      ChangeCalendars calendars,
      RecordStore records,
      EvidenceSource evidence) {
    this.followed = followed;
    this.ecs = ecs;
    this.evaluator =
        new ServiceEvaluator(
            environments, followed, ecs, deployments, registry, calendars, records);
    this.records = records;
    this.failures = new FailureReader(ecs, deployments, records, evidence);
    this.hooks = new WaitingHooks(deployments);
    this.directory = new ServiceDirectory(environments, ecs);
  }

  /**
   * What is reported.
   *
   * @param services by environment and name
   * @param warnings about what looks as if it should be followed and is not
   * @param next where the following page begins; empty where this is the last one
   * @param failures for which services could not be evaluated: their rows say so
   */
  public record Report(
      List<ServiceStatus> services,
      List<String> warnings,
      Optional<String> next,
      List<RuntimeException> failures) {
    /** Copies the lists. */
    public Report {
      services = List.copyOf(services);
      warnings = List.copyOf(warnings);
      failures = List.copyOf(failures);
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
    return withHooks(withFailures(report(wanted, warnings, services.next(), now), now));
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
    List<String> warnings = new ArrayList<>(report.warnings());
    return new Report(
        report.services().stream()
            .map(this::withImages)
            .map(status -> withHooks(status, warnings))
            .map(status -> {
              ServiceState lookedAtAs = lookedAtAs(status, now);
              return status.withFailure(
                  failure(status, warnings, () -> failures.newest(status.service(), lookedAtAs)),
                  lookedAtAs);
            })
            .toList(),
        warnings,
        report.next(),
        report.failures());
  }

  /** Of one service people want to see what is there, although no decision needed it. */
  private ServiceStatus withImages(ServiceStatus status) {
    Optional<TaskDefinitionArn> revision = status.service().taskDefinition();
    if (status.namesRepositories()) {
      return status;
    }
    return revision
        .flatMap(ecs::findTaskDefinition)
        .map(found -> status.withImages(KnownRevision.of(found)))
        .orElse(status);
  }

  private Report report(
      List<Service> services, List<String> others, Optional<String> next, Instant now) {
    ServiceEvaluator moment = evaluator.atOneMoment();
    PageEvaluator pages = new PageEvaluator(moment, records, now);
    ServiceRecords known = records.services(services.stream().map(Service::arn).toList());
    pages.read(services, known.known());
    List<ServiceStatus> statuses = new ArrayList<>();
    List<String> warnings = new ArrayList<>(others);
    List<RuntimeException> thrown = new ArrayList<>();
    for (Service service : services) {
      ServiceRecord record = ServiceRecord.unknown(service.arn());
      PageEvaluator.Evaluated evaluated;
      try {
        record = known.of(service.arn());
        evaluated = pages.evaluate(service, record);
      } catch (RuntimeException e) {
        thrown.add(e);
        statuses.add(ServiceStatus.notEvaluated(service, record, String.valueOf(e.getMessage())));
        continue;
      }
      statuses.add(ServiceStatus.of(evaluated, now));
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
    }
    List<ServiceStatus> told = withDigests(statuses, moment);
    told.sort(
        Comparator.comparing((ServiceStatus status) -> status.service().environment().orElse(""))
            .thenComparing(status -> status.service().arn().shortName()));
    return new Report(told, warnings, next, thrown);
  }

  /** What runs is said by digest, whatever the decision needed: ECS tells of 20 in one call. */
  private static List<ServiceStatus> withDigests(
      List<ServiceStatus> statuses, ServiceEvaluator evaluator) {
    Map<ServiceArn, Map<String, ImageDigest>> recorded =
        evaluator.runningDigests(
            statuses.stream()
                .filter(ServiceStatus::lacksDigests)
                .map(ServiceStatus::service)
                .toList());
    List<ServiceStatus> told = new ArrayList<>();
    statuses.forEach(status ->
        told.add(
            recorded.containsKey(status.service().arn())
                ? status.withDigests(recorded.getOrDefault(status.service().arn(), Map.of()))
                : status));
    return told;
  }

  /** Of many services only those are looked at that show a sign of a failure, and not all. */
  private Report withFailures(Report report, Instant now) {
    Map<FailureRules.Sign, Integer> looked = new EnumMap<>(FailureRules.Sign.class);
    int left = 0;
    List<ServiceStatus> statuses = new ArrayList<>();
    List<String> warnings = new ArrayList<>(report.warnings());
    for (ServiceStatus status : report.services()) {
      ServiceState lookedAtAs = lookedAtAs(status, now);
      Optional<FailureRules.Sign> sign = FailureRules.sign(status, lookedAtAs);
      if (sign.isEmpty()) {
        statuses.add(status);
      } else if (looked.merge(sign.get(), 1, Integer::sum) <= most(sign.get())) {
        statuses.add(
            status.withFailure(
                failure(status, warnings, () -> failures.shown(status.service(), lookedAtAs)),
                lookedAtAs));
      } else {
        left++;
        statuses.add(status);
      }
    }
    if (left > 0) {
      warnings.add(
          "why %d more %s is not looked up in a list: `slipway status SERVICE` does"
              .formatted(left, left == 1 ? "service fails" : "services fail"));
    }
    return new Report(statuses, warnings, report.next(), report.failures());
  }

  private static int most(FailureRules.Sign sign) {
    return switch (sign) {
      case FAILS, HAS_FAILED -> MAX_LOOKS;
      case MAY_BE_RECORDED -> MAX_RECORDED;
    };
  }

  private Report withHooks(Report report) {
    int looks = MAX_HOOKS;
    int left = 0;
    List<ServiceStatus> statuses = new ArrayList<>();
    List<String> warnings = new ArrayList<>(report.warnings());
    for (ServiceStatus status : report.services()) {
      boolean mayWait = WaitingHooks.mayWait(status.service());
      boolean looked = mayWait && looks-- > 0;
      left += mayWait && !looked ? 1 : 0;
      statuses.add(looked ? withHooks(status, warnings) : status);
    }
    if (left > 0) {
      warnings.add(
          "whether %d more %s at a pause hook of ECS is not looked up in a list: `slipway status SERVICE` does"
              .formatted(left, left == 1 ? "service waits" : "services wait"));
    }
    return new Report(statuses, warnings, report.next(), report.failures());
  }

  /** A status is one without it too. */
  private ServiceStatus withHooks(ServiceStatus status, List<String> warnings) {
    try {
      return hooks
          .of(status.service())
          .map(rollout -> status.withHooks(rollout.hooks()))
          .orElse(status);
    } catch (RuntimeException e) {
      warnings.add(
          "%s: whether its rollout waits at a pause hook of ECS cannot be read: %s"
              .formatted(status.service(), e.getMessage()));
      return status;
    }
  }

  private static ServiceState lookedAtAs(ServiceStatus status, Instant now) {
    return FailureRules.keepsStarting(status.service(), now)
        ? ServiceState.UNHEALTHY
        : FailureRules.lookedAtAs(status.state(), status.decision(), status.record());
  }

  /** The cause makes a status better; there is one without it too. */
  private static Optional<Failure> failure(
      ServiceStatus status, List<String> warnings, Supplier<Optional<Failure>> read) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      warnings.add(
          "%s: why it fails cannot be read: %s".formatted(status.service(), e.getMessage()));
      return Optional.empty();
    }
  }
}
