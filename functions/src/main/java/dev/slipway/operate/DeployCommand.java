package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.DigestPolicy;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Deploys because an operator asks, not because something was pushed: what the environment selects,
 * or an image of their choice. Its plans write into the record what is asked for, and leave the
 * deployment to DeployFunction. A person's command passes a pause and drift; a block, and the gates
 * of the environment, only if they say so.
 */
public final class DeployCommand {
  private final ServiceDirectory directory;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;

  /** What it reads. */
  public DeployCommand(
      ServiceDirectory directory, ServiceReader reader, ServiceEvaluator evaluator) {
    this.directory = directory;
    this.reader = reader;
    this.evaluator = evaluator;
  }

  /**
   * What is asked for.
   *
   * @param tag to be deployed instead of what the environment selects; at most one of both
   * @param digest to be deployed instead
   * @param unblock also where it is blocked, or a pin passes it over
   * @param force also where the service has it already: its tasks are replaced
   * @param override why the gates are passed that people set; empty to respect them
   */
  public record Wanted(
      Optional<ImageTag> tag,
      Optional<ImageDigest> digest,
      boolean unblock,
      boolean force,
      Optional<String> override) {
    private Optional<ImagePolicy> image() {
      return tag.<ImagePolicy>map(TagPolicy::new).or(() -> digest.map(DigestPolicy::new));
    }
  }

  /**
   * Plans for each of the services. What cannot be done for one of them is its plan: the others are
   * deployed to anyway.
   */
  public List<Planned<DeployPlan>> plan(
      Scope scope, Wanted wanted, Trigger.Operator trigger, Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
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
                      () -> plan(evaluator, reader.read(service.arn()), wanted, trigger, now))));
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

  private DeployPlan plan(
      ServiceEvaluator moment,
      ServiceReader.Read found,
      Wanted wanted,
      Trigger.Operator trigger,
      Instant now) {
    ServiceReader.Read read = reader.withHistory(found);
    ServiceEvaluator.Evaluation evaluation = moment.evaluate(read.service(), read.recorded(), now);
    Decision decision = evaluation.decision();
    if (evaluation.state().isEmpty()) {
      return DeployPlan.nothing(read.service(), decision);
    }
    ObservedState state = moment.reading(evaluation.state().get());
    DeployRules.Options options =
        new DeployRules.Options(
            wanted.unblock(), wanted.force(), wanted.override().flatMap(Words::line));
    return wanted
        .image()
        .map(image -> {
          Map<Repository, Selection> there =
              moment.selections(state.service(), image, state.taskDefinition(), now);
          return DeployRules.chosen(
              moment.reading(state, image, there), image, there, options, trigger, now);
        })
        .orElseGet(() -> DeployRules.selected(state, options, trigger, now));
  }
}
