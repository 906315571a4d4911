package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations on service deployments and service revisions. */
final class ServiceDeploymentOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DESCRIBED_AT_ONCE = 20;
  private final EcsContext context;
  private final Clusters clusters;
  private final ServiceScheduler scheduler;

  ServiceDeploymentOperations(EcsContext context, Clusters clusters, ServiceScheduler scheduler) {
    this.context = context;
    this.clusters = clusters;
    this.scheduler = scheduler;
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    String reference = Members.required(body, "service");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Cluster known = clusters.find(Members.text(body, "cluster"));
    Service service = known == null ? null : known.service(reference);
    askService(caller, "ecs:ListServiceDeployments", clusterName, Arns.lastPart(reference));
    clusters.require(Members.text(body, "cluster"));
    if (service == null) {
      throw AwsError.client("ServiceNotFoundException", "Service not found.");
    }
    List<String> statuses = Members.texts(body, "status");
    JsonNode created = body.path("createdAt");
    List<ServiceDeployment> wanted =
        service.serviceDeployments.stream()
            .filter(it -> statuses.isEmpty() || statuses.contains(it.status.name()))
            .filter(it -> isWithin(created, it.createdAt))
            .toList();
    Page<ServiceDeployment> page = Page.of(wanted, body, 20, 100);
    ObjectNode output = JSON.objectNode();
    ArrayNode listed = output.putArray("serviceDeployments");
    page.items().forEach(it -> listed.add(ServiceJson.serviceDeploymentBrief(service, it)));
    return page.tokenInto(output);
  }

  private static boolean isWithin(JsonNode window, Instant createdAt) {
    double seconds = createdAt.toEpochMilli() / 1000.0;
    return (!window.has("after") || seconds >= window.path("after").asDouble())
        && (!window.has("before") || seconds <= window.path("before").asDouble());
  }

  ObjectNode describe(Caller caller, ObjectNode body) {
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("serviceDeployments");
    ArrayNode failures = output.putArray("failures");
    for (String arn : arns(body, "serviceDeploymentArns")) {
      ask(caller, "ecs:DescribeServiceDeployments", arn);
      Service service = service(arn);
      ServiceDeployment deployment = service == null ? null : deployment(service, arn);
      if (service == null || deployment == null) {
        failures.addObject().put("arn", arn).put("reason", "MISSING");
      } else {
        found.add(ServiceJson.serviceDeployment(service, deployment));
      }
    }
    return output;
  }

  ObjectNode describeRevisions(Caller caller, ObjectNode body) {
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("serviceRevisions");
    ArrayNode failures = output.putArray("failures");
    for (String arn : arns(body, "serviceRevisionArns")) {
      ask(caller, "ecs:DescribeServiceRevisions", arn);
      Service service = service(arn);
      ServiceRevision revision =
          service == null
              ? null
              : service.revisions.stream()
                  .filter(it -> it.arn.equals(arn))
                  .findFirst()
                  .orElse(null);
      if (service == null || revision == null) {
        failures.addObject().put("arn", arn).put("reason", "MISSING");
      } else {
        found.add(ServiceJson.serviceRevision(service, revision));
      }
    }
    return output;
  }

  ObjectNode stop(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "serviceDeploymentArn");
    ask(caller, "ecs:StopServiceDeployment", arn);
    String type = Members.text(body, "stopType");
    if (type != null && !type.equals("ROLLBACK")) {
      throw AwsError.client(
          "InvalidParameterException", "The stop type must be ROLLBACK, not " + type + ".");
    }
    Service service = service(arn);
    ServiceDeployment deployment = service == null ? null : deployment(service, arn);
    if (service == null || deployment == null) {
      throw AwsError.client(
          "ServiceDeploymentNotFoundException", "Service deployment not found: " + arn + ".");
    }
    switch (deployment.status) {
      case PENDING, IN_PROGRESS -> scheduler.rollBackOnRequest(service, deployment);
      case ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, STOP_REQUESTED -> {}
      default ->
          throw AwsError.client(
              "ConflictException",
              "The service deployment cannot be stopped: it is " + deployment.status + ".");
    }
    return JSON.objectNode().put("serviceDeploymentArn", arn);
  }

  ObjectNode goOn(Caller caller, ObjectNode body) {
    String arn = Members.required(body, "serviceDeploymentArn");
    ask(caller, "ecs:ContinueServiceDeployment", arn);
    String hookId = Members.required(body, "hookId");
    @Nullable String given = Members.text(body, "action");
    String action = given == null ? "CONTINUE" : given;
    if (!action.equals("CONTINUE") && !action.equals("ROLLBACK")) {
      throw AwsError.client(
          "InvalidParameterException",
          "The action must be CONTINUE or ROLLBACK, not " + action + ".");
    }
    Service service = service(arn);
    ServiceDeployment deployment = service == null ? null : deployment(service, arn);
    if (service == null || deployment == null) {
      throw AwsError.client(
          "ServiceDeploymentNotFoundException", "Service deployment not found: " + arn + ".");
    }
    scheduler.answer(service, deployment, hookId, action);
    return JSON.objectNode().put("serviceDeploymentArn", arn);
  }

  private static List<String> arns(ObjectNode body, String member) {
    List<String> arns = Members.texts(body, member);
    if (arns.isEmpty() || arns.size() > DESCRIBED_AT_ONCE) {
      throw AwsError.client(
          "InvalidParameterException",
          member + " must have between 1 and " + DESCRIBED_AT_ONCE + " elements.");
    }
    return arns;
  }

  private static @Nullable ServiceDeployment deployment(Service service, String arn) {
    return service.serviceDeployments.stream()
        .filter(it -> it.arn.equals(arn))
        .findFirst()
        .orElse(null);
  }

  /** The service of a service deployment's or service revision's ARN. */
  private @Nullable Service service(String arn) {
    String[] parts = parts(arn);
    Cluster cluster = clusters.find(parts[1]);
    return cluster == null ? null : cluster.service(parts[2]);
  }

  private static String[] parts(String arn) {
    String[] parts = arn.split("/", -1);
    if (parts.length != 4) {
      throw AwsError.client("InvalidParameterException", "Invalid identifier: " + arn + ".");
    }
    return parts;
  }

  /** Both the service and the resource itself have to be allowed. */
  private void ask(Caller caller, String action, String arn) {
    String[] parts = parts(arn);
    askService(caller, action, parts[1], parts[2]);
    Permissions.ask(context.authorizer(), caller, action)
        .with("ecs:cluster", context.arns().cluster(parts[1]))
        .with("ecs:service", context.arns().service(parts[1], parts[2]))
        .on(arn);
  }

  private void askService(Caller caller, String action, String clusterName, String name) {
    Cluster cluster = clusters.find(clusterName);
    Service service = cluster == null ? null : cluster.service(name);
    Permissions question =
        Permissions.ask(context.authorizer(), caller, action)
            .with("ecs:cluster", context.arns().cluster(clusterName));
    (service == null ? question : question.resourceTags(service.tags))
        .on(context.arns().service(clusterName, name));
  }
}
