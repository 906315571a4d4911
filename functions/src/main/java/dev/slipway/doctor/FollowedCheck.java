package dev.slipway.doctor;

import java.util.List;

/** Whether the service's tag names an environment of slipway.yaml. */
final class FollowedCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "environment tags";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen
        .unfollowed()
        .map(why ->
            Finding.problem(
                Finding.of(seen.service()),
                why.replace(seen.service() + " is not followed", "it is not followed"),
                "`slipway follow %s ENVIRONMENT`, or add the environment to slipway.yaml"
                    .formatted(seen.service())))
        .stream()
        .toList();
  }
}
