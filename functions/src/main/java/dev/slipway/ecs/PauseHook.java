package dev.slipway.ecs;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A pause hook of ECS: at it a rollout waits until someone has it go on or rolls it back, or until
 * its time is over.
 *
 * @param id ECS's id of this one wait
 * @param stage of the rollout, such as {@code POST_SCALE_UP}; empty where ECS does not say
 * @param expiresAt when its time is over; empty where ECS does not say
 * @param atTimeout what ECS does then
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html">Pause
 *     hooks</a>
 */
public record PauseHook(
    String id, Optional<String> stage, Optional<Instant> expiresAt, Action atTimeout) {
  /** What becomes of a rollout that waits. */
  public enum Action {
    /** It goes on with its next stage. */
    CONTINUE,
    /** ECS goes back to what ran before. */
    ROLLBACK
  }

  /** Such as {@code ECS's pause hook in POST_SCALE_UP}. */
  public String place() {
    return "ECS's pause hook" + stage.map(" in "::concat).orElse("");
  }

  /** Such as {@code until 2026-11-28T16:04:00Z, then ECS rolls back}. */
  public String end() {
    String then = atTimeout == Action.CONTINUE ? "ECS goes on by itself" : "ECS rolls back";
    return expiresAt()
        .map(at -> "until %s, then %s".formatted(at.truncatedTo(ChronoUnit.SECONDS), then))
        .orElse("until its time is over, then " + then);
  }
}
