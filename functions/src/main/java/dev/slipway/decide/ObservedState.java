package dev.slipway.decide;

import dev.slipway.deploy.Wish;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a decision about one service is made from, as it was seen at one moment.
 *
 * @param environment that the service follows
 * @param taskDefinition that the service has now
 * @param candidates what the environment's policy selects in each repository of this account and
 *     Region that a container's image comes from
 * @param chosen what a person wants in place of one of the candidates; empty where nobody does
 */
public record ObservedState(
    Service service,
    Environment environment,
    TaskDefinition taskDefinition,
    Map<Repository, Candidate> candidates,
    Optional<Chosen> chosen) {
  /** Copies the map. */
  public ObservedState {
    candidates = Map.copyOf(candidates);
  }

  /**
   * What the policy selects for a container; {@link Candidate.Missing} for an image of any other
   * registry too: nothing is selected there.
   */
  public Candidate candidate(TaskDefinition.Container container) {
    return container.image().repository().map(candidates::get).orElseGet(Candidate.Missing::new);
  }

  /** A wish, with what is known of its revision. */
  public sealed interface Chosen {
    /** As the service's tag says it. */
    Wish wish();

    /**
     * The revision is there.
     *
     * @param gone its images that are no longer in Amazon ECR; not looked for where the service has
     *     the revision already
     */
    record Found(Wish wish, TaskDefinition revision, List<ImageReference> gone) implements Chosen {
      /** Copies the list. */
      public Found {
        gone = List.copyOf(gone);
      }
    }

    /**
     * ECS does not tell of the revision.
     *
     * @param why in ECS's words
     */
    record Lost(Wish wish, String why) implements Chosen {}
  }
}
