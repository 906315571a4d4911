package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.util.List;

/** The operations on tags of clusters, services, task definitions and tasks. */
final class TagOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final Surroundings surroundings;
  private final Clusters clusters;
  private final TaskDefinitions definitions;

  TagOperations(Surroundings surroundings, Clusters clusters, TaskDefinitions definitions) {
    this.surroundings = surroundings;
    this.clusters = clusters;
    this.definitions = definitions;
  }

  ObjectNode tag(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "resourceArn");
    Tags tags = tags(arn);
    ask(caller, "ecs:TagResource").resourceTags(tags).requestTags(Tags.of(body)).on(arn);
    tags.add(body);
    surroundings.journal().note("ecs", Arns.lastPart(arn) + ": tagged " + body.path("tags"));
    return JSON.objectNode();
  }

  ObjectNode untag(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "resourceArn");
    Tags tags = tags(arn);
    List<String> keys = Members.texts(body, "tagKeys");
    ask(caller, "ecs:UntagResource").resourceTags(tags).tagKeys(keys).on(arn);
    tags.remove(keys);
    surroundings.journal().note("ecs", Arns.lastPart(arn) + ": untagged " + keys);
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

  private Tags tags(String arn) {
    for (Cluster cluster : clusters.all()) {
      if (cluster.arn.equals(arn)) {
        return cluster.tags;
      }
      for (Service service : cluster.services()) {
        if (service.arn.equals(arn)) {
          return service.tags;
        }
        for (Task task : service.tasks) {
          if (task.arn.equals(arn)) {
            return task.tags;
          }
        }
      }
    }
    TaskDefinition definition = definitions.find(arn);
    if (definition == null) {
      throw AwsError.client(
          "ResourceNotFoundException", "The specified resource could not be found: " + arn);
    }
    return definition.tags;
  }

  private Permissions ask(Caller caller, String action) {
    return Permissions.ask(surroundings.authorizer(), caller, action);
  }
}
