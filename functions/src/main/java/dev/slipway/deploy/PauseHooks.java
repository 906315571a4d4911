package dev.slipway.deploy;

import dev.slipway.ecs.PauseHook;

/** Answers ECS's pause hooks. Throws as {@link Ecs} does. */
public interface PauseHooks {
  /**
   * Has a rollout that waits go on, or rolls it back; returns as soon as ECS has taken it.
   *
   * @param serviceDeploymentArn of the rollout
   * @param hookId of the hook at which it waits
   * @return false where it does not wait there any more: then nothing was done
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContinueServiceDeployment.html">ContinueServiceDeployment</a>
   */
  boolean answer(String serviceDeploymentArn, String hookId, PauseHook.Action action);
}
