package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operations on tags of clusters, services, task definitions and tasks. */
final class TagOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final EcsContext context;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final TagChanges changes;

  TagOperations(
      EcsContext context, Clusters clusters, TaskDefinitions definitions, TagChanges changes) {
    this.context = context;
    this.clusters = clusters;
    this.definitions = definitions;
    this.changes = changes;
  }

  ObjectNode tag(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "resourceArn");
    Tags tags = tags(arn);
    ask(caller, "ecs:TagResource").resourceTags(tags).requestTags(Tags.of(body)).on(arn);
    Map<String, String> before = tags.asMap();
    tags.add(body);
    changed(arn, before);
    context.journal().note("ecs", Arns.lastPart(arn) + ": tagged " + body.path("tags"));
    return JSON.objectNode();
  }

  ObjectNode untag(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "resourceArn");
    Tags tags = tags(arn);
    List<String> keys = Members.texts(body, "tagKeys");
    ask(caller, "ecs:UntagResource").resourceTags(tags).tagKeys(keys).on(arn);
    Map<String, String> before = tags.asMap();
    tags.remove(keys);
    changed(arn, before);
    context.journal().note("ecs", Arns.lastPart(arn) + ": untagged " + keys);
    return JSON.objectNode();
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "resourceArn");
    Tags tags = tags(arn);
    ask(caller, "ecs:ListTagsForResource").resourceTags(tags).on(arn);
    ObjectNode output = JSON.objectNode();
    output.set("tags", tags.json());
    return output;
  }

  private void changed(String arn, Map<String, String> before) {
    Service service = service(arn);
    if (service != null) {
      changes.changed(service, before);
    }
  }

  private Tags tags(String arn) {
    Optional<Tags> tags =
        switch (kind(arn)) {
          case "cluster" -> Optional.ofNullable(clusters.find(arn)).map(it -> it.tags);
          case "service" -> Optional.ofNullable(service(arn)).map(it -> it.tags);
          case "task" -> Optional.ofNullable(task(arn)).map(it -> it.tags);
          case "task-definition" -> Optional.ofNullable(definitions.find(arn)).map(it -> it.tags);
          default -> Optional.empty();
        };
    return tags.orElseThrow(() ->
        AwsError.client(
            "ResourceNotFoundException", "The specified resource could not be found: " + arn));
  }

  /** Such as {@code service}; empty for what is no ARN of ECS. */
  private static String kind(String arn) {
    String[] parts = arn.split(":", 6);
    int slash = parts.length == 6 ? parts[5].indexOf('/') : -1;
    return slash < 0 ? "" : parts[5].substring(0, slash);
  }

  private @Nullable Service service(String arn) {
    String[] parts = arn.split("/", -1);
    Service service = parts.length == 3 ? clusters.service(parts[1], parts[2]) : null;
    return service == null || !service.arn.equals(arn) ? null : service;
  }

  private @Nullable Task task(String arn) {
    String[] parts = arn.split("/", -1);
    Cluster cluster = parts.length == 3 ? clusters.find(parts[1]) : null;
    return cluster == null
        ? null
        : cluster.services().stream()
            .flatMap(service -> service.tasks.stream())
            .filter(task -> task.arn.equals(arn))
            .findFirst()
            .orElse(null);
  }

  private Permissions ask(Caller caller, String action) {
    return Permissions.ask(context.authorizer(), caller, action);
  }
}
