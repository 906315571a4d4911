package dev.slipway.operate;

import static java.util.stream.Collectors.toCollection;

import dev.slipway.decide.Environment;
import dev.slipway.decide.SourceRules;
import dev.slipway.deploy.CachingImageRegistry;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ImageTags;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.operate.PromotionPlan.Promoted;
import dev.slipway.operate.PromotionRules.Promotable;
import dev.slipway.operate.PromotionRules.Running;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.ServiceRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the images that run in one environment the tag that another follows. What is promoted is
 * what the first environment's services run and have completed, not what its tag points at: an
 * image that is still being rolled out, was rolled back or never ran is not proven. The other
 * environment then deploys it as it deploys any push.
 */
public final class Promotion {
  /** Of so many services it is said what they would do. */
  static final int MAX_FOLLOWERS = 50;

  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final ImageRegistry registry;
  private final RecordStore records;

  /** What it reads. */
  public Promotion(
      ServiceDirectory directory,
      Ecs ecs,
      ServiceEvaluator evaluator,
      ImageRegistry registry,
      RecordStore records) {
    this.directory = directory;
    this.ecs = ecs;
    this.evaluator = evaluator;
    this.registry = registry;
    this.records = records;
  }

  /**
   * What a promotion would do.
   *
   * @throws RejectedRequest if it cannot be done
   */
  public PromotionPlan plan(PromotionRequest asked) {
    Environment source = directory.environment(asked.from());
    Environment target = directory.environment(asked.to());
    ImageTag tag = PromotionRules.tag(source, target);
    List<Running> sources = running(source);
    List<Running> targets = running(target);
    PromotionRules.Good good =
        PromotionRules.good(source, target, sources, targets, asked.repository());
    Map<Running, RecordedService> recorded = new LinkedHashMap<>();
    sources.stream()
        .filter(running -> running.hasAnyOf(good.digests().keySet()))
        .forEach(running -> recorded.put(running, records.read(running.service().arn())));
    List<Running> followers =
        targets.stream().filter(running -> running.hasAnyOf(good.digests().keySet())).toList();
    List<Promotable> images = new ArrayList<>();
    good.digests()
        .forEach((where, digest) -> {
          Promotable image =
              new Promotable(
                  where,
                  digest,
                  registry.image(where, digest),
                  pointsAt(where, tag),
                  new ImageOrder(
                      source.name(), SourceRules.hadFirst(recorded.values(), where), Map.of()));
          images.add(withPushTimes(image, followers));
        });
    return PromotionRules.plan(asked, good, tag, images, followers)
        .warning(
            recorded.entrySet().stream()
                .flatMap(user ->
                    PromotionRules.foreign(user.getKey(), user.getValue(), good.digests().keySet())
                        .stream())
                .toList());
  }

  /** Asks when images were pushed, where the record does not tell which is older. */
  private Promotable withPushTimes(Promotable image, List<Running> followers) {
    Set<ImageDigest> unordered =
        PromotionRules.inPlace(image, followers).keySet().stream()
            .filter(other -> !image.order().knows(image.digest(), other))
            .collect(toCollection(LinkedHashSet::new));
    if (unordered.isEmpty()) {
      return image;
    }
    unordered.add(image.digest());
    return image.withPushTimes(registry.pushedAt(image.repository(), unordered));
  }

  /**
   * What the services that follow would do about the images once they have the tag, by the rules of
   * a deployment; of at most {@value #MAX_FOLLOWERS}.
   */
  public List<FollowerDecision> decisions(PromotionPlan plan, Instant now) {
    ServiceEvaluator then =
        evaluator.asking(new CachingImageRegistry(new PromotedImages(registry, plan.promoted())));
    return plan.followers().stream()
        .limit(MAX_FOLLOWERS)
        .map(follower -> {
          Service service = follower.service();
          RecordedService recorded = records.read(service.arn());
          return FollowerDecision.of(
              then.evaluate(service, recorded, now).decision(), recorded.service().pin());
        })
        .toList();
  }

  private List<Running> running(Environment environment) {
    List<Service> services =
        directory.followers(environment).services().stream()
            .filter(service -> service.taskDefinition().isPresent())
            .toList();
    ServiceRecords known = records.services(services.stream().map(Service::arn).toList());
    return services.stream()
        .map(service -> running(environment, service, known.of(service.arn())))
        .toList();
  }

  /** A revision never changes: where the record knows its images, it is not read again. */
  private Running running(Environment environment, Service service, ServiceRecord record) {
    KnownRevision revision =
        record
            .revision()
            .filter(r -> service.taskDefinition().filter(r.arn()::equals).isPresent())
            .orElseGet(() -> read(service));
    Set<Repository> repositories = new LinkedHashSet<>(revision.repositories());
    repositories.removeIf(repository ->
        !evaluator.isFollowed(service, repository) || !environment.images().selectsIn(repository));
    Map<String, ImageReference> images = revision.images();
    boolean byTag =
        images.values().stream()
            .anyMatch(image ->
                image.digest().isEmpty()
                    && image.repository().filter(repositories::contains).isPresent());
    if (byTag) {
      evaluator
          .runningDigests(service)
          .forEach((container, digest) ->
              images.computeIfPresent(
                  container, (_, image) -> image.digest().isPresent() ? image : image.at(digest)));
    }
    return new Running(service, record, images, repositories);
  }

  private KnownRevision read(Service service) {
    var revision = service.taskDefinition().orElseThrow();
    try {
      return KnownRevision.of(ecs.taskDefinition(revision));
    } catch (EcsClientError e) {
      throw new RejectedRequest(
          "%s of %s cannot be read: %s".formatted(revision.shortName(), service, e.getMessage()));
    }
  }

  private Optional<ImageDigest> pointsAt(Repository repository, ImageTag tag) {
    return switch (registry.candidate(repository, tag)) {
      case Candidate.Image image -> Optional.of(image.digest());
      case Candidate.NotAnImage other -> Optional.of(other.digest());
      case Candidate.Gone _, Candidate.Missing _ -> Optional.empty();
    };
  }

  /**
   * Carries plans out.
   *
   * @param images gives tags
   */
  public record Executor(ImageTags images) {
    /**
     * Promotes.
     *
     * @throws RejectedRequest if an image cannot get the tag; the sentence says which others have
     *     it
     */
    public void apply(PromotionPlan plan) {
      List<String> done = new ArrayList<>();
      for (Promoted image : plan.promoted()) {
        Optional<String> problem;
        try {
          problem = images.put(image.repository(), image.tag(), image.digest(), image.replaces());
        } catch (RuntimeException e) {
          if (done.isEmpty()) {
            throw e;
          }
          throw new IllegalStateException(sentence(image, e.getMessage(), done), e);
        }
        if (problem.isPresent()) {
          throw new RejectedRequest(sentence(image, problem.get(), done));
        }
        done.add(image.repository().name());
      }
    }

    private static String sentence(Promoted image, @Nullable String problem, List<String> done) {
      return "%s cannot get tag %s in %s: %s%s"
          .formatted(
              image.digest().abbreviated(),
              image.tag(),
              image.repository().name(),
              problem,
              done.isEmpty() ? "" : "; already promoted were images of " + String.join(", ", done));
    }
  }
}
