package dev.slipway.deploy;

import static java.util.stream.Collectors.toCollection;

import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.EarlierChoices;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.decide.ObservedState.PinTarget;
import dev.slipway.decide.SourceRules;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskPlatform;
import dev.slipway.gate.CalendarGate;
import dev.slipway.gate.Gate;
import dev.slipway.gate.Readings;
import dev.slipway.gate.ScanGate;
import dev.slipway.gate.SignedGate;
import dev.slipway.image.Candidate;
import dev.slipway.image.Choice;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RegistryPolicy;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.Selection;
import dev.slipway.image.TaggedImage;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads one service, what its environment selects in ECR, and decides; changes nothing. A
 * deployment, the sweep and what people are shown all come from here, so that they never disagree.
 */
public final class ServiceEvaluator {
  /** What a container runs whose image names neither tag nor digest. */
  private static final ImageTag LATEST = new ImageTag("latest");

  /** So many images may be deleted between listing and reading; then nothing is selected. */
  private static final int MAX_DELETED = 3;

  private final List<Environment> environments;
  private final RepositoryPattern followed;
  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final ImageRegistry registry;
  private final ChangeCalendars calendars;
  private final Sources sources;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param followed the repositories that may be read
   * @param registry asked anew at every evaluation; {@link #atOneMoment} spares that
   * @param calendars asked where a gate goes by one
   * @param records what the services of other environments have deployed
   */
  public ServiceEvaluator(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      ChangeCalendars calendars,
      RecordStore records) {
    this(environments, followed, ecs, deployments, registry, calendars, new Sources(records, ecs));
  }

  private ServiceEvaluator(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      ChangeCalendars calendars,
      Sources sources) {
    if (environments.stream().map(Environment::name).distinct().count() < environments.size()) {
      throw new IllegalArgumentException("two environments of the same name: " + environments);
    }
    this.environments = List.copyOf(environments);
    this.followed = followed;
    this.ecs = ecs;
    this.deployments = deployments;
    this.registry = registry;
    this.calendars = calendars;
    this.sources = sources;
  }

  /**
   * One that asks the registry, and for the services of other environments, once: for many services
   * at one moment.
   */
  public ServiceEvaluator atOneMoment() {
    return asking(new CachingImageRegistry(registry));
  }

  /** One of a moment that asks another registry. */
  public ServiceEvaluator asking(ImageRegistry other) {
    return new ServiceEvaluator(
        environments,
        followed,
        ecs,
        deployments,
        other,
        calendars.atOneMoment(),
        sources.atOneMoment());
  }

  /**
   * A decision, and what it was made from.
   *
   * @param state empty where the decision needed no closer look, or ECS refused one
   */
  public record Evaluation(Service service, Optional<ObservedState> state, Decision decision) {}

  /** The environment that a service follows. */
  public Optional<Environment> environmentOf(Service service) {
    return environments.stream().filter(e -> e.isFollowedBy(service)).findFirst();
  }

  /**
   * Evaluates a service; what ECS refuses is a decision too.
   *
   * @param service as it was described after the record was read
   * @param now the moment for which gates judge
   */
  public Evaluation evaluate(Service service, RecordedService recorded, Instant now) {
    Optional<Environment> environment = environmentOf(service);
    if (environment.isEmpty()) {
      return decided(
          service,
          new Decision.NotFollowing(service.arn(), Optional.empty(), followsNothing(service)));
    }
    Optional<Decision.NotDeployable> not = DecisionRules.notDeployable(service, environment.get());
    if (not.isPresent()) {
      return decided(service, not.get());
    }
    try {
      ObservedState state = observe(service, environment.get(), recorded, now);
      return new Evaluation(service, Optional.of(state), DecisionRules.decide(state));
    } catch (EcsClientError e) {
      return decided(service, notDeployable(service.arn(), environment.map(Environment::name), e));
    }
  }

  private static Evaluation decided(Service service, Decision decision) {
    return new Evaluation(service, Optional.empty(), decision);
  }

  static Decision.NotDeployable notDeployable(
      ServiceArn service, Optional<String> environment, EcsClientError error) {
    return new Decision.NotDeployable(service, environment, "ECS refuses: " + error.getMessage());
  }

  private ObservedState observe(
      Service service, Environment environment, RecordedService recorded, Instant now) {
    TaskDefinition taskDefinition = ecs.taskDefinition(service.taskDefinition().orElseThrow());
    ImagePolicy policy = environment.images();
    Map<String, ImageDigest> running = runningDigests(service, taskDefinition, policy);
    EarlierChoices earlier = EarlierChoices.of(taskDefinition, running.values(), recorded);
    Map<Repository, Selection> selections =
        new HashMap<>(selections(service, policy, taskDefinition, earlier, now));
    Optional<PinTarget> target =
        recorded
            .service()
            .pin()
            .filter(pin -> !pin.applied())
            .map(pin -> pinTarget(service, taskDefinition, pin));
    if (target.orElse(null) instanceof PinTarget.Found(TaskDefinition revision, var _)) {
      selections.putAll(selections(service, policy, revision, earlier, now));
    }
    ObservedState seen =
        new ObservedState(
            service, environment, taskDefinition, selections, recorded, running, target, now);
    return seen.with(readings(seen));
  }

  /**
   * The same state, with what its gates go by also for images that a block or a pin keeps back now:
   * an operator's command may lift them.
   */
  public ObservedState reading(ObservedState seen) {
    return seen.with(readings(seen.with(ServiceRecord.unknown(seen.service().arn()))));
  }

  /** The same, for images that an operator chose instead of those that the environment selects. */
  public ObservedState reading(
      ObservedState seen, ImagePolicy choice, Map<Repository, Selection> found) {
    return seen.with(reading(seen.asking(choice, found)).readings());
  }

  /** Reads for gates: nothing where none of them asks for it, or no image waits. */
  private Readings readings(ObservedState seen) {
    Optional<ScanGate> scan = gate(seen, ScanGate.class);
    Optional<SignedGate> signed = gate(seen, SignedGate.class);
    Optional<CalendarGate> calendar = gate(seen, CalendarGate.class);
    if (scan.isEmpty() && signed.isEmpty() && calendar.isEmpty()) {
      return Readings.NONE;
    }
    Map<Repository, Candidate.Image> undeployed = DecisionRules.undeployed(seen);
    TaskPlatform platform = TaskPlatform.of(seen.service(), seen.taskDefinition());
    Map<Readings.Of, List<ImageScan>> scans = new HashMap<>();
    Map<Readings.Of, ImageSigning> signings = new HashMap<>();
    Map<String, RuntimeException> failures = new HashMap<>();
    undeployed.forEach((repository, image) -> {
      Readings.Of read = new Readings.Of(repository, image.digest());
      scan.flatMap(gate ->
              read(
                  gate,
                  failures,
                  () ->
                      platform.manifestsOf(image).stream()
                          .map(manifest -> registry.scan(repository, manifest, gate::isSettledBy))
                          .toList()))
          .ifPresent(found -> scans.put(read, found));
      signed
          .flatMap(gate ->
              read(gate, failures, () -> registry.signing(repository, image.digest(), gate.by())))
          .ifPresent(found -> signings.put(read, found));
    });
    return new Readings(
        scans,
        signings,
        calendar
            .filter(_ -> !undeployed.isEmpty())
            .flatMap(gate -> read(gate, failures, () -> calendars.state(gate.calendar()))),
        failures);
  }

  /** What cannot be read is in nobody's way who passes the gate: a rollback, an override. */
  private static <T> Optional<T> read(
      Gate gate, Map<String, RuntimeException> failures, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (RuntimeException e) {
      failures.put(gate.name(), e);
      return Optional.empty();
    }
  }

  private static <T extends Gate> Optional<T> gate(ObservedState seen, Class<T> kind) {
    return seen.environment().gates().stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /**
   * What a policy selects now in each followed repository that a revision's containers come from,
   * whatever the service has run before.
   *
   * @param now the moment up to which images have been running elsewhere
   */
  public Map<Repository, Selection> selections(
      Service service, ImagePolicy policy, TaskDefinition revision, Instant now) {
    return selections(service, policy, revision, EarlierChoices.NONE, now);
  }

  private Map<Repository, Selection> selections(
      Service service,
      ImagePolicy policy,
      TaskDefinition revision,
      EarlierChoices earlier,
      Instant now) {
    Map<Repository, Selection> selections = new LinkedHashMap<>();
    for (Repository repository : followedRepositories(service, revision)) {
      selections.put(
          repository,
          policy.selectsIn(repository)
              ? switch (policy.whole()) {
                case RegistryPolicy chooses -> selection(repository, chooses, earlier);
                case FromPolicy from -> selection(repository, from, revision, earlier, now);
              }
              : Selection.outside("nothing is selected here, only by %s".formatted(policy)));
    }
    return selections;
  }

  private Selection selection(
      Repository repository,
      FromPolicy policy,
      TaskDefinition revision,
      EarlierChoices earlier,
      Instant now) {
    Set<ImageDigest> floor = new LinkedHashSet<>(earlier.digests());
    revision.containers().forEach(c -> c.image().digest().ifPresent(floor::add));
    Choice choice =
        newer(
            repository,
            revision,
            SourceRules.choose(
                policy, repository, sources.of(repository, policy.environment()), floor, now));
    Candidate found = read(repository, choice);
    return new Selection(
        found instanceof Candidate.Missing && choice.digest().filter(floor::contains).isPresent()
            ? new Candidate.Gone(choice.digest().get())
            : found,
        Optional.empty(),
        choice.passedOver(),
        choice.warnings());
  }

  /** Asks ECR for the times only where another image than the service's is chosen. */
  private Choice newer(Repository repository, TaskDefinition revision, Choice choice) {
    Set<ImageDigest> has = new LinkedHashSet<>();
    revision.containers().stream()
        .map(TaskDefinition.Container::image)
        .filter(image -> image.repository().filter(repository::equals).isPresent())
        .forEach(image -> image.digest().ifPresent(has::add));
    if (choice.digest().filter(digest -> !has.contains(digest)).isEmpty()) {
      return choice;
    }
    List<ImageDigest> asked = Stream.concat(choice.digest().stream(), has.stream()).toList();
    return SourceRules.newer(choice, has, registry.pushedAt(repository, asked));
  }

  /**
   * What was listed and is not there has been deleted in between: the next one is chosen. What was
   * chosen earlier and is not there keeps its place: the next one is older.
   */
  private Selection selection(
      Repository repository, RegistryPolicy policy, EarlierChoices earlier) {
    List<TaggedImage> images =
        policy.comparesImages()
            ? earlier.beside(repository, registry.taggedImages(repository))
            : new ArrayList<>();
    Choice choice = policy.choose(images);
    Candidate found = read(repository, choice);
    for (int deleted = 0; deleted < MAX_DELETED; deleted++) {
      Optional<ImageDigest> gone = choice.digest();
      if (!(found instanceof Candidate.Missing) || images.isEmpty() || gone.isEmpty()) {
        break;
      }
      if (earlier.has(gone.get())) {
        found = new Candidate.Gone(gone.get());
        break;
      }
      images.removeIf(image -> image.digest().equals(gone.get()));
      choice = policy.choose(images);
      found = read(repository, choice);
    }
    return new Selection(found, choice.tag(), choice.passedOver(), choice.warnings());
  }

  private Candidate read(Repository repository, Choice choice) {
    return choice
        .digest()
        .map(digest -> registry.image(repository, digest))
        .or(() -> choice.tag().map(tag -> registry.candidate(repository, tag)))
        .orElseGet(Candidate.Missing::new);
  }

  /** ECS resolves a tag once for a service revision, and runs that digest from then on. */
  private Map<String, ImageDigest> runningDigests(
      Service service, TaskDefinition taskDefinition, ImagePolicy policy) {
    boolean asked =
        taskDefinition.containers().stream()
            .map(TaskDefinition.Container::image)
            .filter(image -> image.digest().isEmpty())
            .flatMap(image -> image.repository().stream())
            .anyMatch(
                repository -> isFollowed(service, repository) && policy.selectsIn(repository));
    return asked ? runningDigests(service) : Map.of();
  }

  /** The digests that ECS recorded for the service's newest deployment, by container. */
  public Map<String, ImageDigest> runningDigests(Service service) {
    return runningDigests(List.of(service)).getOrDefault(service.arn(), Map.of());
  }

  /** The same of many services: ECS describes 20 in one call. */
  public Map<ServiceArn, Map<String, ImageDigest>> runningDigests(Collection<Service> services) {
    Map<ServiceArn, String> revisions = new LinkedHashMap<>();
    for (Service service : services) {
      service
          .primaryDeployment()
          .flatMap(primary -> EcsDeploymentId.tryParse(primary.id()))
          .map(id -> id.serviceRevisionOf(service.arn()))
          .ifPresent(revision -> revisions.put(service.arn(), revision));
    }
    if (revisions.isEmpty()) {
      return Map.of();
    }
    Map<String, ServiceRevision> read = deployments.revisions(revisions.values());
    Map<ServiceArn, Map<String, ImageDigest>> digests = new LinkedHashMap<>();
    revisions.forEach((service, arn) ->
        Optional.ofNullable(read.get(arn))
            .ifPresent(revision -> digests.put(service, revision.digests())));
    return digests;
  }

  private PinTarget pinTarget(Service service, TaskDefinition now, Pin pin) {
    // a record written by hand must not have another family's roles run here
    if (!pin.revision().family().equals(now.arn().family())) {
      return new PinTarget.Lost(
          "%s is not of the service's family %s"
              .formatted(pin.revision().shortName(), now.arn().family()));
    }
    TaskDefinition revision;
    try {
      revision = ecs.taskDefinition(pin.revision());
    } catch (EcsClientError error) {
      return new PinTarget.Lost("ECS does not have it: " + error.getMessage());
    }
    // nor images that nobody here has chosen: those of the revision's own repositories alone
    for (TaskDefinition.Container container : revision.containers()) {
      ImageReference image = pin.images().getOrDefault(container.name(), container.image());
      if (!isOfOneRepository(image, container.image())) {
        return new PinTarget.Lost(
            "%s is not of the repository that %s has in %s"
                .formatted(image, container.name(), revision.arn().shortName()));
      }
    }
    return new PinTarget.Found(revision, gone(service, pin.images().values()));
  }

  /** ECR has more than one host for a repository. */
  private static boolean isOfOneRepository(ImageReference one, ImageReference other) {
    return one.name().equals(other.name())
        || (one.repository().isPresent() && one.repository().equals(other.repository()));
  }

  /**
   * The images that are no longer in Amazon ECR; those of other registries, accounts and Regions
   * are believed to be there.
   */
  public List<ImageReference> gone(Service service, Iterable<ImageReference> images) {
    Set<ImageReference> gone = new LinkedHashSet<>();
    for (ImageReference image : images) {
      image
          .repository()
          .filter(repository -> isFollowed(service, repository))
          .filter(repository -> isMissing(repository, image))
          .ifPresent(_ -> gone.add(image));
    }
    return List.copyOf(gone);
  }

  private boolean isMissing(Repository repository, ImageReference image) {
    Candidate found =
        image
            .digest()
            .map(digest -> registry.image(repository, digest))
            .orElseGet(() -> registry.candidate(repository, image.tag().orElse(LATEST)));
    return found instanceof Candidate.Missing;
  }

  private static String followsNothing(Service service) {
    return service
        .environment()
        .map(name ->
            "its tag %s says \"%s\", and slipway.yaml has no such environment in cluster %s"
                .formatted(Service.ENVIRONMENT_TAG, name, service.arn().cluster()))
        .orElseGet(() ->
            "it has no tag %s (to give it one: `slipway follow %s ENVIRONMENT`)"
                .formatted(Service.ENVIRONMENT_TAG, service));
  }

  /**
   * The repositories of a revision's images that are followed: of the service's own account and
   * Region, and among those that the functions may read.
   */
  public Set<Repository> followedRepositories(Service service, TaskDefinition taskDefinition) {
    return taskDefinition.containers().stream()
        .flatMap(container -> container.image().repository().stream())
        .filter(repository -> isFollowed(service, repository))
        .collect(toCollection(LinkedHashSet::new));
  }

  /** Whether pushes to a repository reach Slipway, and it may read them. */
  public boolean isFollowed(Service service, Repository repository) {
    return followed.has(repository, service.arn().account(), service.arn().region());
  }
}
