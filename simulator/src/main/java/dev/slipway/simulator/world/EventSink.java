package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Where services put their events: EventBridge's default bus. */
public interface EventSink {
  /**
   * Puts an event on the bus; the bus adds version, id, account, time and Region.
   *
   * @param source such as {@code aws.ecs}
   * @param detailType such as {@code ECS Task State Change}
   * @param resources ARNs
   */
  void emit(String source, String detailType, List<String> resources, ObjectNode detail);
}
