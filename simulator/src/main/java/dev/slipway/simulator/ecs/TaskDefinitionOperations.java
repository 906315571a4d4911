package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The operations on task definitions. */
final class TaskDefinitionOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> EMPTY_LISTS_OF_CONTAINERS =
      List.of("environment", "mountPoints", "portMappings", "systemControls", "volumesFrom");

  private final EcsContext context;
  private final TaskDefinitions definitions;

  TaskDefinitionOperations(EcsContext context, TaskDefinitions definitions) {
    this.context = context;
    this.definitions = definitions;
  }

  ObjectNode register(Caller caller, ObjectNode body) {
    String family = Members.required(body, "family");
    Tags tags = Tags.of(body);
    // a refusal in an account names the resource *, and a policy for an ARN kept failing there
    ask(caller, "ecs:RegisterTaskDefinition")
        .requestTags(tags)
        .with("ecs:task-cpu", Members.text(body, "cpu"))
        .with("ecs:task-memory", Members.text(body, "memory"))
        .on("*");
    if (!tags.isEmpty()) {
      ask(caller, "ecs:TagResource")
          .requestTags(tags)
          .with("ecs:CreateAction", "RegisterTaskDefinition")
          .on(context.arns().taskDefinition(family, "*"));
    }
    passRole(caller, Members.text(body, "taskRoleArn"));
    passRole(caller, Members.text(body, "executionRoleArn"));
    TaskDefinitionRules.check(body);

    int revision = definitions.nextRevision(family);
    String arn = context.arns().taskDefinition(family, String.valueOf(revision));
    TaskDefinition definition =
        new TaskDefinition(family, revision, arn, document(caller, body, arn, revision), tags);
    definitions.add(definition);
    context.journal().note("ecs", "task definition " + definition.shortName() + " registered");
    return output(definition, true);
  }

  private ObjectNode document(Caller caller, ObjectNode body, String arn, int revision) {
    ObjectNode document = body.deepCopy();
    document.remove("tags");
    for (JsonNode each : document.path("containerDefinitions")) {
      ObjectNode container = (ObjectNode) each;
      if (!container.has("cpu")) {
        container.put("cpu", 0);
      }
      if (!container.has("essential")) {
        container.put("essential", true);
      }
      for (String name : EMPTY_LISTS_OF_CONTAINERS) {
        if (!container.has(name)) {
          container.putArray(name);
        }
      }
    }
    for (String name : List.of("volumes", "placementConstraints")) {
      if (!document.has(name)) {
        document.putArray(name);
      }
    }
    boolean fargate = TaskDefinitionRules.unfitForFargate(body) == null;
    if (fargate) {
      String cpu = Members.required(body, "cpu");
      String memory = Members.required(body, "memory");
      document.put("cpu", String.valueOf(TaskDefinitionRules.units(cpu, "vcpu", "cpu")));
      document.put("memory", String.valueOf(TaskDefinitionRules.units(memory, "gb", "memory")));
    }
    document.put("taskDefinitionArn", arn).put("revision", revision).put("status", "ACTIVE");
    document.set("requiresAttributes", requiresAttributes(body));
    ArrayNode compatibilities = document.putArray("compatibilities").add("EC2");
    if (fargate) {
      compatibilities.add("FARGATE");
    }
    document.set("registeredAt", Members.timestamp(context.world().now()));
    return document.put("registeredBy", caller.arn());
  }

  /** A few of the capabilities that ECS derives; which ones does not matter to a deployment. */
  private static ArrayNode requiresAttributes(ObjectNode body) {
    Set<String> names = new LinkedHashSet<>();
    names.add("com.amazonaws.ecs.capability.docker-remote-api.1.18");
    for (JsonNode container : body.path("containerDefinitions")) {
      if (container.path("image").asText().contains(".dkr.ecr.")) {
        names.add("com.amazonaws.ecs.capability.ecr-auth");
      }
    }
    if (body.has("taskRoleArn")) {
      names.add("com.amazonaws.ecs.capability.task-iam-role");
    }
    ArrayNode attributes = JSON.arrayNode();
    names.forEach(name -> attributes.addObject().put("name", name));
    return attributes;
  }

  ObjectNode deregister(Caller caller, ObjectNode body) {
    ask(caller, "ecs:DeregisterTaskDefinition").on("*");
    String reference = Members.required(body, "taskDefinition");
    TaskDefinition definition =
        Arns.lastPart(reference).contains(":") ? definitions.find(reference) : null;
    if (definition == null) {
      throw AwsError.client(
          "ClientException", "The specified task definition does not exist: " + reference);
    }
    definition.document.put("status", "INACTIVE");
    definition.document.set("deregisteredAt", Members.timestamp(context.world().now()));
    context.journal().note("ecs", "task definition " + definition.shortName() + " deregistered");
    return output(definition, false);
  }

  ObjectNode describe(Caller caller, ObjectNode body) {
    ask(caller, "ecs:DescribeTaskDefinition").on("*");
    TaskDefinition definition = definitions.find(Members.required(body, "taskDefinition"));
    if (definition == null) {
      throw AwsError.client("ClientException", "Unable to describe task definition.");
    }
    return output(definition, Members.texts(body, "include").contains("TAGS"));
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    ask(caller, "ecs:ListTaskDefinitions").on("*");
    String family = Members.text(body, "familyPrefix");
    Predicate<TaskDefinition> wanted = status(Members.text(body, "status"));
    List<String> arns = new ArrayList<>();
    for (String each : family == null ? definitions.families() : List.of(family)) {
      definitions.revisions(each).stream().filter(wanted).forEach(it -> arns.add(it.arn));
    }
    if ("DESC".equals(Members.text(body, "sort"))) {
      Collections.reverse(arns);
    }
    Page<String> page = Page.of(arns, body, 100, 100);
    ObjectNode output = JSON.objectNode();
    page.items().forEach(output.putArray("taskDefinitionArns")::add);
    return page.tokenInto(output);
  }

  ObjectNode listFamilies(Caller caller, ObjectNode body) {
    ask(caller, "ecs:ListTaskDefinitionFamilies").on("*");
    String prefix = Members.text(body, "familyPrefix");
    String status = Members.text(body, "status");
    Predicate<TaskDefinition> active = TaskDefinition::isActive;
    List<String> families =
        definitions.families().stream()
            .filter(it -> prefix == null || it.startsWith(prefix))
            .filter(it -> {
              boolean isActive = definitions.revisions(it).stream().anyMatch(active);
              return status == null
                  || status.equals("ALL")
                  || status.equals(isActive ? "ACTIVE" : "INACTIVE");
            })
            .toList();
    Page<String> page = Page.of(families, body, 100, 100);
    ObjectNode output = JSON.objectNode();
    page.items().forEach(output.putArray("families")::add);
    return page.tokenInto(output);
  }

  private static Predicate<TaskDefinition> status(@Nullable String status) {
    return switch (status) {
      case null -> TaskDefinition::isActive;
      case "ACTIVE" -> TaskDefinition::isActive;
      case "INACTIVE" -> it -> !it.isActive();
      default ->
          throw AwsError.client("InvalidParameterException", "Invalid status: " + status + ".");
    };
  }

  private static ObjectNode output(TaskDefinition definition, boolean withTags) {
    ObjectNode output = JSON.objectNode();
    output.set("taskDefinition", definition.document.deepCopy());
    if (withTags) {
      output.set("tags", definition.tags.json());
    }
    return output;
  }

  private void passRole(Caller caller, @Nullable String role) {
    if (role != null) {
      String arn = role.startsWith("arn:") ? role : context.arns().role(role);
      Permissions.ask(context.authorizer(), caller, "iam:PassRole")
          .with("iam:PassedToService", "ecs-tasks.amazonaws.com")
          .on(arn);
    }
  }

  private Permissions ask(Caller caller, String action) {
    return Permissions.ask(context.authorizer(), caller, action);
  }
}
