package dev.slipway.operate;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.TaskDefinitionArn;
import java.util.List;
import java.util.Optional;

/**
 * The newest thing that went wrong with a service, and why.
 *
 * @param deployment ECS's id of the deployment whose tasks failed; empty where it never was ECS's
 * @param revision that the tasks are, or were to be, of; empty where nobody knows it
 * @param sentence the cause, one that a person can act on
 * @param details the evidence, a line each; none where it is not kept any more
 */
public record Failure(
    Kind kind,
    Optional<EcsDeploymentId> deployment,
    Optional<TaskDefinitionArn> revision,
    String sentence,
    List<String> details) {
  /** Copies the list. */
  public Failure {
    details = List.copyOf(details);
  }

  /** When tasks fail. */
  public enum Kind {
    /** Its deployment is under way, and tasks of it have stopped. */
    FAILING("failing"),
    /** Its deployment has failed, or was refused. */
    FAILED("failed"),
    /** Its deployment completed, and tasks have stopped since. */
    STOPPED("stopped");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word that scripts read, such as {@code failing}. */
    @Override
    public String toString() {
      return word;
    }
  }
}
