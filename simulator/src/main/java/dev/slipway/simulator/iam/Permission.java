package dev.slipway.simulator.iam;

/**
 * An action on a resource that a role's own policy allows, as the policy writes them.
 *
 * @param role the role's name
 * @param sid the id of the statement that allows it; empty for a statement without one
 * @param condition one value that the statement's conditions ask for, with its key; empty where
 *     they ask for none. A condition with several values makes a permission of each
 */
public record Permission(
    String role, String sid, String action, String resource, String condition) {
  @Override
  public String toString() {
    return "%s%s: %s on %s%s"
        .formatted(
            role,
            sid.isEmpty() ? "" : " " + sid,
            action,
            resource,
            condition.isEmpty() ? "" : " where " + condition);
  }
}
