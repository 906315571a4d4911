package dev.slipway.operate;

import dev.slipway.ecs.TaskDefinitionArn;
import java.time.Instant;

/**
 * A task of a service, one that runs or one that has stopped in the last hour.
 *
 * @param id the last part of its ARN
 * @param revision that it is of
 * @param state whether it runs
 * @param at when it began to stop; when it was made, if it has not
 */
public record ServiceTask(String id, TaskDefinitionArn revision, State state, Instant at) {
  /** What became of a task; those that people look for first come first. */
  public enum State {
    /** It stopped by itself, or was found unhealthy. */
    FAILED("failed"),
    /** It runs, or is being started. */
    RUNNING("running"),
    /** It was stopped to make room for others, or by a person. */
    STOPPED("stopped");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The word that people and scripts read. */
    @Override
    public String toString() {
      return word;
    }
  }

  /** Whether it neither has stopped nor is stopping. */
  boolean isRunning() {
    return state == State.RUNNING;
  }
}
