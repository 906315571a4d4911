package dev.slipway.doctor;

import java.util.Optional;

/** Reads a stack's resources. Failures pass as the adapter's own exceptions. */
public interface StackReader {
  /** A rule of the default event bus; empty if there is none of that name. */
  Optional<RuleState> rule(String name);

  /** About how many messages a queue has, those that somebody is reading included. */
  int messages(String queueUrl);

  /** Who is subscribed to a topic. */
  Subscriptions subscriptions(String topicArn);
}
