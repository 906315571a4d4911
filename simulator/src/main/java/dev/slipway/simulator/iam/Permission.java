package dev.slipway.simulator.iam;

/**
 * An action on a resource that a role's own policy allows, as the policy writes them.
 *
 * @param role the role's name
 */
public record Permission(String role, String action, String resource) {
  @Override
  public String toString() {
    return role + ": " + action + " on " + resource;
  }
}
