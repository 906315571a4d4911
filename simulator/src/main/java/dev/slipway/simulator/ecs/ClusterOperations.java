package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operations on clusters. */
final class ClusterOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> FARGATE = List.of("FARGATE", "FARGATE_SPOT");

  /**
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html">Account
   *     settings</a>
   */
  private static final Map<String, String> EFFECTIVE_SETTINGS =
      new TreeMap<>(
          Map.of(
              "awsvpcTrunking", "disabled",
              "containerInsights", "disabled",
              "containerInstanceLongArnFormat", "enabled",
              "defaultLogDriverMode", "non-blocking",
              "fargateTaskRetirementWaitPeriod", "7",
              "serviceLongArnFormat", "enabled",
              "tagResourceAuthorization", "on",
              "taskLongArnFormat", "enabled"));

  private final EcsContext context;
  private final Clusters clusters;
  private final int containerInstances;

  /**
   * @param containerInstances that each new cluster has registered
   */
  ClusterOperations(EcsContext context, Clusters clusters, int containerInstances) {
    this.context = context;
    this.clusters = clusters;
    this.containerInstances = containerInstances;
  }

  ObjectNode create(Caller caller, ObjectNode body) {
    String given = Members.text(body, "clusterName");
    String name = given == null || given.isEmpty() ? "default" : given;
    String arn = context.arns().cluster(name);
    Tags tags = Tags.of(body);
    ask(caller, "ecs:CreateCluster").requestTags(tags).on(arn);
    if (!tags.isEmpty()) {
      ask(caller, "ecs:TagResource")
          .requestTags(tags)
          .with("ecs:CreateAction", "CreateCluster")
          .on(arn);
    }
    Cluster cluster = clusters.find(name);
    if (cluster == null || !cluster.active) {
      ObjectNode settings = body.deepCopy();
      settings.remove(List.of("clusterName", "tags"));
      cluster = new Cluster(name, arn, settings, tags);
      for (int i = 0; i < containerInstances; i++) {
        cluster.containerInstances.add(
            context.arns().containerInstance(name, context.ids().hex32()));
      }
      clusters.add(cluster);
      context.journal().note("ecs", "cluster " + name + " created");
    }
    ObjectNode output = JSON.objectNode();
    output.set("cluster", json(cluster, true));
    return output;
  }

  ObjectNode describe(Caller caller, ObjectNode body) {
    List<String> names = Members.texts(body, "clusters");
    boolean withTags = Members.texts(body, "include").contains("TAGS");
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("clusters");
    ArrayNode failures = output.putArray("failures");
    for (String each : names.isEmpty() ? List.of("default") : names) {
      Cluster cluster = clusters.find(each);
      String arn = context.arns().cluster(Clusters.name(each));
      Permissions question = ask(caller, "ecs:DescribeClusters");
      (cluster == null ? question : question.resourceTags(cluster.tags)).on(arn);
      if (cluster == null) {
        failures.addObject().put("arn", arn).put("reason", "MISSING");
      } else {
        found.add(json(cluster, withTags));
      }
    }
    return output;
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    ask(caller, "ecs:ListClusters").on("*");
    List<String> arns = clusters.all().stream().filter(it -> it.active).map(it -> it.arn).toList();
    Page<String> page = Page.of(arns, body, 100, 100);
    ObjectNode output = JSON.objectNode();
    page.items().forEach(output.putArray("clusterArns")::add);
    return page.tokenInto(output);
  }

  ObjectNode delete(Caller caller, ObjectNode body) {
    String name = Members.required(body, "cluster");
    Cluster known = clusters.find(name);
    Permissions question = ask(caller, "ecs:DeleteCluster");
    (known == null ? question : question.resourceTags(known.tags))
        .on(context.arns().cluster(Clusters.name(name)));
    Cluster cluster = clusters.require(name);
    if (cluster.services().stream().anyMatch(it -> !it.status.equals("INACTIVE"))) {
      throw AwsError.client(
          "ClusterContainsServicesException",
          "The Cluster cannot be deleted while Services are active.");
    }
    cluster.active = false;
    context.journal().note("ecs", "cluster " + cluster.name + " deleted");
    ObjectNode output = JSON.objectNode();
    output.set("cluster", json(cluster, false));
    return output;
  }

  ObjectNode listContainerInstances(Caller caller, ObjectNode body) {
    String name = Clusters.name(Members.text(body, "cluster"));
    ask(caller, "ecs:ListContainerInstances").on(context.arns().cluster(name));
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    String status = Members.text(body, "status");
    boolean active = status == null || status.equals("ACTIVE");
    Page<String> page =
        Page.of(active ? cluster.containerInstances : List.<String>of(), body, 100, 100);
    ObjectNode output = JSON.objectNode();
    page.items().forEach(output.putArray("containerInstanceArns")::add);
    return page.tokenInto(output);
  }

  ObjectNode describeContainerInstances(Caller caller, ObjectNode body) {
    String name = Clusters.name(Members.text(body, "cluster"));
    List<String> references = Members.texts(body, "containerInstances");
    for (String each : references) {
      ask(caller, "ecs:DescribeContainerInstances")
          .with("ecs:cluster", context.arns().cluster(name))
          .on(context.arns().containerInstance(name, Arns.lastPart(each)));
    }
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("containerInstances");
    ArrayNode failures = output.putArray("failures");
    for (String each : references) {
      String arn = context.arns().containerInstance(name, Arns.lastPart(each));
      if (!cluster.containerInstances.contains(arn)) {
        failures.addObject().put("arn", arn).put("reason", "MISSING");
        continue;
      }
      List<Task> tasks =
          cluster.services().stream()
              .flatMap(it -> it.tasks.stream())
              .filter(it -> it.desiredToRun && arn.equals(it.containerInstance))
              .toList();
      long running = tasks.stream().filter(it -> it.lastStatus == Task.Status.RUNNING).count();
      found
          .addObject()
          .put("containerInstanceArn", arn)
          .put("ec2InstanceId", "i-" + Arns.lastPart(arn).substring(0, 17))
          .put("status", "ACTIVE")
          .put("agentConnected", true)
          .put("runningTasksCount", running)
          .put("pendingTasksCount", tasks.size() - running);
    }
    return output;
  }

  /** Fargate's two; nobody can make others here. */
  ObjectNode describeCapacityProviders(Caller caller, ObjectNode body) {
    List<String> wanted = Members.texts(body, "capacityProviders");
    List<String> names = wanted.isEmpty() ? FARGATE : wanted.stream().map(Arns::lastPart).toList();
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("capacityProviders");
    ArrayNode failures = output.putArray("failures");
    for (String name : names) {
      String arn = context.arns().capacityProvider(name);
      ask(caller, "ecs:DescribeCapacityProviders").on(arn);
      if (FARGATE.contains(name)) {
        found
            .addObject()
            .put("capacityProviderArn", arn)
            .put("name", name)
            .put("status", "ACTIVE")
            .putArray("tags");
      } else {
        failures.addObject().put("arn", arn).put("reason", "MISSING");
      }
    }
    return output;
  }

  /** As they are in an account where nobody has changed any. */
  ObjectNode listAccountSettings(Caller caller, ObjectNode body) {
    ask(caller, "ecs:ListAccountSettings").on("*");
    String name = Members.text(body, "name");
    ObjectNode output = JSON.objectNode();
    ArrayNode settings = output.putArray("settings");
    if (Members.flag(body, "effectiveSettings")) {
      EFFECTIVE_SETTINGS.forEach((each, value) -> {
        if (name == null || name.equals(each)) {
          settings
              .addObject()
              .put("name", each)
              .put("value", value)
              .put("principalArn", caller.arn());
        }
      });
    }
    return output;
  }

  private static ObjectNode json(Cluster cluster, boolean withTags) {
    ObjectNode json = cluster.settings.deepCopy();
    List<Service> services = cluster.services();
    json.put("clusterArn", cluster.arn)
        .put("clusterName", cluster.name)
        .put("status", cluster.active ? "ACTIVE" : "INACTIVE")
        .put("registeredContainerInstancesCount", cluster.containerInstances.size())
        .put("runningTasksCount", services.stream().mapToInt(Service::runningCount).sum())
        .put("pendingTasksCount", services.stream().mapToInt(Service::pendingCount).sum())
        .put("activeServicesCount", services.stream().filter(Service::isActive).count());
    for (String name :
        List.of("statistics", "settings", "capacityProviders", "defaultCapacityProviderStrategy")) {
      JsonNode value = json.get(name);
      if (value == null) {
        json.putArray(name);
      }
    }
    if (withTags) {
      json.set("tags", cluster.tags.json());
    }
    return json;
  }

  private Permissions ask(Caller caller, String action) {
    return Permissions.ask(context.authorizer(), caller, action);
  }
}
