package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.CachingImageRegistry;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Deploys because an operator asks, not because something was pushed: what the environment selects,
 * or an image of their choice. Its plans write into the record what is asked for, and leave the
 * deployment to DeployFunction. A person's command passes a pause and drift; a block only if they
 * say so.
 */
public final class DeployCommand {
  private final ServiceDirectory directory;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;
  private final ImageRegistry registry;

  /** What it reads. */
  public DeployCommand(
      ServiceDirectory directory,
      ServiceReader reader,
      ServiceEvaluator evaluator,
      ImageRegistry registry) {
    this.directory = directory;
    this.reader = reader;
    this.evaluator = evaluator;
    this.registry = registry;
  }

  /** What a tag points at now. */
  public record Tagged(ImageTag tag) implements DeployRules.ChosenImage {
    @Override
    public String toString() {
      return "tag " + tag;
    }
  }

  /** What has this digest. */
  public record Digested(ImageDigest digest) implements DeployRules.ChosenImage {
    @Override
    public String toString() {
      return "digest " + digest.abbreviated();
    }
  }

  /**
   * What is asked for.
   *
   * @param tag to be deployed instead of what the environment selects; at most one of both
   * @param digest to be deployed instead
   * @param unblock also where it is blocked, or a pin passes it over
   * @param force also where the service has it already: its tasks are replaced
   */
  public record Wanted(
      Optional<ImageTag> tag, Optional<ImageDigest> digest, boolean unblock, boolean force) {
    private Optional<DeployRules.ChosenImage> image() {
      return tag.<DeployRules.ChosenImage>map(Tagged::new).or(() -> digest.map(Digested::new));
    }
  }

  /**
   * Plans for each of the services. What cannot be done for one of them is its plan: the others are
   * deployed to anyway.
   */
  public List<Planned<DeployPlan>> plan(
      Scope scope, Wanted wanted, Trigger.Operator trigger, Instant now) {
    Moment moment = moment();
    List<Service> services = directory.services(scope);
    Map<ServiceArn, ServiceReader.Read> read =
        reader.read(services.stream().map(Service::arn).toList());
    List<Planned<DeployPlan>> plans = new ArrayList<>();
    for (Service service : services) {
      Optional<ServiceReader.Read> first = Optional.ofNullable(read.get(service.arn()));
      plans.add(
          new Planned<>(
              orRejected(
                  service,
                  () ->
                      plan(
                          moment,
                          first.orElseThrow(() -> ServiceReader.gone(service.arn())),
                          wanted,
                          trigger,
                          now)),
              () ->
                  orRejected(
                      service,
                      () -> plan(moment, reader.read(service.arn()), wanted, trigger, now))));
    }
    return plans;
  }

  /** Carries a plan out; a service for which that is not possible is rejected. */
  public static DeployPlan apply(Planned<DeployPlan> planned, ServiceChanges changes) {
    return orRejected(planned.plan().service(), () -> changes.apply(planned).plan());
  }

  private static DeployPlan orRejected(Service service, Supplier<DeployPlan> plan) {
    try {
      return plan.get();
    } catch (RejectedRequest e) {
      return DeployPlan.rejected(service, e.sentence());
    } catch (EcsClientError e) {
      return DeployPlan.rejected(service, "ECS refuses: " + e.getMessage());
    }
  }

  /** Many services have few repositories: the registry is asked once for each of them. */
  private record Moment(ServiceEvaluator evaluator, ImageRegistry registry) {}

  private Moment moment() {
    ImageRegistry once = new CachingImageRegistry(registry);
    return new Moment(evaluator.asking(once), once);
  }

  private DeployPlan plan(
      Moment moment,
      ServiceReader.Read found,
      Wanted wanted,
      Trigger.Operator trigger,
      Instant now) {
    ServiceReader.Read read = reader.withHistory(found);
    ServiceEvaluator.Evaluation evaluation =
        moment.evaluator().evaluate(read.service(), read.recorded());
    Decision decision = evaluation.decision();
    if (evaluation.state().isEmpty()) {
      return DeployPlan.nothing(read.service(), decision);
    }
    ObservedState state = evaluation.state().get();
    DeployRules.Options options = new DeployRules.Options(wanted.unblock(), wanted.force());
    return wanted
        .image()
        .map(image ->
            DeployRules.chosen(state, image, found(moment, state, image), options, trigger, now))
        .orElseGet(() -> DeployRules.selected(state, options, trigger, now));
  }

  private Map<Repository, Candidate> found(
      Moment moment, ObservedState state, DeployRules.ChosenImage image) {
    Map<Repository, Candidate> found = new HashMap<>();
    for (Repository repository :
        moment.evaluator().followedRepositories(state.service(), state.taskDefinition())) {
      found.put(
          repository,
          switch (image) {
            case Tagged(ImageTag tag) -> moment.registry().candidate(repository, tag);
            case Digested(ImageDigest digest) -> moment.registry().image(repository, digest);
          });
    }
    return found;
  }
}
