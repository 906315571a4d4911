package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.ServiceArn;
import dev.slipway.deploy.ServiceTags;
import java.util.Map;

/** Tags of services in Amazon ECS. */
public final class AwsServiceTags implements ServiceTags {
  private final AwsApi api;

  /**
   * @param api of ECS
   */
  public AwsServiceTags(AwsApi api) {
    this.api = api;
  }

  @Override
  public void put(ServiceArn service, Map<String, String> tags) {
    ObjectNode request = Json.object().put("resourceArn", service.value());
    ArrayNode list = request.putArray("tags");
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    AwsErrors.sorted("ecs:TagResource", service.value(), () -> api.call("TagResource", request));
  }
}
