package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.image.DigestPolicy;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deploys because an operator asks, not because something was pushed: what the environment selects,
 * or an image of their choice. Its plans write into the record what is asked for, and leave the
 * deployment to DeployFunction. A person's command passes a pause and drift; a block, and the gates
 * of the environment, only if they say so.
 */
public final class DeployCommand {
  private final EachService each;
  private final ServiceEvaluator evaluator;

  /** What it reads. */
  public DeployCommand(
      ServiceDirectory directory, ServiceReader reader, ServiceEvaluator evaluator) {
    this.each = new EachService(directory, reader);
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

  /** Plans for each of the services. */
  public List<Planned<ServiceResult<DeployPlan>>> plan(
      Scope scope, Wanted wanted, Trigger.Operator trigger, Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
    return each.plan(
        scope,
        read -> plan(moment, read, wanted, trigger, now),
        read -> plan(evaluator, read, wanted, trigger, now));
  }

  private static DeployPlan plan(
      ServiceEvaluator moment,
      ServiceReader.Read read,
      Wanted wanted,
      Trigger.Operator trigger,
      Instant now) {
    ServiceEvaluator.Evaluation evaluation = moment.evaluate(read.service(), read.recorded(), now);
    Decision decision = evaluation.decision();
    if (evaluation.state().isEmpty()) {
      return DeployPlan.nothing(read.service(), decision);
    }
    ObservedState state = moment.reading(evaluation.state().get());
    DeployRules.Options options =
        new DeployRules.Options(
            wanted.unblock(), wanted.force(), wanted.override().flatMap(Words::line));
    DeployPlan plan =
        wanted
            .image()
            .map(image -> {
              Map<Repository, Selection> there =
                  moment.selections(state.service(), image, state.taskDefinition(), now);
              return DeployRules.chosen(
                  moment.reading(state, image, there), image, there, options, trigger, now);
            })
            .orElseGet(() -> DeployRules.selected(state, options, trigger, now));
    return wanted.force() && plan.isDeploy()
        ? DeployRules.startable(plan, moment.gone(state.service(), plan.images().values()))
        : plan;
  }
}
