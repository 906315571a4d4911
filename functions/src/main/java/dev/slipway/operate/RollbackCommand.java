package dev.slipway.operate;

import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
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

    /** Whether ECS is stopped or a copy is deployed is left out: both lead to the same. */
    @Override
    public List<String> facts() {
      List<String> facts = new ArrayList<>();
      facts.add("%s goes from %s to %s".formatted(service, from.shortName(), to.shortName()));
      images.forEach(change ->
          facts.add(
              "%s: container %s gets %s instead of %s"
                  .formatted(service, change.container(), change.to(), change.from())));
      blocked.forEach(digest -> facts.add("%s: %s is blocked".formatted(service, digest)));
      unrecorded.forEach(container ->
          facts.add("%s: nobody recorded what container %s ran".formatted(service, container)));
      return facts;
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
    ServiceEvaluator.Evaluation evaluation = evaluator.evaluate(service, read.recorded(), now);
    ObservedState state =
        evaluation.state().orElseThrow(() -> new RejectedRequest(evaluation.decision().reason()));
    List<ServiceDeployment> newestFirst = targets.newest(arn);
    Optional<ServiceDeployment> newest = newestFirst.stream().findFirst();
    RollbackRules.underWay(state, newest)
        .or(() -> revision.isPresent() ? Optional.empty() : RollbackRules.asked(state))
        .ifPresent(why -> {
          throw new RejectedRequest(why);
        });
    RollbackTargets.History history = targets.history(state, newestFirst);
    RollbackRules.Choice choice =
        revision
            .map(name -> {
              TaskDefinitionArn named = RollbackRules.named(state, name);
              RollbackTarget.Seen seen = targets.see(state, named, history.digestsOf(named));
              return RollbackRules.named(
                  state, withGone(state, seen.with(target -> resolved(state, target))));
            })
            .orElseGet(() -> RollbackRules.newestGood(state, seen(history)));
    Map<Repository, Selection> selections =
        new HashMap<>(
            evaluator.selections(
                service, state.environment().images(), choice.target().revision(), now));
    selections.putAll(state.selections());
    return RollbackRules.plan(
        new RollbackRules.Situation(state, selections, newest, history.goesBackTo()),
        choice,
        trigger,
        now);
  }

  /** Reads what completed, newest first, until one of them is good: the rules say which is. */
  private List<RollbackTarget.Seen> seen(RollbackTargets.History history) {
    List<RollbackTarget.Seen> seen = new ArrayList<>();
    for (RollbackTarget.Completed completed : history.completed()) {
      ObservedState state = history.state();
      seen.add(withGone(state, targets.see(state, completed.revision(), completed.digests())));
      if (RollbackRules.isGood(state, seen.getLast())) {
        break;
      }
    }
    return seen;
  }

  /** The same, with its images that are gone. Of what is no target ECR is not asked. */
  private RollbackTarget.Seen withGone(ObservedState state, RollbackTarget.Seen seen) {
    if (!RollbackRules.isTarget(state, seen)) {
      return seen;
    }
    List<ImageReference> gone =
        seen.target()
            .map(target -> evaluator.gone(state.service(), target.images().values()))
            .orElse(List.of());
    return seen.withGone(gone, gone.stream().filter(this::isArchived).toList());
  }

  private boolean isArchived(ImageReference image) {
    return image
        .repository()
        .flatMap(
            repository -> image.digest().map(digest -> registry.isArchived(repository, digest)))
        .orElse(false);
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
