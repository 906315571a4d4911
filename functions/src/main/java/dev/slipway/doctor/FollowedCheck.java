package dev.slipway.doctor;

import dev.slipway.ecs.Service;
import dev.slipway.operate.Unfollowed;
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
        .map(unfollowed ->
            Finding.problem(
                Finding.of(seen.service()),
                "it is not followed: " + unfollowed.why(),
                remedy(seen.service(), unfollowed)))
        .stream()
        .toList();
  }

  private static String remedy(Service service, Unfollowed unfollowed) {
    return switch (unfollowed) {
      case Unfollowed.Untagged(var environments) ->
          "if Slipway is to deploy to it: `slipway follow %s ENVIRONMENT`, with one of %s"
              .formatted(service, String.join(", ", environments));
      case Unfollowed.NoSuchEnvironment unknown ->
          "%s, or add the environment to slipway.yaml"
              .formatted(
                  unknown
                      .near()
                      .map(name -> "`slipway follow %s %s`".formatted(service, name))
                      .orElseGet(() ->
                          "`slipway follow %s ENVIRONMENT`, with one of %s"
                              .formatted(service, String.join(", ", unknown.environments()))));
      case Unfollowed.OtherCluster(String name, String cluster) ->
          "in slipway.yaml, add %s to the clusters of environment %s, or `slipway follow %s` another environment"
              .formatted(cluster, name, service);
    };
  }
}
