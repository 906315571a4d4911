package dev.slipway.simulator.ecs;

import dev.slipway.simulator.ecs.ServiceDeployment.Pause;
import dev.slipway.simulator.world.AwsError;
import java.util.List;

/**
 * Where deployments wait: at each stage that has pause hooks, until all of them are continued, or
 * one rolls back, by a person or when its time is over. All hooks of one stage begin at once.
 */
final class PauseHooks {
  private final EcsContext context;
  private final EcsEvents events;
  private final Outcome outcome;

  /** What comes of a hook. */
  interface Outcome {
    /** The deployment may go on. */
    void goOn(Service service);

    /** The deployment is rolled back. */
    void rollBack(Service service, DeploymentFailure failure);
  }

  PauseHooks(EcsContext context, EcsEvents events, Outcome outcome) {
    this.context = context;
    this.events = events;
    this.outcome = outcome;
  }

  /** Whether a deployment may pass these stages; if not, it waits at the first that has hooks. */
  boolean isPassed(Service service, ServiceDeployment deployment, List<String> stages) {
    if (deployment.rollback != null) {
      return true; // the way back has no pauses
    }
    for (String stage : stages) {
      if (!deployment.passedStages.contains(stage) && !isPassed(service, deployment, stage)) {
        return false;
      }
    }
    return true;
  }

  private boolean isPassed(Service service, ServiceDeployment deployment, String stage) {
    List<LifecycleHook> hooks =
        deployment.configuration.hooks().stream()
            .filter(it -> it.stages().contains(stage))
            .toList();
    boolean reconciles = !stage.equals("RECONCILE_SERVICE") || service.deployments.size() > 2;
    if (hooks.isEmpty() || !reconciles) {
      deployment.passedStages.add(stage);
      return true;
    }
    if (!stage.equals(deployment.stage)) {
      deployment.stage = stage;
      deployment.pauses.clear();
      hooks.forEach(it -> begin(service, deployment, it));
    }
    if (deployment.pauses.stream().anyMatch(Pause::isAwaiting)) {
      return false;
    }
    deployment.passedStages.add(stage);
    return true;
  }

  private void begin(Service service, ServiceDeployment deployment, LifecycleHook hook) {
    Pause pause =
        new Pause(
            "ecs-pause-" + context.ids().urlSafe21(),
            context.world().now().plus(hook.timeout()),
            hook.atTimeout());
    deployment.pauses.add(pause);
    deployment.updatedAt = context.world().now();
    events.hookChanged(service, deployment, pause);
    // whoever waits for the world to come to rest does not wait for days
    pause.timer =
        context
            .world()
            .every(hook.timeout(), hook.timeout(), () -> timeOut(service, deployment, pause));
  }

  private void timeOut(Service service, ServiceDeployment deployment, Pause pause) {
    if (isAwaiting(deployment, pause)) {
      end(service, deployment, pause, "TIMED_OUT", pause.atTimeout);
    }
    cancel(pause);
  }

  private static void cancel(Pause pause) {
    if (pause.timer != null) {
      pause.timer.cancel();
    }
  }

  private static boolean isAwaiting(ServiceDeployment deployment, Pause pause) {
    return deployment.status == ServiceDeployment.Status.IN_PROGRESS
        && deployment.pauses.contains(pause)
        && pause.isAwaiting();
  }

  /**
   * ContinueServiceDeployment. Which error ECS gives for a hook that does not wait is not
   * documented.
   *
   * @param action {@code CONTINUE} or {@code ROLLBACK}
   */
  void answer(Service service, ServiceDeployment deployment, String hookId, String action) {
    Pause pause =
        deployment.pauses.stream()
            .filter(it -> it.id.equals(hookId))
            .findFirst()
            .orElseThrow(() ->
                AwsError.client(
                    "InvalidParameterException", "Lifecycle hook not found: " + hookId + "."));
    if (!isAwaiting(deployment, pause)) {
      throw AwsError.client(
          "InvalidParameterException", "Lifecycle hook is not awaiting action: " + hookId + ".");
    }
    end(service, deployment, pause, action.equals("CONTINUE") ? "SUCCEEDED" : "FAILED", action);
  }

  private void end(
      Service service, ServiceDeployment deployment, Pause pause, String status, String action) {
    pause.status = status;
    cancel(pause);
    deployment.updatedAt = context.world().now();
    events.hookChanged(service, deployment, pause);
    if (action.equals("CONTINUE")) {
      outcome.goOn(service);
    } else {
      outcome.rollBack(
          service, DeploymentFailure.pauseHook(String.valueOf(deployment.stage), status));
    }
  }
}
