package dev.slipway.simulator.iam;

/**
 * An action on a resource that a role's own policy allows, as the policy writes them.
 *
 * @param role the role's name
 * @param sid the id of the statement that allows it; empty for a statement without one
 */
public record Permission(String role, String sid, String action, String resource) {
  @Override
  public String toString() {
    return "%s%s: %s on %s".formatted(role, sid.isEmpty() ? "" : " " + sid, action, resource);
  }
}
