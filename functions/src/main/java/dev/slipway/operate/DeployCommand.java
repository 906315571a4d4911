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
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deploys because an operator asks, not because something was pushed: what the environment selects,
 * or an image of their choice. It writes into the record what is asked for, and leaves the
 * deployment to DeployFunction. A person's command passes a pause and drift; a block only if they
 * say so.
 */
public final class DeployCommand {
  private final ServiceDirectory directory;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;
  private final ServiceChanges changes;

  /** What it reads, and what carries its plans out. */
  public DeployCommand(
      ServiceDirectory directory,
      ServiceReader reader,
      ServiceEvaluator evaluator,
      ServiceChanges changes) {
    this.directory = directory;
    this.reader = reader;
    this.evaluator = evaluator;
    this.changes = changes;
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
    private Optional<ImagePolicy> image() {
      return tag.<ImagePolicy>map(TagPolicy::new).or(() -> digest.map(DigestPolicy::new));
    }
  }

  /**
   * What comes of it for one service.
   *
   * @param decision {@code Deploy} where it is deployed, or would be; {@code Rejected} where the
   *     service cannot have what was asked for; otherwise the name of a decision
   * @param reason one sentence for people
   * @param unblocked the digests that are not blocked any more, or would not be
   */
  public record Result(
      Service service, String decision, String reason, List<ImageDigest> unblocked) {
    /** Copies the list. */
    public Result {
      unblocked = List.copyOf(unblocked);
    }

    /** Whether it is deployed. */
    public boolean isDeploy() {
      return decision.equals("Deploy");
    }
  }

  /** What would be done. */
  public List<Result> plan(Scope scope, Wanted wanted, Trigger.Operator trigger, Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
    return each(scope, (arn, read) -> result(plan(moment, read, wanted, trigger, now)));
  }

  /** Deploys. */
  public List<Result> deploy(Scope scope, Wanted wanted, Trigger.Operator trigger, Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
    return each(
        scope,
        (arn, read) -> {
          List<ServiceReader.Read> first = new ArrayList<>(List.of(read));
          return result(
              changes
                  .apply(() ->
                      plan(
                          moment,
                          first.isEmpty() ? reader.read(arn) : first.removeFirst(),
                          wanted,
                          trigger,
                          now))
                  .plan());
        });
  }

  private interface PerService {
    Result of(ServiceArn arn, ServiceReader.Read read);
  }

  /** What cannot be done for one service is its answer: the others are deployed to anyway. */
  private List<Result> each(Scope scope, PerService operation) {
    List<Service> services = directory.services(scope);
    Map<ServiceArn, ServiceReader.Read> read =
        reader.read(services.stream().map(Service::arn).toList());
    List<Result> results = new ArrayList<>();
    for (Service service : services) {
      ServiceReader.Read found = read.get(service.arn());
      if (found == null) {
        results.add(rejected(service, "there is no such service any more"));
        continue;
      }
      try {
        results.add(operation.of(service.arn(), found));
      } catch (RejectedRequest e) {
        results.add(rejected(service, e.sentence()));
      } catch (EcsClientError e) {
        results.add(rejected(service, "ECS refuses: " + e.getMessage()));
      }
    }
    return results;
  }

  private static Result rejected(Service service, String reason) {
    return new Result(service, "Rejected", reason, List.of());
  }

  private static Result result(DeployRules.DeployPlan plan) {
    return new Result(plan.service(), plan.decision().name(), plan.reason(), plan.unblocked());
  }

  private DeployRules.DeployPlan plan(
      ServiceEvaluator moment,
      ServiceReader.Read found,
      Wanted wanted,
      Trigger.Operator trigger,
      Instant now) {
    ServiceReader.Read read = reader.withHistory(found);
    ServiceEvaluator.Evaluation evaluation = moment.evaluate(read.service(), read.recorded());
    Decision decision = evaluation.decision();
    if (evaluation.state().isEmpty()) {
      return DeployRules.DeployPlan.nothing(read.service(), decision);
    }
    ObservedState state = evaluation.state().get();
    DeployRules.Options options = new DeployRules.Options(wanted.unblock(), wanted.force());
    return wanted
        .image()
        .map(image ->
            DeployRules.chosen(
                state,
                image,
                moment.selections(state.service(), image, state.taskDefinition()),
                options,
                trigger,
                now))
        .orElseGet(() -> DeployRules.selected(state, options, trigger, now));
  }
}
