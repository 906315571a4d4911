package dev.slipway.simulator.events;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to one target.
 *
 * @param ruleArn the rule that matched
 * @param targetArn the resource to deliver to
 * @param payload JSON: the event, or what the target's input makes of it
 * @param messageGroupId for a queue that wants one
 * @param attributes what is said of an event that goes to a dead-letter queue; otherwise empty
 */
public record Delivery(
    String ruleArn,
    String targetArn,
    String payload,
    @Nullable String messageGroupId,
    Map<String, String> attributes) {}
