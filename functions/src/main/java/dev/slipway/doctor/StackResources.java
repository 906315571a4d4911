package dev.slipway.doctor;

import dev.slipway.ecs.PassableRoles;
import java.util.List;

/**
 * What the stack has given its functions, as far as it is looked at.
 *
 * @param name of the stack
 * @param version of the functions
 * @param rules names of its rules in Amazon EventBridge
 * @param deadLetterQueues URLs of its queues for what was not handled
 * @param topicArn of its notifications
 * @param passableRoles that DeployFunction may pass to tasks
 */
public record StackResources(
    String name,
    String version,
    List<String> rules,
    List<String> deadLetterQueues,
    String topicArn,
    PassableRoles passableRoles) {
  /** Copies the lists. */
  public StackResources {
    rules = List.copyOf(rules);
    deadLetterQueues = List.copyOf(deadLetterQueues);
  }
}
