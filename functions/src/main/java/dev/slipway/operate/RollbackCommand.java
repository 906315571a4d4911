package dev.slipway.operate;

import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Brings a service back to an earlier revision, and blocks the images that it leaves. It pins the
 * revision, by the digests that its tasks ran, and leaves the deployment to DeployFunction. Where
 * ECS itself would go back to just that, the deployment under way is stopped instead.
 */
public final class RollbackCommand {
  private final ServiceDirectory directory;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;
  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final RollbackTargets targets;
  private final ImageRegistry registry;

  /** What it reads. */
  public RollbackCommand(
      ServiceDirectory directory,
      ServiceReader reader,
      ServiceEvaluator evaluator,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry) {
    this.directory = directory;
    this.reader = reader;
    this.evaluator = evaluator;
    this.ecs = ecs;
    this.deployments = deployments;
    this.targets = new RollbackTargets(ecs, deployments, evaluator);
    this.registry = registry;
  }

  /**
   * What is to be done, or was.
   *
   * @param images that differ between the two revisions, by digest
   * @param blocked the images that become blocked
   * @param unrecorded containers of which nobody recorded the digest: they get what their image
   *     names now
   * @param how in sentences for people
   */
  public record RollbackPlan(
      Service service,
      TaskDefinitionArn from,
      TaskDefinitionArn to,
      List<ImageChange> images,
      List<ImageDigest> blocked,
      List<String> unrecorded,
      ServiceChange planned,
      String how)
      implements Plan {
    /** Copies the lists. */
    public RollbackPlan {
      images = List.copyOf(images);
      blocked = List.copyOf(blocked);
      unrecorded = List.copyOf(unrecorded);
    }

    @Override
    public Optional<ServiceChange> change() {
      return Optional.of(planned);
    }

    /** The plan once it is carried out: it says what was done instead of a stop. */
    public RollbackPlan after(ServiceChanges.Done done) {
      boolean deployedOver = planned.stop().isPresent() && done == ServiceChanges.Done.HINTED;
      return deployedOver
          ? new RollbackPlan(
              service,
              from,
              to,
              images,
              blocked,
              unrecorded,
              planned,
              "the deployment under way could not be stopped, or had ended: DeployFunction deploys a copy of %s"
                  .formatted(to.shortName()))
          : this;
    }
  }

  /**
   * Plans a rollback.
   *
   * @param revision to go back to, as {@code family:3} or {@code 3}; empty for the last one that
   *     was deployed well
   * @throws RejectedRequest if it cannot be done
   */
  public Planned<RollbackPlan> plan(
      ServiceSelector selector, Optional<String> revision, Trigger.Operator trigger, Instant now) {
    ServiceArn service = arn(selector);
    Supplier<RollbackPlan> plan = () -> plan(service, revision, trigger, now);
    return new Planned<>(plan.get(), plan);
  }

  private ServiceArn arn(ServiceSelector selector) {
    return directory.services(new Scope.OfService(selector)).getFirst().arn();
  }

  private RollbackPlan plan(
      ServiceArn arn, Optional<String> revision, Trigger.Operator trigger, Instant now) {
    ServiceReader.Read read = reader.withHistory(reader.read(arn));
    Service service = read.service();
    ServiceEvaluator.Evaluation evaluation = evaluator.evaluate(service, read.recorded());
    ObservedState state =
        evaluation.state().orElseThrow(() -> new RejectedRequest(evaluation.decision().reason()));
    List<ServiceDeployment> newestFirst = deployments.newest(arn, RollbackTargets.MAX_DEPLOYMENTS);
    Optional<ServiceDeployment> newest = newestFirst.stream().findFirst();
    RollbackRules.underWay(state, newest)
        .or(() -> revision.isPresent() ? Optional.empty() : RollbackRules.asked(state))
        .ifPresent(why -> {
          throw new RejectedRequest(why);
        });
    Map<String, ServiceRevision> revisions =
        newestFirst.isEmpty()
            ? Map.of()
            : deployments.revisions(
                newestFirst.stream().map(ServiceDeployment::target).distinct().toList());
    History history = new History(state, newestFirst, revisions);
    List<String> skipped = new ArrayList<>();
    RollbackTarget target =
        revision.map(name -> named(history, name)).orElseGet(() -> newestGood(history, skipped));
    Map<Repository, Selection> selections = new HashMap<>(state.selections());
    selections.putAll(
        evaluator.selections(service, state.environment().images(), target.revision()));
    return RollbackRules.plan(
        new RollbackRules.Situation(state, selections, newest, history.goesBackTo()),
        target,
        skipped,
        trigger,
        now);
  }

  /** What was read of a service's past. */
  private record History(
      ObservedState state,
      List<ServiceDeployment> newestFirst,
      Map<String, ServiceRevision> revisions) {
    List<RollbackTarget.Completed> completed() {
      return RollbackTarget.completed(newestFirst, revisions, state.recorded());
    }

    Map<String, ImageDigest> digestsOf(TaskDefinitionArn revision) {
      return RollbackTarget.digestsOf(revision, newestFirst, revisions, state.recorded());
    }

    /** ECS rolls back to the last deployment that completed, whether tasks ran or not. */
    Optional<RollbackTarget.Completed> goesBackTo() {
      return newestFirst.stream()
          .filter(deployment -> deployment.status() == Status.SUCCESSFUL)
          .findFirst()
          .map(deployment -> revisions.get(deployment.target()))
          .map(revision ->
              new RollbackTarget.Completed(
                  revision.taskDefinition(),
                  RollbackTarget.digests(
                      revision,
                      state.recorded().deployment(EcsDeploymentId.ofRevision(revision.arn()))),
                  revision.createdAt()));
    }
  }

  /** The newest deployment that completed, is not what the service has, and can be had again. */
  private RollbackTarget newestGood(History history, List<String> skipped) {
    ObservedState state = history.state();
    for (RollbackTarget.Completed completed : history.completed()) {
      Optional<RollbackTargets.Target> judged = targets.judge(state, completed);
      if (judged.isEmpty()) {
        continue;
      }
      switch (judged.get()) {
        case RollbackTargets.Target.Lost lost -> skipped.add(lost.why());
        case RollbackTargets.Target.Found(RollbackTarget target) -> {
          List<ImageReference> gone = evaluator.gone(state.service(), target.images().values());
          if (gone.isEmpty()) {
            return target;
          }
          skipped.add(RollbackRules.gone(target, gone));
        }
      }
    }
    throw new RejectedRequest(
        "no earlier deployment of %s completed with tasks running, differs from what it has now, and has no blocked image (of the last %d, within 90 days)%s. To choose a revision: `slipway rollback %s --to REVISION`"
            .formatted(
                state.service(),
                RollbackTargets.MAX_DEPLOYMENTS,
                skipped.isEmpty() ? "" : "; " + String.join("; ", skipped),
                state.service()));
  }

  private RollbackTarget named(History history, String name) {
    ObservedState state = history.state();
    TaskDefinitionArn revision = revision(state, name);
    if (!revision.family().equals(state.taskDefinition().arn().family())) {
      throw new RejectedRequest(
          "%s is not of the service's family %s: a service goes back to revisions of its own family only"
              .formatted(revision.shortName(), state.taskDefinition().arn().family()));
    }
    TaskDefinition definition;
    try {
      definition = ecs.readTaskDefinition(revision);
    } catch (EcsClientError e) {
      throw new RejectedRequest(
          "%s cannot be read: %s".formatted(revision.shortName(), e.getMessage()));
    }
    RollbackTarget target =
        resolved(state, RollbackTarget.of(definition, history.digestsOf(revision)));
    RollbackRules.unfit(state, target)
        .ifPresent(why -> {
          throw new RejectedRequest(why);
        });
    List<ImageReference> gone = evaluator.gone(state.service(), target.images().values());
    if (!gone.isEmpty()) {
      throw new RejectedRequest(
          RollbackRules.gone(target, gone) + ": choose another revision, or push the image again");
    }
    return target;
  }

  private static TaskDefinitionArn revision(ObservedState state, String named) {
    TaskDefinition from = state.taskDefinition();
    try {
      return TaskDefinitionArn.of(
          state.service().arn(),
          named.indexOf(':') < 0 ? from.arn().family() + ":" + named : named);
    } catch (IllegalArgumentException _) {
      throw new RejectedRequest(
          "revision: not a revision: \"%s\" (expected such as %s or %d)"
              .formatted(named, from, from.arn().revision()));
    }
  }

  /**
   * Where nobody recorded what a tag stood for, what it points at now is what would be started: it
   * is pinned, so that a blocked image is found here and not by the tasks.
   */
  private RollbackTarget resolved(ObservedState state, RollbackTarget target) {
    Map<String, ImageReference> images = new LinkedHashMap<>(target.images());
    images.replaceAll((_, image) ->
        image.digest().isPresent()
            ? image
            : image
                .repository()
                .filter(repository -> evaluator.isFollowed(state.service(), repository))
                .map(repository ->
                    registry.candidate(repository, image.tag().orElse(new ImageTag("latest"))))
                .filter(Candidate.Image.class::isInstance)
                .map(candidate -> image.at(((Candidate.Image) candidate).digest()))
                .orElse(image));
    return target.with(images);
  }
}
