package dev.slipway.doctor;

import java.util.List;

/**
 * What the stack has given its functions, as far as it is looked at.
 *
 * @param name of the stack
 * @param version of the functions
 * @param rules names of its rules in Amazon EventBridge
 * @param deadLetterQueues URLs of its queues for what was not handled
 * @param topicArn of its notifications
 * @param passableRoles the ARNs of roles that DeployFunction may pass to tasks, with asterisks
 */
public record StackResources(
    String name,
    String version,
    List<String> rules,
    List<String> deadLetterQueues,
    String topicArn,
    String passableRoles) {
  /** Copies the lists. */
  public StackResources {
    rules = List.copyOf(rules);
    deadLetterQueues = List.copyOf(deadLetterQueues);
  }
}
