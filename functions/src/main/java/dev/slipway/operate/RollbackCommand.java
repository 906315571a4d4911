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
   * @param passedOver what is selected, not deployed yet, and waits for an operator from now on
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
      List<ImageDigest> passedOver,
      List<String> unrecorded,
      ServiceChange planned,
      String how)
      implements Plan {
    /** Copies the lists. */
    public RollbackPlan {
      images = List.copyOf(images);
      blocked = List.copyOf(blocked);
      passedOver = List.copyOf(passedOver);
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
      passedOver.forEach(digest -> facts.add("%s: %s is passed over".formatted(service, digest)));
      planned.passesPause().ifPresent(facts::add);
      unrecorded.forEach(container ->
          facts.add("%s: nobody recorded what container %s ran".formatted(service, container)));
      return facts;
    }

    /** A plan once it is carried out: it says what was done instead of a stop, and why. */
    public static RollbackPlan after(ServiceChanges.Applied<RollbackPlan> applied) {
      RollbackPlan plan = applied.plan();
      return plan.planned.stop().isPresent() && applied.done() == ServiceChanges.Done.HINTED
          ? plan.deployedOver(applied.notStopped())
          : plan;
    }

    private RollbackPlan deployedOver(Optional<String> notStopped) {
      return new RollbackPlan(
          service,
          from,
          to,
          images,
          blocked,
          passedOver,
          unrecorded,
          planned,
          "the deployment under way %s: DeployFunction deploys a copy of %s"
              .formatted(
                  notStopped
                      .map("could not be stopped (%s)"::formatted)
                      .orElse("had ended already"),
                  to.shortName()));
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
        revision.map(name -> named(state, history, name)).orElseGet(() -> unnamed(state, history));
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

  private RollbackRules.Choice named(
      ObservedState state, RollbackTargets.History history, String name) {
    TaskDefinitionArn revision = revision(state, name);
    RollbackTarget.Seen seen = targets.see(state, revision, history.digestsOf(revision));
    RollbackRules.Choice choice =
        RollbackRules.named(state, seen.with(target -> resolved(state, target)));
    List<ImageReference> gone = gone(state, choice.target());
    List<ImageReference> archived = gone.stream().filter(this::isArchived).toList();
    RollbackRules.lost(choice.target(), gone, archived)
        .ifPresent(why -> {
          throw new RejectedRequest(
              "%s: choose another revision, or %s"
                  .formatted(
                      why,
                      archived.containsAll(gone) ? "restore the image" : "push the image again"));
        });
    return choice;
  }

  private RollbackRules.Choice unnamed(ObservedState state, RollbackTargets.History history) {
    RollbackTargets.Walk walk = targets.walk(history, target -> lost(state, target));
    RollbackRules.goneBack(state, history.rolledBack(), walk)
        .ifPresent(why -> {
          throw new RejectedRequest(why);
        });
    return RollbackRules.unnamed(state, walk);
  }

  private static TaskDefinitionArn revision(ObservedState state, String name) {
    try {
      return RevisionName.parse(state.service().arn(), state.taskDefinition().arn(), name);
    } catch (IllegalArgumentException e) {
      throw new MalformedRequest("revision: " + e.getMessage());
    }
  }

  private Optional<String> lost(ObservedState state, RollbackTarget target) {
    List<ImageReference> gone = gone(state, target);
    return RollbackRules.lost(target, gone, gone.stream().filter(this::isArchived).toList());
  }

  private List<ImageReference> gone(ObservedState state, RollbackTarget target) {
    return evaluator.gone(state.service(), target.images().values());
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
