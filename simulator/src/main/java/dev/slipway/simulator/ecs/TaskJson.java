package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Members;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes tasks as DescribeTasks answers them and as their events carry them. */
final class TaskJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Task task;
  private final Function<Instant, JsonNode> time;
  private final boolean showsUnchecked;
  private final ObjectNode json = JSON.objectNode();

  /**
   * @param showsUnchecked whether the health of what has no health check is written, as UNKNOWN
   */
  private TaskJson(Task task, Function<Instant, JsonNode> time, boolean showsUnchecked) {
    this.task = task;
    this.time = time;
    this.showsUnchecked = showsUnchecked;
  }

  /** For an answer of the API: times are numbers. */
  static ObjectNode answer(Task task) {
    return new TaskJson(task, Members::timestamp, true).write("ElasticNetworkInterface");
  }

  /** For the detail of an event: times are in ISO 8601. */
  static ObjectNode detail(Task task) {
    return new TaskJson(task, TaskJson::iso, false).write("eni");
  }

  static JsonNode iso(Instant instant) {
    return JSON.textNode(instant.truncatedTo(ChronoUnit.MILLIS).toString());
  }

  private ObjectNode write(String interfaceType) {
    ObjectNode definition = task.taskDefinition().document;
    json.set("attachments", attachments(interfaceType));
    json.putArray("attributes")
        .addObject()
        .put("name", "ecs.cpu-architecture")
        .put("value", task.taskDefinition().architecture().equals("arm64") ? "arm64" : "x86_64");
    json.put("availabilityZone", zone());
    json.put("clusterArn", task.service.cluster.arn);
    put("connectivityAt", task.connectivityAt);
    if (task.connectivityAt != null) {
      json.put("connectivity", "CONNECTED");
    }
    if (task.containerInstance != null) {
      json.put("containerInstanceArn", task.containerInstance);
    }
    ArrayNode containers = json.putArray("containers");
    task.containers.forEach(it -> containers.add(container(it)));
    copy(definition, "cpu");
    put("createdAt", task.createdAt);
    json.put("desiredStatus", task.desiredToRun ? "RUNNING" : "STOPPED");
    json.put("enableExecuteCommand", Members.flag(task.service.settings, "enableExecuteCommand"));
    put("executionStoppedAt", task.executionStoppedAt);
    if (task.service.runsOnFargate()) {
      JsonNode storage = definition.get("ephemeralStorage");
      json.set(
          "ephemeralStorage",
          storage == null ? JSON.objectNode().put("sizeInGiB", 20) : storage.deepCopy());
    }
    json.put("group", "service:" + task.service.name);
    if (showsUnchecked || task.hasHealthCheck()) {
      json.put("healthStatus", task.health().name());
    }
    json.put("lastStatus", task.lastStatus.name());
    JsonNode provider = task.service.settings.path("capacityProviderStrategy").path(0);
    if (provider.isMissingNode()) {
      json.put("launchType", task.service.runsOnFargate() ? "FARGATE" : "EC2");
    } else {
      json.set("capacityProviderName", provider.path("capacityProvider"));
      json.put("launchType", task.service.runsOnFargate() ? "FARGATE" : "EC2");
    }
    copy(definition, "memory");
    ObjectNode overrides = json.putObject("overrides");
    ArrayNode ofContainers = overrides.putArray("containerOverrides");
    task.containers.forEach(it -> ofContainers.addObject().put("name", it.name));
    if (task.service.runsOnFargate()) {
      json.put("platformVersion", ServiceJson.FARGATE_PLATFORM_VERSION);
      json.put("platformFamily", "Linux");
    }
    put("pullStartedAt", task.pullStartedAt);
    put("pullStoppedAt", task.pullStoppedAt);
    put("startedAt", task.startedAt);
    json.put("startedBy", task.deployment.id);
    if (task.stopCode != null) {
      json.put("stopCode", task.stopCode);
    }
    put("stoppedAt", task.stoppedAt);
    if (task.stoppedReason != null) {
      json.put("stoppedReason", task.stoppedReason);
    }
    put("stoppingAt", task.stoppingAt);
    json.put("taskArn", task.arn);
    json.put("taskDefinitionArn", task.taskDefinition().arn);
    return json.put("version", task.version);
  }

  private ObjectNode container(Task.Container container) {
    ObjectNode result =
        JSON.objectNode()
            .put("containerArn", container.arn)
            .put("taskArn", task.arn)
            .put("name", container.name)
            .put("image", task.imageOf(container))
            .put("lastStatus", container.lastStatus)
            .put("cpu", container.cpu);
    if (container.shownDigest != null) {
      result.put("imageDigest", container.shownDigest);
    }
    if (container.runtimeId != null) {
      result.put("runtimeId", container.runtimeId);
    }
    if (container.exitCode != null) {
      result.put("exitCode", container.exitCode);
    }
    if (container.reason != null) {
      result.put("reason", container.reason);
    }
    if (showsUnchecked || container.healthCheck != null) {
      result.put("healthStatus", container.health.name());
    }
    ArrayNode interfaces = result.putArray("networkInterfaces");
    if (task.hasNetworkInterface()) {
      interfaces
          .addObject()
          .put("attachmentId", task.attachmentId)
          .put("privateIpv4Address", task.privateAddress);
    }
    return result;
  }

  private ArrayNode attachments(String type) {
    ArrayNode attachments = JSON.arrayNode();
    if (!task.hasNetworkInterface()) {
      return attachments;
    }
    String status =
        switch (task.lastStatus) {
          case PROVISIONING -> "PRECREATED";
          case STOPPED -> "DELETED";
          default -> "ATTACHED";
        };
    ObjectNode attachment =
        attachments
            .addObject()
            .put("id", task.attachmentId)
            .put("type", type)
            .put("status", status);
    ArrayNode details = attachment.putArray("details");
    JsonNode subnet =
        task.service
            .settings
            .path("networkConfiguration")
            .path("awsvpcConfiguration")
            .path("subnets")
            .path(0);
    if (!subnet.isMissingNode()) {
      details.addObject().put("name", "subnetId").put("value", subnet.asText());
    }
    details
        .addObject()
        .put("name", "networkInterfaceId")
        .put("value", "eni-" + task.attachmentId.replace("-", "").substring(0, 17));
    details.addObject().put("name", "privateIPv4Address").put("value", task.privateAddress);
    return attachments;
  }

  private String zone() {
    String region = task.arn.split(":", -1)[3];
    return region + (char) ('a' + Math.floorMod(task.id.hashCode(), 3));
  }

  private void put(String name, @Nullable Instant instant) {
    if (instant != null) {
      json.set(name, time.apply(instant));
    }
  }

  private void copy(ObjectNode definition, String name) {
    JsonNode value = definition.get(name);
    if (value != null) {
      json.set(name, value);
    }
  }
}
