package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecs.RollingUpdate.Counts;
import dev.slipway.simulator.ecs.ServiceDeployment.RevisionCounts;
import dev.slipway.simulator.world.Members;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes services, deployments, service deployments and service revisions as the API does. */
final class ServiceJson {
  /** What {@code LATEST} is. */
  static final String FARGATE_PLATFORM_VERSION = "1.4.0";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Settings that a deployment shows, and those of them that the service itself does not. */
  private static final List<String> OF_DEPLOYMENTS =
      List.of("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations");

  private ServiceJson() {}

  static ObjectNode service(Service service, boolean withTags) {
    ObjectNode json = service.settings.deepCopy();
    json.remove(OF_DEPLOYMENTS);
    json.put("serviceArn", service.arn)
        .put("serviceName", service.name)
        .put("clusterArn", service.cluster.arn)
        .put("status", service.status)
        .put("desiredCount", service.isDaemon() ? service.wanted() : service.desiredCount)
        .put("runningCount", service.runningCount())
        .put("pendingCount", service.pendingCount());
    if (service.taskDefinition != null) {
      json.put("taskDefinition", service.taskDefinition.arn);
    }
    if (service.runsOnFargate()) {
      if (!json.has("platformVersion")) {
        json.put("platformVersion", "LATEST");
      }
      json.put("platformFamily", "Linux");
    }
    json.set("deploymentConfiguration", service.configuration.json().deepCopy());
    ArrayNode deployments = json.putArray("deployments");
    if (!service.isRolledByEcs()) {
      json.putArray("taskSets");
    }
    if (service.isRolledByEcs()) {
      for (Deployment each : service.deployments) {
        deployments.add(deployment(service, each, each == service.primary()));
      }
    }
    ArrayNode events = json.putArray("events");
    for (Service.Event event : service.events) {
      ObjectNode line = events.addObject().put("id", event.id());
      line.set("createdAt", Members.timestamp(event.createdAt()));
      line.put("message", event.message());
    }
    json.set("createdAt", Members.timestamp(service.createdAt));
    json.put("createdBy", service.createdBy);
    ServiceDeployment ongoing = service.ongoing();
    if (ongoing != null && ongoing.startedAt != null) {
      json.put("currentServiceDeployment", ongoing.arn);
    }
    if (service.isRolledByEcs()) {
      ArrayNode revisions = json.putArray("currentServiceRevisions");
      for (Deployment each : service.deployments) {
        revisions.add(revision(ServiceScheduler.counts(each, requested(service, each))));
      }
    }
    if (withTags) {
      json.set("tags", service.tags.json());
    }
    return json;
  }

  /** What a deployment aims at: the desired count, or what is left of an older one. */
  private static int requested(Service service, Deployment deployment) {
    if (!deployment.begun) {
      return 0;
    }
    return deployment == service.primary() ? service.wanted() : deployment.counts().alive();
  }

  private static ObjectNode deployment(Service service, Deployment deployment, boolean primary) {
    Counts counts = deployment.counts();
    ObjectNode settings = deployment.revision.settings;
    ObjectNode json =
        JSON.objectNode()
            .put("id", deployment.id)
            .put("status", primary ? "PRIMARY" : "ACTIVE")
            .put("taskDefinition", deployment.revision.taskDefinition.arn)
            .put("desiredCount", requested(service, deployment))
            .put("pendingCount", counts.starting())
            .put("runningCount", deployment.runningCount())
            .put("failedTasks", deployment.failedTasks);
    json.set("createdAt", Members.timestamp(deployment.createdAt));
    json.set("updatedAt", Members.timestamp(deployment.updatedAt));
    copy(settings, json, "capacityProviderStrategy");
    copy(settings, json, "launchType");
    platform(service, settings, json);
    copy(settings, json, "networkConfiguration");
    OF_DEPLOYMENTS.forEach(name -> copy(settings, json, name));
    boolean hidden = deployment.failureHidden;
    return json.put("rolloutState", hidden ? "IN_PROGRESS" : deployment.rolloutState.name())
        .put(
            "rolloutStateReason", hidden ? deployment.inProgress() : deployment.rolloutStateReason);
  }

  private static void platform(Service service, ObjectNode settings, ObjectNode json) {
    if (service.runsOnFargate()) {
      String version = Members.text(settings, "platformVersion");
      json.put(
              "platformVersion",
              version == null || version.equals("LATEST") ? FARGATE_PLATFORM_VERSION : version)
          .put("platformFamily", "Linux");
    }
  }

  static ObjectNode serviceDeploymentBrief(Service service, ServiceDeployment deployment) {
    ObjectNode json =
        JSON.objectNode()
            .put("serviceDeploymentArn", deployment.arn)
            .put("serviceArn", service.arn)
            .put("clusterArn", service.cluster.arn);
    put(json, "startedAt", deployment.startedAt);
    put(json, "createdAt", deployment.createdAt);
    put(json, "finishedAt", deployment.finishedAt);
    json.put("targetServiceRevisionArn", deployment.target.revision.arn)
        .put("status", deployment.status.name());
    if (deployment.statusReason != null) {
      json.put("statusReason", deployment.statusReason);
    }
    return json;
  }

  static ObjectNode serviceDeployment(Service service, ServiceDeployment deployment) {
    ObjectNode json = serviceDeploymentBrief(service, deployment);
    json.remove("targetServiceRevisionArn");
    put(json, "stoppedAt", deployment.stoppedAt);
    put(json, "updatedAt", deployment.updatedAt);
    ArrayNode sources = json.putArray("sourceServiceRevisions");
    deployment.sources.forEach(it -> sources.add(revision(it)));
    json.set(
        "targetServiceRevision",
        revision(
            deployment.status.terminal
                ? deployment.targetCounts
                : ServiceScheduler.counts(
                    deployment.target, requested(service, deployment.target))));
    json.set("deploymentConfiguration", deployment.configuration.json().deepCopy());
    ServiceDeployment.Rollback rollback = deployment.rollback;
    if (rollback != null) {
      ObjectNode written = json.putObject("rollback").put("reason", rollback.reason());
      written.set("startedAt", Members.timestamp(rollback.startedAt()));
      if (rollback.serviceRevisionArn() != null) {
        written.put("serviceRevisionArn", rollback.serviceRevisionArn());
      }
    }
    if (deployment.status == ServiceDeployment.Status.IN_PROGRESS && deployment.stage != null) {
      // ECS documents the details of active hooks only
      json.put("lifecycleStage", deployment.stage);
      ArrayNode hooks = json.putArray("lifecycleHookDetails");
      for (ServiceDeployment.Pause pause : deployment.pauses) {
        ObjectNode hook =
            hooks
                .addObject()
                .put("hookId", pause.id)
                .put("targetType", "PAUSE")
                .put("status", pause.status);
        hook.set("expiresAt", Members.timestamp(pause.expiresAt));
        hook.put("timeoutAction", pause.atTimeout);
      }
    }
    CircuitBreaker breaker = deployment.configuration.breaker();
    json.putObject("deploymentCircuitBreaker")
        .put("status", deployment.breakerStatus)
        .put("failureCount", deployment.failureCount)
        .put(
            "threshold",
            deployment.threshold == 0 && breaker.enable()
                ? breaker.threshold(service.wanted())
                : deployment.threshold);
    ObjectNode alarms = json.putObject("alarms").put("status", deployment.alarmStatus);
    if (!deployment.configuration.alarmNames().isEmpty()) {
      deployment.configuration.alarmNames().forEach(alarms.putArray("alarmNames")::add);
      deployment.triggeredAlarms.forEach(alarms.putArray("triggeredAlarmNames")::add);
    }
    return json;
  }

  private static ObjectNode revision(RevisionCounts counts) {
    return JSON.objectNode()
        .put("arn", counts.arn())
        .put("requestedTaskCount", counts.requested())
        .put("runningTaskCount", counts.running())
        .put("pendingTaskCount", counts.pending());
  }

  static ObjectNode serviceRevision(Service service, ServiceRevision revision) {
    ObjectNode json = revision.settings.deepCopy();
    json.put("serviceRevisionArn", revision.arn)
        .put("serviceArn", service.arn)
        .put("clusterArn", service.cluster.arn)
        .put("taskDefinition", revision.taskDefinition.arn);
    platform(service, revision.settings, json);
    ArrayNode images = json.putArray("containerImages");
    for (ObjectNode container : revision.taskDefinition.containers()) {
      String name = container.path("name").asText();
      ObjectNode image =
          images
              .addObject()
              .put("containerName", name)
              .put("image", container.path("image").asText());
      String digest = revision.shownDigests.get(name);
      if (digest != null) {
        image.put("imageDigest", digest);
      }
    }
    json.set("createdAt", Members.timestamp(revision.createdAt));
    return json;
  }

  private static void put(ObjectNode json, String name, @Nullable Instant instant) {
    if (instant != null) {
      json.set(name, Members.timestamp(instant));
    }
  }

  private static void copy(ObjectNode from, ObjectNode to, String name) {
    JsonNode value = from.get(name);
    if (value != null) {
      to.set(name, value.deepCopy());
    }
  }
}
