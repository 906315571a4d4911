package dev.slipway.deploy;

import dev.slipway.image.Candidate;
import dev.slipway.image.Repository;
import java.util.Map;

/**
 * Everything that a decision about one service is made from, as it was seen at one moment.
 *
 * @param environment that the service follows
 * @param taskDefinition that the service has now
 * @param candidates what the environment's policy selects in each repository of this account and
 *     Region that a container's image comes from
 */
record Observation(
    Service service,
    Environment environment,
    TaskDefinition taskDefinition,
    Map<Repository, Candidate> candidates) {
  Observation {
    candidates = Map.copyOf(candidates);
  }

  /**
   * {@link Candidate.Missing} for an image of any other registry too: nothing is selected there.
   */
  Candidate candidate(TaskDefinition.Container container) {
    return container.image().repository().map(candidates::get).orElseGet(Candidate.Missing::new);
  }
}
