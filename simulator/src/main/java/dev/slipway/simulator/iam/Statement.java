package dev.slipway.simulator.iam;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A statement of a policy.
 *
 * @param sid its id; empty where it has none
 * @param principals services ({@code events.amazonaws.com}), ARNs, account ids or {@code *}; empty
 *     in a role's policy
 * @param actions of {@code Action}, or of {@code NotAction} if {@code notAction}
 * @param resources of {@code Resource}, or of {@code NotResource} if {@code notResource}
 */
record Statement(
    String sid,
    boolean allows,
    List<String> principals,
    boolean notAction,
    List<Wildcard> actions,
    boolean notResource,
    List<Wildcard> resources,
    List<Condition> conditions) {

  boolean appliesTo(String action, String resource, RequestContext context) {
    return actions.stream().anyMatch(a -> a.matchesIgnoringCase(action)) != notAction
        && (resources.isEmpty()
            || resources.stream().anyMatch(r -> r.matches(resource)) != notResource)
        && conditions.stream().allMatch(condition -> condition.holds(context));
  }

  /** Each way to meet the conditions that ask for values: one value of each. */
  List<List<Condition>> waysToMeet() {
    List<List<Condition>> ways = List.of(List.of());
    for (Condition condition : conditions) {
      if (condition.asksForValues()) {
        ways =
            ways.stream()
                .flatMap(way ->
                    condition.ofEachValue().stream()
                        .map(one -> Stream.concat(way.stream(), Stream.of(one)).toList()))
                .toList();
      }
    }
    return ways;
  }

  boolean names(Set<String> callers) {
    return principals.contains("*") || principals.stream().anyMatch(callers::contains);
  }
}
