package dev.slipway.doctor;

import dev.slipway.ecs.ServiceArn;
import java.util.List;
import java.util.stream.Stream;

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
            Stream.of("taskRoleArn", "executionRoleArn")
                .map(member -> state.taskDefinition().definition().path(member).asText()))
        .filter(role -> !role.isEmpty())
        .distinct()
        .filter(role -> !seen.passableRoles().matches(arn(seen.service().arn(), role)))
        .map(role ->
            Finding.problem(
                Finding.of(seen.service()),
                "DeployFunction may not pass its role %s to tasks, so no revision can be registered: the stack allows %s"
                    .formatted(role, seen.passableRoles()),
                "change the stack's parameter PassableRoles so that it names that role, or give the"
                    + " task definition another one"))
        .toList();
  }

  /** A task definition may have a role by its name. */
  private static String arn(ServiceArn service, String role) {
    String partition = service.value().substring(0, service.value().indexOf(":ecs:"));
    return role.startsWith("arn:")
        ? role
        : "%s:iam::%s:role/%s".formatted(partition, service.account(), role);
  }
}
