package dev.slipway.doctor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A stack, as far as it could be read.
 *
 * @param commandVersion of the command that asks; empty where it does not say
 * @param rules by name; empty for one that is not there
 * @param messages in the dead-letter queues, by name
 */
record StackSeen(
    StackResources resources,
    Optional<String> commandVersion,
    Map<String, Optional<RuleState>> rules,
    Map<String, Integer> messages,
    Optional<Subscriptions> subscriptions) {
  StackSeen {
    rules = new LinkedHashMap<>(rules);
    messages = new LinkedHashMap<>(messages);
  }

  /** A copy, in their order. */
  @Override
  public Map<String, Optional<RuleState>> rules() {
    return new LinkedHashMap<>(rules);
  }

  /** A copy, in their order. */
  @Override
  public Map<String, Integer> messages() {
    return new LinkedHashMap<>(messages);
  }
}
