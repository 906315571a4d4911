package dev.slipway.simulator.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A rule of the default bus, and its targets.
 *
 * @param name unique on the bus
 * @param description for people; perhaps empty
 * @param pattern the event pattern
 * @param enabled whether it matches anything now
 * @param targets as {@code PutTargets} and {@code AWS::Events::Rule} have them
 */
public record Rule(
    String name,
    String description,
    ObjectNode pattern,
    boolean enabled,
    List<ObjectNode> targets) {
  public Rule {
    targets = List.copyOf(targets);
  }
}
