package dev.slipway.simulator.sns;

import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.world.AwsError;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to a topic.
 *
 * @param filter which messages it wants; null for all
 * @param raw whether an endpoint gets the message without SNS's envelope
 */
record Subscription(
    String arn,
    String topicArn,
    Protocol protocol,
    String endpoint,
    @Nullable FilterPolicy filter,
    boolean raw) {
  private static final Set<String> ATTRIBUTES =
      Set.of("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery");

  /**
   * Reads a subscription.
   *
   * @param attributes as Subscribe names them
   * @throws AwsError as SNS refuses one
   */
  static Subscription of(
      String arn,
      String topicArn,
      String protocol,
      String endpoint,
      Map<String, String> attributes) {
    Protocol known = Protocol.of(protocol);
    known.check(endpoint);
    for (String attribute : attributes.keySet()) {
      if (!ATTRIBUTES.contains(attribute)) {
        throw InvalidParameter.of(
            "Attributes Reason: the simulator has no subscription's " + attribute);
      }
    }
    if (!attributes
        .getOrDefault("FilterPolicyScope", "MessageAttributes")
        .equals("MessageAttributes")) {
      throw InvalidParameter.of(
          "FilterPolicyScope Reason: the simulator filters by MessageAttributes alone");
    }
    boolean raw = Boolean.parseBoolean(attributes.get("RawMessageDelivery"));
    if (raw && !known.mayBeRaw()) {
      throw InvalidParameter.of(
          "Attributes Reason: Delivery protocol ["
              + protocol
              + "] does not support raw message delivery.");
    }
    String filter = attributes.get("FilterPolicy");
    return new Subscription(
        arn, topicArn, known, endpoint, filter == null ? null : FilterPolicy.parse(filter), raw);
  }

  boolean wants(Map<String, MessageAttribute> attributes) {
    return filter == null || filter.matches(attributes);
  }

  /** Whether another says the same of the same endpoint. */
  boolean isLike(Subscription other) {
    return isForTheEndpointOf(other)
        && raw == other.raw
        && String.valueOf(filter).equals(String.valueOf(other.filter));
  }

  boolean isForTheEndpointOf(Subscription other) {
    return protocol == other.protocol && endpoint.equals(other.endpoint);
  }
}
