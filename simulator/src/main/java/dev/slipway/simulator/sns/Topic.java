package dev.slipway.simulator.sns;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A topic, guarded by the world's lock. */
final class Topic {
  final String name;
  final String arn;
  final Map<String, String> attributes;

  /** Who may do what with it besides those whose own policies say so; null for nobody. */
  final @Nullable JsonNode policy;

  final List<Subscription> subscriptions = new ArrayList<>();
  int deletedSubscriptions;

  Topic(String name, String arn, Map<String, String> attributes, @Nullable JsonNode policy) {
    this.name = name;
    this.arn = arn;
    this.attributes = Map.copyOf(attributes);
    this.policy = policy;
  }
}
