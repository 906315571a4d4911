package dev.slipway.simulator.ecs;

import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question to IAM: an action on a resource, and the condition keys that ECS gives with it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html">Actions,
 *     resources, and condition keys for Amazon ECS</a>
 */
final class Permissions {
  private final Authorizer authorizer;
  private final Caller caller;
  private final String action;
  private final Map<String, String> context = new HashMap<>();

  private Permissions(Authorizer authorizer, Caller caller, String action) {
    this.authorizer = authorizer;
    this.caller = caller;
    this.action = action;
  }

  static Permissions ask(Authorizer authorizer, Caller caller, String action) {
    return new Permissions(authorizer, caller, action);
  }

  Permissions with(String key, @Nullable String value) {
    if (value != null) {
      context.put(key, value);
    }
    return this;
  }

  /** The tags that the resource has. */
  Permissions resourceTags(Tags tags) {
    tags.asMap()
        .forEach((key, value) -> {
          context.put("aws:ResourceTag/" + key, value);
          context.put("ecs:ResourceTag/" + key, value);
        });
    return this;
  }

  /** The tags that come with the request. */
  Permissions requestTags(Tags tags) {
    tags.asMap().forEach((key, value) -> context.put("aws:RequestTag/" + key, value));
    return this;
  }

  /** The tags that the request takes away. */
  Permissions tagKeys(List<String> keys) {
    return keys.isEmpty() ? this : with("aws:TagKeys", String.join("\n", keys));
  }

  void on(String resource) {
    authorizer.authorize(caller, action, resource, Map.copyOf(context));
  }
}
