package dev.slipway.gate;

import java.util.Optional;

/**
 * No new deployment while ECS is replacing the service's tasks. Without it a newer image takes the
 * place of the deployment that is under way, as ECS does it.
 */
public record WhileRollingGate() implements Gate {
  @Override
  public String name() {
    return "whileRolling";
  }

  @Override
  public String awaited() {
    return "the rollout under way";
  }

  @Override
  public boolean isPassedByOverride() {
    return true;
  }

  @Override
  public Verdict judge(Subject subject) {
    return subject.rollingOut()
        ? new Verdict.Waits("until the rollout that is under way has ended", Optional.empty())
        : new Verdict.Passes("no rollout is under way");
  }
}
