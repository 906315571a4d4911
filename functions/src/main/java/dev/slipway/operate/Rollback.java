package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.BlockedImages;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.deploy.ServiceTags;
import dev.slipway.deploy.Wish;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TagValue;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.DeploymentStop;
import dev.slipway.rollout.ServiceDeployments;

import dev.slipway.image.ImageChange;
import dev.slipway.ecs.ServiceDeployment.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a service back to an earlier revision, and blocks the images that it leaves. It writes a
 * {@link Wish} into the service's tags, which DeployFunction carries out as it carries out pushes,
 * so that neither a push at the same moment nor a lost message undoes it. A deployment under way is
 * stopped at once, where ECS goes back to the same revision by itself.
 */
public final class Rollback {
  private static final int DEPLOYMENTS = 20;

  private final ServiceDirectory directory;
  private final ServiceEvaluator observer;
  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final ServiceTags tags;
  private final DeploymentStop stop;
  private final HintQueue queue;

  /** All that it asks and tells. */
  public Rollback(
      ServiceDirectory directory,
      ServiceEvaluator observer,
      Ecs ecs,
      ServiceDeployments deployments,
      ServiceTags tags,
      DeploymentStop stop,
      HintQueue queue) {
    this.directory = directory;
    this.observer = observer;
    this.ecs = ecs;
    this.deployments = deployments;
    this.tags = tags;
    this.stop = stop;
    this.queue = queue;
  }

  /**
   * What is to be done, or was.
   *
   * @param blocked the images that become blocked
   * @param how one sentence for people
   */
  public record Plan(
      Service service,
      TaskDefinitionArn from,
      TaskDefinitionArn to,
      List<ImageChange> images,
      List<ImageDigest> blocked,
      String how) {
    /** Copies the lists. */
    public Plan {
      images = List.copyOf(images);
      blocked = List.copyOf(blocked);
    }
  }

  /**
   * Rolls back.
   *
   * @param revision to go back to, as {@code family:3} or {@code 3}; empty for the last one that
   *     was deployed well
   * @param dryRun only says what would be done
   * @throws Refusal if it cannot be done; nothing has been changed
   */
  public Plan rollBack(
      ServiceSelector selector, Optional<String> revision, Trigger.Request cause, boolean dryRun) {
    Service service = directory.services(new Scope.OfService(selector)).getFirst();
    Environment environment = directory.environmentOf(service).orElseThrow();
    ServiceEvaluator.Sighting now = observer.look(service, cause);
    TaskDefinition from =
        now.observation()
            .map(ObservedState::taskDefinition)
            .orElseThrow(() -> new Refusal(now.decision().reason()));
    History history = history(service);
    TaskDefinition to = target(service, environment, from, revision, history);
    List<ImageDigest> passedOver = lacking(service, environment, to);
    if (to.arn().equals(from.arn())) {
      throw new Refusal("%s has %s already".formatted(service, to));
    }
    if (passedOver.isEmpty()) {
      throw new Refusal(
          "%s has what %s selects, so that it needs no rollback: deploy it, unblocked if need be"
              .formatted(to, environment.images()));
    }
    if (passedOver.size() > BlockedImages.MOST) {
      throw new Refusal(
          "%s lacks %d images that %s selects, and only %d can be blocked at once: roll back to a"
                  .formatted(to, passedOver.size(), environment.images(), BlockedImages.MOST)
              + " revision that is less far away");
    }
    Wish wish = new Wish(to.arn(), passedOver.stream().map(ImageDigest::abbreviated).toList());
    List<ImageDigest> blocked = blocked(from, to, passedOver);
    Map<String, String> wanted = tags(service, wish, blocked, cause);
    Decision.Deploy decision = decision(service, wanted, cause);
    Optional<ServiceDeployment> stoppable =
        history.underway.filter(
            _ -> history.completed.stream().findFirst().filter(to.arn()::equals).isPresent());
    boolean stopped = stoppable.isPresent();
    if (!dryRun) {
      tags.put(service.arn(), wanted);
      stopped = stoppable.filter(this::stopped).isPresent();
      if (!stopped) {
        queue.send(List.of(new Hint.ServiceNamed(service.arn(), cause)));
      }
    }
    String how =
        stopped
            ? "the deployment under way is stopped, and ECS itself goes back to " + to
            : "DeployFunction deploys %s, with the environment's deployment configuration"
                .formatted(to);
    return new Plan(service, from.arn(), to.arn(), decision.changes(), blocked, how);
  }

  /** What ECS refuses to stop is deployed to like any other service. */
  private boolean stopped(ServiceDeployment underway) {
    try {
      return stop.rollBack(underway.arn());
    } catch (EcsClientError _) {
      return false;
    }
  }

  private TaskDefinition definition(TaskDefinitionArn revision) {
    try {
      return ecs.taskDefinition(revision);
    } catch (EcsClientError e) {
      throw new Refusal("%s cannot be read: %s".formatted(revision.shortName(), e.getMessage()));
    }
  }

  /**
   * @param underway the deployment that is being rolled out
   * @param completed what was deployed well, the last one first, without repetitions
   */
  private record History(Optional<ServiceDeployment> underway, List<TaskDefinitionArn> completed) {}

  private History history(Service service) {
    List<ServiceDeployment> newest = deployments.newest(service.arn(), DEPLOYMENTS);
    Optional<ServiceDeployment> last = newest.stream().findFirst();
    if (last.filter(Rollback::isGoingBack).isPresent()) {
      throw new Refusal(
          "ECS is rolling %s back already, to %s: look again when that is done"
              .formatted(
                  service, service.taskDefinition().map(TaskDefinitionArn::shortName).orElse("?")));
    }
    List<ServiceDeployment> good =
        newest.stream().filter(d -> d.status() == Status.SUCCESSFUL).toList();
    Map<String, ServiceRevision> revisions =
        good.isEmpty()
            ? Map.of()
            : deployments.revisions(good.stream().map(ServiceDeployment::target).toList());
    List<TaskDefinitionArn> completed =
        good.stream()
            .flatMap(d -> Optional.ofNullable(revisions.get(d.target())).stream())
            .map(ServiceRevision::taskDefinition)
            .distinct()
            .toList();
    return new History(
        last.filter(d -> d.status() == Status.PENDING || d.status() == Status.IN_PROGRESS),
        completed);
  }

  private static boolean isGoingBack(ServiceDeployment deployment) {
    return deployment.status() == Status.ROLLBACK_REQUESTED
        || deployment.status() == Status.ROLLBACK_IN_PROGRESS;
  }

  private TaskDefinition target(
      Service service,
      Environment environment,
      TaskDefinition from,
      Optional<String> named,
      History history) {
    if (named.isPresent()) {
      return definition(revision(service, from, named.get()));
    }
    BlockedImages blocked = BlockedImages.of(service);
    for (TaskDefinitionArn revision : history.completed) {
      if (revision.equals(from.arn())) {
        continue;
      }
      TaskDefinition definition = definition(revision);
      if (digests(definition).stream().noneMatch(blocked::contain)
          && !lacking(service, environment, definition).isEmpty()
          && !sameImages(definition, from)) {
        return definition;
      }
    }
    throw new Refusal(
        "ECS remembers no completed deployment of %s with other images that are not blocked (of the"
                .formatted(service)
            + " last %d, within 90 days): name the revision to go back to".formatted(DEPLOYMENTS));
  }

  private static boolean sameImages(TaskDefinition one, TaskDefinition other) {
    return one.containers().equals(other.containers());
  }

  private static TaskDefinitionArn revision(Service service, TaskDefinition from, String named) {
    try {
      return TaskDefinitionArn.of(
          service.arn(), named.indexOf(':') < 0 ? from.arn().family() + ":" + named : named);
    } catch (IllegalArgumentException _) {
      throw new Refusal(
          "revision: not a revision: \"%s\" (expected such as %s or %d)"
              .formatted(named, from, from.arn().revision()));
    }
  }

  /** The images that are selected now, for the containers of a revision that has others. */
  private List<ImageDigest> lacking(
      Service service, Environment environment, TaskDefinition revision) {
    Map<Repository, Candidate> candidates = observer.candidates(service, environment, revision);
    Set<ImageDigest> lacking = new LinkedHashSet<>();
    for (TaskDefinition.Container container : revision.containers()) {
      Candidate candidate =
          container.image().repository().map(candidates::get).orElseGet(Candidate.Missing::new);
      if (candidate instanceof Candidate.Image image
          && container.image().digest().filter(image.digest()::equals).isEmpty()) {
        lacking.add(image.digest());
      }
    }
    return List.copyOf(lacking);
  }

  private static Set<ImageDigest> digests(TaskDefinition revision) {
    Set<ImageDigest> digests = new LinkedHashSet<>();
    revision.containers().forEach(c -> c.image().digest().ifPresent(digests::add));
    return digests;
  }

  /**
   * Those that must be blocked come last, so that they drop out last. Of those that it leaves only
   * images of Amazon ECR can come back.
   */
  private static List<ImageDigest> blocked(
      TaskDefinition from, TaskDefinition to, List<ImageDigest> passedOver) {
    Set<ImageDigest> left = new LinkedHashSet<>();
    from.containers().stream()
        .filter(container -> container.image().repository().isPresent())
        .forEach(container -> container.image().digest().ifPresent(left::add));
    left.removeAll(digests(to));
    left.removeAll(passedOver);
    List<ImageDigest> blocked = new ArrayList<>(left);
    blocked.addAll(passedOver);
    return blocked.subList(Math.max(0, blocked.size() - BlockedImages.MOST), blocked.size());
  }

  private static Map<String, String> tags(
      Service service, Wish wish, List<ImageDigest> blocked, Trigger.Request cause) {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put(Service.BLOCKED_TAG, BlockedImages.of(service).with(blocked).tagValue());
    wanted.put(Service.CHOSEN_TAG, wish.tagValue());
    wanted.put(Service.CHOSEN_BY_TAG, cause.by());
    wanted.forEach((key, value) -> {
      if (!TagValue.isValid(value)) {
        throw new Refusal(
            "the tag %s would be \"%s\", which ECS does not allow".formatted(key, value));
      }
    });
    return wanted;
  }

  /** What DeployFunction will decide: with the tags as they are to be, by the same rules. */
  private Decision.Deploy decision(
      Service service, Map<String, String> wanted, Trigger.Request cause) {
    Decision decision = observer.look(service.withTags(wanted, Set.of()), cause).decision();
    if (decision instanceof Decision.Deploy deploy
        && deploy.target() instanceof Decision.Target.Existing) {
      return deploy;
    }
    throw new Refusal(decision.reason());
  }
}
