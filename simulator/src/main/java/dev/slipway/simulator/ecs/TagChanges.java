package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Emits {@code Tag Change on Resource} events for services.
 *
 * <p>An event comes a moment after TagResource, UntagResource or a CreateService with tags. It
 * names the keys that the call added, changed or removed, and shows all tags after the call. A call
 * that changes nothing has no event. {@code version} counts a service's changes. AWS delivers these
 * events on a best-effort basis: {@code EventFaults} loses them on request.
 *
 * <p>Not simulated: events of clusters, task definitions and tasks, and an event for a deleted
 * service. AWS's documentation mentions none for a resource that goes away with its tags.
 *
 * @see <a href="https://docs.aws.amazon.com/tag-editor/latest/userguide/tag-monitor.html">Monitor
 *     tag changes with EventBridge</a>
 */
final class TagChanges {
  private static final Duration DELAY = Duration.ofSeconds(1);
  private final EcsContext context;

  TagChanges(EcsContext context) {
    this.context = context;
  }

  /**
   * Emits the event for a change, if there is one.
   *
   * @param before the service's tags before the call
   */
  void changed(Service service, Map<String, String> before) {
    Map<String, String> after = service.tags.asMap();
    Set<String> keys = new TreeSet<>();
    before.forEach((key, value) -> {
      if (!value.equals(after.get(key))) {
        keys.add(key);
      }
    });
    after.keySet().stream().filter(key -> !before.containsKey(key)).forEach(keys::add);
    if (keys.isEmpty()) {
      return;
    }
    service.tagVersion++;
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    keys.forEach(detail.putArray("changed-tag-keys")::add);
    detail
        .put("service", "ecs")
        .put("resource-type", "service")
        .put("version", service.tagVersion)
        .put("version-timestamp", String.valueOf(context.world().now().toEpochMilli()))
        .put("tag-policy-compliant", "true");
    ObjectNode tags = detail.putObject("tags");
    after.forEach(tags::put);
    context
        .world()
        .after(
            DELAY,
            () ->
                context
                    .events()
                    .emit("aws.tag", "Tag Change on Resource", List.of(service.arn), detail));
  }
}
