package dev.slipway.doctor;

import dev.slipway.decide.Decision;
import java.util.List;

/** Whether what is selected could be deployed now: the decision of a deployment itself. */
final class DeployableCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "what would be deployed";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen
        .decision()
        .filter(Decision.NotDeployable.class::isInstance)
        .map(decision ->
            Finding.problem(
                Finding.of(seen.service()),
                "nothing can be deployed to it: " + decision.reason(),
                "change what that names; `slipway explain %s` shows what it comes to"
                    .formatted(seen.service())))
        .stream()
        .toList();
  }
}
