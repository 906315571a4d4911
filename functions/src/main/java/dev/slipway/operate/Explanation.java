package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.NextStep;
import dev.slipway.decide.ObservedState;
import dev.slipway.decide.RecordRules;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.gate.GateVerdict;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.DeploymentRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a deployment of one service would do now, and why.
 *
 * @param from the revision that the service has
 * @param selections what the environment's policy selects in each repository; empty where the
 *     decision needed no look at them
 * @param gates what each gate of the environment says of each image that is not deployed yet
 * @param waiting what comes before the decision, in one sentence; empty where nothing does
 * @param deployment what would be deployed: now, or once a pause and gates no longer hold it; empty
 *     where nothing would be
 * @param difference of the task definitions that the deployment would make
 * @param failure the newest thing that went wrong with the service; empty where nothing did, or it
 *     was not looked up
 * @param hooks of ECS at which its rollout waits; none where it was not looked up
 */
public record Explanation(
    Decision decision,
    Optional<TaskDefinitionArn> from,
    Map<Repository, Selection> selections,
    List<GateVerdict> gates,
    Optional<String> waiting,
    Optional<Decision.Deploy> deployment,
    List<JsonDiff> difference,
    Optional<Failure> failure,
    List<PauseHook> hooks) {
  /** Copies the collections. */
  public Explanation {
    selections = Map.copyOf(selections);
    gates = List.copyOf(gates);
    difference = List.copyOf(difference);
    hooks = List.copyOf(hooks);
  }

  /** Explains an evaluation. While a service is paused or waits, it shows what that holds. */
  static Explanation of(ServiceEvaluator.Evaluation evaluation) {
    Optional<ObservedState> state = evaluation.state();
    Decision otherwise =
        evaluation.decision() instanceof Decision.Held
            ? state.map(Explanation::unhindered).orElse(evaluation.decision())
            : evaluation.decision();
    Optional<Decision.Deploy> deployment =
        otherwise instanceof Decision.Deploy deploy ? Optional.of(deploy) : Optional.empty();
    return new Explanation(
        evaluation.decision(),
        Optional.of(evaluation.service()).flatMap(Service::taskDefinition),
        state.map(ObservedState::selections).orElse(Map.of()),
        state.map(DecisionRules::gates).orElse(List.of()),
        state.flatMap(seen -> waiting(RecordRules.next(seen))),
        deployment,
        deployment
            .flatMap(deploy ->
                state
                    .map(ObservedState::taskDefinition)
                    .map(TaskDefinition::definition)
                    .map(definition -> JsonDiff.between(definition, deploy.definition())))
            .orElse(List.of()),
        Optional.empty(),
        List.of());
  }

  private static Decision unhindered(ObservedState seen) {
    return DecisionRules.decide(
        seen.withoutGates().with(seen.record().withPause(Optional.empty())));
  }

  /** The same, with what went wrong. */
  Explanation withFailure(Optional<Failure> found) {
    return new Explanation(
        decision, from, selections, gates, waiting, deployment, difference, found, hooks);
  }

  /** The same, with the hooks at which its rollout waits. */
  Explanation withHooks(List<PauseHook> found) {
    return new Explanation(
        decision, from, selections, gates, waiting, deployment, difference, failure, found);
  }

  private static Optional<String> waiting(NextStep next) {
    return switch (next) {
      case NextStep.Decide _ -> Optional.empty();
      case NextStep.Wait(DeploymentRecord intent) ->
          Optional.of(
              "deployment %s is being started (decided at %s: %s): the service is evaluated again when that is done"
                  .formatted(intent.id(), intent.decidedAt(), intent.reason()));
      case NextStep.Heal(DeploymentRecord intent) ->
          Optional.of(
              "the function that was to start deployment %s ended before it was done: the next evaluation finds out whether ECS has it"
                  .formatted(intent.id()));
      case NextStep.Lagging(DeploymentRecord started) ->
          Optional.of(
              "deployment %s was started just now, and ECS does not list it yet"
                  .formatted(started.id()));
      case NextStep.Resolve(List<DeploymentRecord> running) ->
          Optional.of(
              "the outcome of deployment %s, which brought the same image, is recorded first"
                  .formatted(running.getFirst().id()));
    };
  }
}
