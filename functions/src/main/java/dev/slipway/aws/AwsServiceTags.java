package dev.slipway.aws;

import dev.slipway.deploy.ServiceTags;
import dev.slipway.ecs.ServiceArn;

import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Tags of services in Amazon ECS. */
public final class AwsServiceTags implements ServiceTags {
  private final EcsClient client;

  /**
   * @param client from {@link Clients}
   */
  public AwsServiceTags(EcsClient client) {
    this.client = client;
  }

  @Override
  public void put(ServiceArn service, Map<String, String> tags) {
    List<Tag> list =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    AwsErrors.sorted(
        "ecs:TagResource",
        service.value(),
        () -> client.tagResource(r -> r.resourceArn(service.value()).tags(list)));
  }

  @Override
  public void remove(ServiceArn service, Set<String> keys) {
    AwsErrors.sorted(
        "ecs:UntagResource",
        service.value(),
        () -> client.untagResource(r -> r.resourceArn(service.value()).tagKeys(keys)));
  }
}
