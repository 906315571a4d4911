package dev.slipway.ecs;

import dev.slipway.image.WildcardPattern;
import java.util.List;
import java.util.stream.Stream;

/**
 * The roles that DeployFunction may pass to tasks: what the stack's parameter PassableRoles names.
 *
 * @param arns of roles, with asterisks
 */
public record PassableRoles(WildcardPattern arns) {
  /** The roles of a task definition that are not among them, each once, as it names them. */
  public List<String> leaveOut(ServiceArn service, TaskDefinition definition) {
    return Stream.of("taskRoleArn", "executionRoleArn")
        .map(member -> definition.definition().path(member).asText())
        .filter(role -> !role.isEmpty())
        .distinct()
        .filter(role -> !arns.matches(arn(service, role)))
        .toList();
  }

  /** What names this role as the parameter's value, such as {@code role/ecs/web}. */
  public static String parameterFor(String role) {
    return role.startsWith("arn:") ? role.substring(role.lastIndexOf(':') + 1) : "role/" + role;
  }

  /** A task definition may have a role by its name. */
  private static String arn(ServiceArn service, String role) {
    String partition = service.value().substring(0, service.value().indexOf(":ecs:"));
    return role.startsWith("arn:")
        ? role
        : "%s:iam::%s:role/%s".formatted(partition, service.account(), role);
  }

  @Override
  public String toString() {
    return arns.toString();
  }
}
