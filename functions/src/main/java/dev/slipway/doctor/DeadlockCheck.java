package dev.slipway.doctor;

import dev.slipway.decide.DeploymentSettings;
import java.util.List;

/** Whether ECS could replace the tasks at all, by the limits of the deployment configuration. */
final class DeadlockCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "room to replace tasks";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.isNotDeployable()
        ? List.of() // which says it
        : seen
            .environment()
            .flatMap(environment ->
                DeploymentSettings.deadlock(
                    seen.service(), DeploymentSettings.effective(seen.service(), environment)))
            .map(why ->
                Finding.problem(
                    Finding.of(seen.service()),
                    why,
                    "change that in slipway.yaml, or of the service"))
            .stream()
            .toList();
  }
}
