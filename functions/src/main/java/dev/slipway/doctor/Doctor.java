package dev.slipway.doctor;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ChangeCalendars;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.operate.RollbackTargets;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceSelector;
import dev.slipway.record.RecordStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Looks for what would keep a deployment from working, or a rollback from being possible.
 *
 * <p>The stack takes eight calls. A page of services takes as many calls to find them as {@code
 * status} does. Each that follows an environment takes up to 16 more: the record, its task
 * definition, its digests, three for its deployments, ten log groups; and one for each earlier
 * revision until a rollback would take it, up to 20. Each different repository takes four, and one
 * more for every 1,000 images over the first, up to 5,000.
 */
public final class Doctor {
  /** The most services of a page. */
  public static final int MAX_PAGE = 20;

  /** So many log groups of a service are looked for. */
  private static final int MAX_LOG_GROUPS = 10;

  private final StackResources resources;
  private final RepositoryPattern followed;
  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final RollbackTargets targets;
  private final RecordStore records;
  private final StackReader stackReader;
  private final RepositoryReader repositoryReader;
  private final LogGroups logGroups;
  private final List<Check<StackSeen>> stackChecks;
  private final List<Check<ServiceSeen>> serviceChecks;

  /**
   * @param environments of slipway.yaml
   * @param followed the repositories that may be read
   */
  public Doctor(
      StackResources resources,
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      ChangeCalendars calendars,
      RecordStore records,
      StackReader stackReader,
      RepositoryReader repositoryReader,
      LogGroups logGroups) {
    this.resources = resources;
    this.followed = followed;
    this.directory = new ServiceDirectory(environments, ecs);
    this.ecs = ecs;
    this.evaluator =
        new ServiceEvaluator(
            environments, followed, ecs, deployments, registry, calendars, records);
    this.targets = new RollbackTargets(ecs, deployments, evaluator);
    this.records = records;
    this.stackReader = stackReader;
    this.repositoryReader = repositoryReader;
    this.logGroups = logGroups;
    this.stackChecks =
        List.of(
            new VersionCheck(), new RulesCheck(), new DeadLettersCheck(), new SubscriptionsCheck());
    this.serviceChecks =
        List.of(
            new FollowedCheck(),
            new DeployableCheck(),
            new ImagesCheck(),
            new TagMutabilityCheck(),
            new FollowedTagsCheck(environments),
            new RolesCheck(),
            new LogGroupsCheck(),
            new DeadlockCheck(),
            new CircuitBreakerCheck(),
            new QuotasCheck(),
            new RunningImagesCheck(),
            new RollbackCheck(),
            new HousekeepingCheck());
  }

  /**
   * What was looked at, and found.
   *
   * @param stack what was looked at of the stack; nothing on any page but the first
   * @param services that were looked at, as cluster/name
   * @param subjects what was looked at of each of them
   * @param next where the following page begins; empty where this is the last one
   */
  public record Report(
      List<String> stack,
      List<String> services,
      List<String> subjects,
      List<Finding> findings,
      Optional<String> next) {
    /** Copies the lists. */
    public Report {
      stack = List.copyOf(stack);
      services = List.copyOf(services);
      subjects = List.copyOf(subjects);
      findings = List.copyOf(findings);
    }
  }

  /**
   * Looks at the stack, and at one service.
   *
   * @throws RejectedRequest if there is no such service, or more than one
   */
  public Report of(
      ServiceSelector selector, Optional<String> version, Instant now, BooleanSupplier inTime) {
    return new Examination(now, inTime)
        .stack(version)
        .services(List.of(directory.service(selector)))
        .report(Optional.empty());
  }

  /**
   * Looks at one page of the services that have the tag, and with the first page at the stack.
   *
   * @param page {@link Report#next} of the page before; empty for the first one
   * @param limit so many services of ECS, whether they have the tag or not, up to {@link #MAX_PAGE}
   * @param inTime whether there is time for one more service
   * @throws RejectedRequest if there is no such page
   */
  public Report page(
      Optional<String> page,
      int limit,
      Optional<String> version,
      Instant now,
      BooleanSupplier inTime) {
    Examination examination = new Examination(now, inTime);
    if (page.isEmpty()) {
      examination.stack(version);
    }
    Optional<ServicePage> services =
        examination.reading.of("services", "Amazon ECS", () -> read(page, limit));
    if (services.isEmpty()) {
      return examination.report(Optional.empty());
    }
    services
        .get()
        .missing()
        .forEach(cluster ->
            examination.findings.add(
                Finding.warning(
                    "cluster " + cluster,
                    "slipway.yaml names it, and ECS has no such cluster in this account and Region",
                    "correct slipway.yaml, or create the cluster")));
    return examination
        .services(
            services.get().services().stream()
                .filter(service -> service.environment().isPresent())
                .toList())
        .report(services.get().next());
  }

  private ServicePage read(Optional<String> page, int limit) {
    try {
      return ecs.services(directory.clusters(), page, limit);
    } catch (IllegalArgumentException | EcsClientError e) {
      if (page.isEmpty()) {
        throw e;
      }
      throw new RejectedRequest(
          "page: no page begins there any more: begin with the first one (%s)"
              .formatted(e.getMessage()));
    }
  }

  /** One run; each repository and log group is read once. */
  private final class Examination {
    private final Instant now;
    private final BooleanSupplier inTime;
    private final ServiceEvaluator moment = evaluator.atOneMoment();
    private final Reading reading = new Reading();
    private final Map<Repository, StoredRepository> repositories = new HashMap<>();
    private final Map<String, Optional<Boolean>> groups = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> stack = new ArrayList<>();
    private final List<String> examined = new ArrayList<>();

    Examination(Instant now, BooleanSupplier inTime) {
      this.now = now;
      this.inTime = inTime;
    }

    Examination stack(Optional<String> version) {
      Map<String, Optional<RuleState>> rules = new LinkedHashMap<>();
      for (String name : resources.rules()) {
        reading
            .of("rules", "rule " + name, () -> stackReader.rule(name))
            .ifPresent(rule -> rules.put(name, rule));
      }
      Map<String, Integer> messages = new LinkedHashMap<>();
      for (String url : resources.deadLetterQueues()) {
        String name = url.substring(url.lastIndexOf('/') + 1);
        reading
            .of("dead letters", "queue " + name, () -> stackReader.messages(url))
            .ifPresent(count -> messages.put(name, count));
      }
      StackSeen seen =
          new StackSeen(
              resources,
              version,
              rules,
              messages,
              reading.of(
                  "subscriptions",
                  "topic " + resources.topicArn(),
                  () -> stackReader.subscriptions(resources.topicArn())));
      for (Check<StackSeen> check : stackChecks) {
        stack.add(check.subject());
        findings.addAll(check.findings(seen));
      }
      return this;
    }

    Examination services(List<Service> services) {
      for (Service service : services) {
        if (!inTime.getAsBoolean()) {
          findings.add(
              new Finding(
                  Severity.UNCHECKED,
                  Finding.of(service),
                  "could not check it: the function's time is over",
                  "`slipway doctor %s`".formatted(Finding.of(service))));
          continue;
        }
        ServiceSeen seen = see(service);
        examined.add(Finding.of(service));
        serviceChecks.forEach(check -> findings.addAll(check.findings(seen)));
      }
      return this;
    }

    Report report(Optional<String> next) {
      return new Report(
          stack,
          examined,
          serviceChecks.stream().map(Check::subject).toList(),
          Stream.concat(findings.stream(), reading.findings().stream()).distinct().toList(),
          next);
    }

    private ServiceSeen see(Service service) {
      String where = Finding.of(service);
      Optional<ServiceEvaluator.Evaluation> evaluation =
          moment.environmentOf(service).isEmpty()
              ? Optional.empty()
              : reading.of(
                  "what would be deployed",
                  where,
                  () -> moment.evaluate(service, records.read(service.arn()), now));
      Optional<ObservedState> state = evaluation.flatMap(ServiceEvaluator.Evaluation::state);
      Optional<Decision> decision = evaluation.map(ServiceEvaluator.Evaluation::decision);
      Map<Repository, StoredRepository> stored = state.map(this::repositories).orElse(Map.of());
      return new ServiceSeen(
          service,
          directory.unfollowed(service),
          decision,
          state,
          stored,
          state.map(this::logGroups).orElse(Map.of()),
          state.flatMap(seen ->
              reading.of(
                  "rollback targets",
                  where,
                  () -> targets.walk(seen, target -> RollbackCheck.lost(target, stored)))),
          followed,
          resources.passableRoles(),
          now);
    }

    private Map<Repository, StoredRepository> repositories(ObservedState state) {
      Map<Repository, StoredRepository> found = new LinkedHashMap<>();
      moment
          .followedRepositories(state.service(), state.taskDefinition())
          .forEach(name -> found.put(name, repositories.computeIfAbsent(name, this::repository)));
      return found;
    }

    private StoredRepository repository(Repository name) {
      String where = Finding.of(name);
      return new StoredRepository(
          name,
          reading
              .of("tag immutability", where, () -> repositoryReader.mutability(name))
              .flatMap(found -> found),
          reading.of("images of repositories", where, () -> repositoryReader.images(name)),
          reading
              .of("lifecycle policies", where, () -> repositoryReader.lifecyclePolicy(name))
              .flatMap(found -> found));
    }

    private Map<String, Boolean> logGroups(ObservedState state) {
      Map<String, Boolean> found = new LinkedHashMap<>();
      LogGroupsCheck.needed(state.service(), state.taskDefinition()).stream()
          .limit(MAX_LOG_GROUPS)
          .forEach(name ->
              groups
                  .computeIfAbsent(
                      name,
                      _ -> reading.of("log groups", "log group " + name, () -> logGroups.has(name)))
                  .ifPresent(has -> found.put(name, has)));
      return found;
    }
  }
}
