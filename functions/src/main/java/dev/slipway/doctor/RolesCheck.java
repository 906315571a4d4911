package dev.slipway.doctor;

import dev.slipway.ecs.PassableRoles;
import java.util.List;

/**
 * Whether DeployFunction may pass the roles of the task definition: by the pattern of ARNs that its
 * role has. That they exist, and what else there is in IAM's way, is not looked at.
 */
final class RolesCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "roles that may be passed";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.state().stream()
        .flatMap(state ->
            seen.passableRoles().leaveOut(seen.service().arn(), state.taskDefinition()).stream())
        .map(role ->
            Finding.problem(
                Finding.of(seen.service()),
                "DeployFunction may not pass its role %s to tasks, so no revision can be registered: the stack allows %s"
                    .formatted(role, seen.passableRoles()),
                "deploy the stack with a pattern that has this role too, such as `sam deploy --parameter-overrides PassableRoles=%s`, or give the task definition another role"
                    .formatted(PassableRoles.parameterFor(role))))
        .toList();
  }
}
