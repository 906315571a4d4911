package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A fault: DescribeServices answers as things once were, as an eventually consistent API may. */
final class StaleReads {
  private Map<String, ObjectNode> snapshot = Map.of();
  private int callsLeft;

  /** Has the next calls answer as things are now, whatever happens until then. */
  void freeze(List<Service> services, int calls) {
    remember(services);
    callsLeft = calls;
  }

  /** Takes down how things are, for calls that are to answer so later. */
  void remember(List<Service> services) {
    Map<String, ObjectNode> taken = new HashMap<>();
    services.forEach(it -> taken.put(it.arn, ServiceJson.service(it, true)));
    snapshot = taken;
  }

  /** Has the next calls answer as things were when that was taken down. */
  void answerRemembered(int calls) {
    callsLeft = calls;
  }

  /** The old descriptions by service ARN, where this call is to answer with them. */
  Map<String, ObjectNode> forThisCall() {
    if (callsLeft == 0) {
      return Map.of();
    }
    callsLeft--;
    return snapshot;
  }
}
