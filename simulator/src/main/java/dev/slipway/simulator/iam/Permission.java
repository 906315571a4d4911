package dev.slipway.simulator.iam;

import java.util.List;

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
  /** What each asterisk of its resource stands for in the ARN of a resource that it covers. */
  public List<String> textsOfAsterisks(String arn) {
    return new Wildcard(resource).textsOfAsterisks(arn);
  }

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
