package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.toCollection;

import dev.slipway.decide.ObservedState.Chosen;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at one service, at what its environment selects in ECR, and decides; changes nothing. A
 * deployment, the sweep and what people are shown all come from here, so that they never disagree.
 */
public final class ServiceEvaluator {
  /** What a container runs whose image names neither tag nor digest. */
  private static final ImageTag LATEST = new ImageTag("latest");

  private final List<Environment> environments;
  private final Ecs ecs;
  private final ImageRegistry registry;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param registry asked anew at every look; {@link CachingImageRegistry} spares that
   */
  public ServiceEvaluator(List<Environment> environments, Ecs ecs, ImageRegistry registry) {
    if (environments.stream().map(Environment::name).distinct().count() < environments.size()) {
      throw new IllegalArgumentException("two environments of the same name: " + environments);
    }
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
    this.registry = registry;
  }

  /** One that asks the registry everything once: for a look at many services at one moment. */
  ServiceEvaluator atOneMoment() {
    return new ServiceEvaluator(environments, ecs, new CachingImageRegistry(registry));
  }

  /**
   * A decision, and what it was made from.
   *
   * @param service empty where it is gone, or could not be read
   * @param observation empty where the decision needed no closer look, or ECS refused one
   */
  public record Sighting(
      Optional<Service> service, Optional<ObservedState> observation, Decision decision) {}

  /** Looks at a service as it is now; what ECS refuses is a decision too. */
  public Sighting look(ServiceArn arn, Trigger cause) {
    List<Service> found;
    try {
      found = ecs.describe(List.of(arn));
    } catch (EcsClientError refusal) {
      return new Sighting(
          Optional.empty(), Optional.empty(), refused(arn, Optional.empty(), refusal));
    }
    return found.stream()
        .findFirst()
        .map(service -> look(service, cause))
        .orElseGet(() ->
            new Sighting(
                Optional.empty(),
                Optional.empty(),
                new Decision.NotFollowing(
                    arn, Optional.empty(), "there is no such service any more")));
  }

  /** Looks at a service that was described just now. */
  public Sighting look(Service service, Trigger cause) {
    Optional<Environment> environment =
        environments.stream().filter(e -> e.isFollowedBy(service)).findFirst();
    if (environment.isEmpty()) {
      return decided(
          service,
          new Decision.NotFollowing(service.arn(), Optional.empty(), followsNothing(service)));
    }
    Optional<Decision.Refused> refusal = DecisionRules.refusal(service, environment.get());
    if (refusal.isPresent()) {
      return decided(service, refusal.get());
    }
    try {
      ObservedState seen = observe(service, environment.get());
      return new Sighting(
          Optional.of(service), Optional.of(seen), DecisionRules.decide(seen, cause));
    } catch (EcsClientError e) {
      return decided(service, refused(service.arn(), environment.map(Environment::name), e));
    }
  }

  /** What would be decided had this been seen. */
  public static Decision decide(ObservedState seen, Trigger cause) {
    return DecisionRules.decide(seen, cause);
  }

  private static Sighting decided(Service service, Decision decision) {
    return new Sighting(Optional.of(service), Optional.empty(), decision);
  }

  static Decision.Refused refused(
      ServiceArn service, Optional<String> environment, EcsClientError refusal) {
    return new Decision.Refused(service, environment, "ECS refuses: " + refusal.getMessage());
  }

  private ObservedState observe(Service service, Environment environment) {
    TaskDefinition taskDefinition = ecs.taskDefinition(service.taskDefinition().orElseThrow());
    Map<Repository, Candidate> candidates =
        new HashMap<>(candidates(service, environment, taskDefinition));
    Optional<Chosen> chosen =
        Wish.of(service)
            .filter(wish -> candidates.values().stream().anyMatch(c -> names(wish, c)))
            .map(wish -> chosen(service, wish));
    if (chosen.orElse(null) instanceof Chosen.Found found) {
      candidates.putAll(candidates(service, environment, found.revision()));
    }
    return new ObservedState(service, environment, taskDefinition, candidates, chosen);
  }

  /**
   * What an environment's policy selects now in each repository that a revision's containers come
   * from.
   */
  public Map<Repository, Candidate> candidates(
      Service service, Environment environment, TaskDefinition revision) {
    ImageTag tag =
        switch (environment.images()) {
          case TagPolicy.Exact exact -> exact.tag();
        };
    Map<Repository, Candidate> candidates = new LinkedHashMap<>();
    for (Repository repository : followableRepositories(service, revision)) {
      candidates.put(repository, registry.candidate(repository, tag));
    }
    return candidates;
  }

  private static boolean names(Wish wish, Candidate candidate) {
    return candidate instanceof Candidate.Image image && wish.names(image.digest());
  }

  private Chosen chosen(Service service, Wish wish) {
    TaskDefinition revision;
    try {
      revision = ecs.taskDefinition(wish.revision());
    } catch (EcsClientError refusal) {
      return new Chosen.Lost(wish, String.valueOf(refusal.getMessage()));
    }
    boolean there = service.taskDefinition().filter(revision.arn()::equals).isPresent();
    return new Chosen.Found(
        wish, revision, there ? List.of() : goneImages(service, revision, registry));
  }

  /**
   * The images of a revision that are no longer in Amazon ECR; those of other registries, accounts
   * and Regions are believed to be there.
   */
  private static List<ImageReference> goneImages(
      Service service, TaskDefinition revision, ImageRegistry registry) {
    return revision.containers().stream()
        .map(TaskDefinition.Container::image)
        .distinct()
        .filter(image ->
            image
                .repository()
                .filter(repository -> isFollowable(service, repository))
                .filter(repository -> isMissing(repository, image, registry))
                .isPresent())
        .toList();
  }

  private static boolean isMissing(
      Repository repository, ImageReference image, ImageRegistry registry) {
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
        .orElse("it has no tag " + Service.ENVIRONMENT_TAG);
  }

  /** Those of the service's own account and Region; Slipway hears of pushes to no others. */
  public static Set<Repository> followableRepositories(
      Service service, TaskDefinition taskDefinition) {
    return taskDefinition.containers().stream()
        .flatMap(container -> container.image().repository().stream())
        .filter(repository -> isFollowable(service, repository))
        .collect(toCollection(LinkedHashSet::new));
  }

  private static boolean isFollowable(Service service, Repository repository) {
    return repository.account().equals(service.arn().account())
        && repository.region().equals(service.arn().region());
  }
}
