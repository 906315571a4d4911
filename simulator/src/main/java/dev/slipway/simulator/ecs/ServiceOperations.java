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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operations on services. */
final class ServiceOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DESCRIBED_AT_ONCE = 10;

  /** Members of requests that are not kept among a service's settings. */
  private static final List<String> NOT_SETTINGS =
      List.of(
          "cluster",
          "service",
          "serviceName",
          "taskDefinition",
          "desiredCount",
          "clientToken",
          "role",
          "tags",
          "deploymentConfiguration",
          "forceNewDeployment");

  /** Members of UpdateService that start a deployment where they change something. */
  private static final List<String> START_A_DEPLOYMENT =
      ServiceRevision.MEMBERS.stream()
          .filter(it -> !Set.of("launchType", "capacityProviderStrategy").contains(it))
          .toList();

  private final EcsContext context;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final ServiceScheduler scheduler;
  private final StaleReads staleReads;
  private final TagChanges tagChanges;

  ServiceOperations(
      EcsContext context,
      Clusters clusters,
      TaskDefinitions definitions,
      ServiceScheduler scheduler,
      StaleReads staleReads,
      TagChanges tagChanges) {
    this.context = context;
    this.clusters = clusters;
    this.definitions = definitions;
    this.scheduler = scheduler;
    this.staleReads = staleReads;
    this.tagChanges = tagChanges;
  }

  ObjectNode create(Caller caller, ObjectNode body) {
    Service service = add(caller, body);
    context
        .journal()
        .note(
            "ecs",
            service.name
                + ": created in "
                + service.cluster.name
                + (service.taskDefinition == null
                    ? ""
                    : " with " + service.taskDefinition.shortName())
                + ", "
                + (service.isDaemon()
                    ? "one task for each container instance"
                    : "desired count " + service.desiredCount));
    tagChanges.changed(service, Map.of());
    if (service.taskDefinition != null) {
      scheduler.deploy(service, service.taskDefinition);
    }
    return output(service, true);
  }

  /** As {@link #create}, of a service that has been running for a while; emits nothing. */
  void addRunning(Caller caller, ObjectNode body) {
    scheduler.standUp(add(caller, body));
  }

  private Service add(Caller caller, ObjectNode body) {
    String name = Members.required(body, "serviceName");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    String arn = context.arns().service(clusterName, name);
    Tags tags = Tags.of(body);
    String reference = Members.text(body, "taskDefinition");
    TaskDefinition found = reference == null ? null : definitions.find(reference);
    settingsContext(ask(caller, "ecs:CreateService", clusterName), body, found)
        .requestTags(tags)
        .on(arn);
    if (!tags.isEmpty()) {
      Permissions.ask(context.authorizer(), caller, "ecs:TagResource")
          .requestTags(tags)
          .with("ecs:CreateAction", "CreateService")
          .on(arn);
    }
    passRoles(caller, body);
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    if (!name.matches("[A-Za-z0-9_-]{1,255}")) {
      throw invalid("Invalid service name: " + name + ".");
    }
    Service existing = cluster.service(name);
    if (existing != null && !existing.status.equals("INACTIVE")) {
      throw invalid("Creation of service was not idempotent.");
    }
    ObjectNode settings = body.deepCopy();
    settings.remove(NOT_SETTINGS);
    fillIn(settings);
    boolean external =
        "EXTERNAL".equals(Members.text(settings.path("deploymentController"), "type"));
    // its task sets name one each
    TaskDefinition definition = external && reference == null ? null : usable(reference, found);
    boolean daemon = settings.path("schedulingStrategy").asText().equals("DAEMON");
    if (daemon && body.has("desiredCount")) {
      throw invalid(
          "The daemon scheduling strategy does not support a desired count for services. Remove"
              + " the desired count value and try again.");
    }
    ObjectNode configuration = DeploymentConfiguration.defaults(daemon);
    merge(configuration, Members.object(body, "deploymentConfiguration"));
    Service service =
        new Service(
            cluster,
            name,
            arn,
            context.world().now(),
            caller.arn(),
            tags,
            settings,
            desiredCount(body, 0),
            DeploymentConfiguration.of(configuration, daemon),
            definition);
    if (definition != null) {
      fits(service, definition);
    }
    cluster.add(service);
    return service;
  }

  private static void fillIn(ObjectNode settings) {
    if (!settings.has("launchType") && settings.path("capacityProviderStrategy").isEmpty()) {
      settings.put("launchType", "EC2");
    }
    if (!settings.has("schedulingStrategy")) {
      settings.put("schedulingStrategy", "REPLICA");
    }
    if (!settings.has("deploymentController")) {
      settings.putObject("deploymentController").put("type", "ECS");
    }
    for (String name :
        List.of(
            "loadBalancers", "serviceRegistries", "placementConstraints", "placementStrategy")) {
      if (!settings.has(name)) {
        settings.putArray(name);
      }
    }
    for (String name : List.of("enableECSManagedTags", "enableExecuteCommand")) {
      if (!settings.has(name)) {
        settings.put(name, false);
      }
    }
    if (!settings.has("propagateTags")) {
      settings.put("propagateTags", "NONE");
    }
  }

  ObjectNode update(Caller caller, ObjectNode body) {
    String reference = Members.required(body, "service");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Service known = find(body, reference);
    String wanted = Members.text(body, "taskDefinition");
    TaskDefinition found = wanted == null ? null : definitions.find(wanted);
    Permissions question =
        settingsContext(ask(caller, "ecs:UpdateService", clusterName), body, found);
    (known == null ? question : question.resourceTags(known.tags))
        .on(context.arns().service(clusterName, Arns.lastPart(reference)));
    passRoles(caller, body);
    clusters.require(Members.text(body, "cluster"));
    Service service = required(known);
    if (!service.isActive()) {
      throw AwsError.client("ServiceNotActiveException", "Service was not ACTIVE.");
    }
    checkController(service, body);
    @Nullable TaskDefinition definition =
        wanted == null ? service.taskDefinition : usable(wanted, found);
    ObjectNode configuration = service.configuration.json().deepCopy();
    merge(configuration, Members.object(body, "deploymentConfiguration"));
    DeploymentConfiguration read = DeploymentConfiguration.of(configuration, service.isDaemon());
    if (service.isDaemon() && body.has("desiredCount")) {
      throw invalid(
          "The daemon scheduling strategy does not support a desired count for services. Remove"
              + " the desired count value and try again.");
    }
    int desired = desiredCount(body, service.desiredCount);
    ObjectNode settings = service.settings.deepCopy();
    ObjectNode changes = body.deepCopy();
    changes.remove(NOT_SETTINGS);
    settings.setAll(changes);
    if (!settings.path("capacityProviderStrategy").isEmpty()) {
      settings.remove("launchType");
    }
    boolean deploys =
        definition != service.taskDefinition
            || Members.flag(body, "forceNewDeployment")
            || START_A_DEPLOYMENT.stream()
                .anyMatch(it -> !Objects.equals(settings.get(it), service.settings.get(it)));
    Service changed =
        new Service(
            service.cluster,
            service.name,
            service.arn,
            service.createdAt,
            service.createdBy,
            service.tags,
            settings,
            desired,
            read,
            definition);
    if (definition != null) {
      fits(changed, definition);
    }

    service.settings.removeAll();
    service.settings.setAll(settings);
    service.configuration = read;
    service.taskDefinition = definition;
    if (desired != service.desiredCount) {
      context
          .journal()
          .note(
              "ecs",
              service.name + ": desired count " + service.desiredCount + " becomes " + desired);
      service.desiredCount = desired;
      service.steady = false;
    }
    if (deploys && definition != null) {
      scheduler.deploy(service, definition);
    } else {
      scheduler.wake(service);
    }
    return output(service, true);
  }

  private static void checkController(Service service, ObjectNode body) {
    boolean deploys =
        body.has("taskDefinition")
            || Members.flag(body, "forceNewDeployment")
            || START_A_DEPLOYMENT.stream().anyMatch(body::has);
    if (deploys && service.controller().equals("CODE_DEPLOY")) {
      throw invalid(
          "Unable to update task definition on services with a CODE_DEPLOY deployment controller."
              + " Use AWS CodeDeploy to trigger a new deployment.");
    }
    if (deploys && service.controller().equals("EXTERNAL")) {
      throw invalid(
          "Unable to update task definition on services with an EXTERNAL deployment controller."
              + " Use task sets instead.");
    }
  }

  /** A revision that new tasks may be started of. */
  private static TaskDefinition usable(
      @Nullable String reference, @Nullable TaskDefinition definition) {
    if (reference == null) {
      throw invalid("TaskDefinition can not be blank.");
    }
    if (definition == null) {
      throw AwsError.client("ClientException", "TaskDefinition not found.");
    }
    if (!definition.isActive()) {
      throw AwsError.client("ClientException", "TaskDefinition is inactive");
    }
    return definition;
  }

  /** Throws what ECS answers where a service cannot run a task definition. */
  private static void fits(Service service, TaskDefinition definition) {
    if (service.runsOnFargate()) {
      if (service.isDaemon()) {
        throw invalid("The daemon scheduling strategy is not supported on Fargate.");
      }
      if (!definition.isCompatibleWithFargate()) {
        throw invalid("Task definition does not support launch_type FARGATE.");
      }
    }
    if (definition.usesAwsvpc() && !service.settings.has("networkConfiguration")) {
      throw invalid(
          "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
    }
    for (JsonNode balancer : service.settings.path("loadBalancers")) {
      String name = balancer.path("containerName").asText();
      ObjectNode container = definition.container(name);
      if (container == null) {
        throw invalid("The container " + name + " does not exist in the task definition.");
      }
      int port = balancer.path("containerPort").asInt();
      boolean mapped = false;
      for (JsonNode mapping : container.path("portMappings")) {
        mapped |= mapping.path("containerPort").asInt() == port;
      }
      if (!mapped) {
        throw invalid(
            "The container " + name + " did not have a container port " + port + " defined.");
      }
    }
  }

  private static int desiredCount(ObjectNode body, int otherwise) {
    int desired = Members.integer(body, "desiredCount", otherwise);
    if (desired < 0) {
      throw invalid("Desired count can not be negative.");
    }
    return desired;
  }

  /** Members that are absent stay as they are; present ones replace the old as a whole. */
  private static void merge(ObjectNode configuration, @Nullable ObjectNode changes) {
    if (changes != null) {
      configuration.setAll(changes.deepCopy());
    }
  }

  ObjectNode describe(Caller caller, ObjectNode body) {
    List<String> references = Members.texts(body, "services");
    if (references.isEmpty() || references.size() > DESCRIBED_AT_ONCE) {
      throw invalid(
          references.isEmpty()
              ? "Services cannot be empty."
              : "A maximum of " + DESCRIBED_AT_ONCE + " services can be described at once.");
    }
    boolean withTags = Members.texts(body, "include").contains("TAGS");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    for (String each : references) {
      Service known = find(body, each);
      Permissions question = ask(caller, "ecs:DescribeServices", clusterName);
      (known == null ? question : question.resourceTags(known.tags))
          .on(context.arns().service(clusterName, Arns.lastPart(each)));
    }
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    Map<String, ObjectNode> old = staleReads.forThisCall();
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("services");
    ArrayNode failures = output.putArray("failures");
    for (String each : references) {
      Service service = cluster.service(each);
      if (service == null) {
        failures
            .addObject()
            .put("arn", context.arns().service(cluster.name, Arns.lastPart(each)))
            .put("reason", "MISSING");
        continue;
      }
      ObjectNode json =
          old.getOrDefault(service.arn, ServiceJson.service(service, true)).deepCopy();
      if (!withTags) {
        json.remove("tags");
      }
      found.add(json);
    }
    return output;
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    ask(caller, "ecs:ListServices", clusterName).on("*");
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    String launchType = Members.text(body, "launchType");
    String strategy = Members.text(body, "schedulingStrategy");
    List<String> arns =
        cluster.services().stream()
            .filter(it -> !it.status.equals("INACTIVE"))
            .filter(it ->
                launchType == null || launchType.equals(Members.text(it.settings, "launchType")))
            .filter(it ->
                strategy == null
                    || strategy.equals(Members.text(it.settings, "schedulingStrategy")))
            .map(it -> it.arn)
            .toList();
    Page<String> page = Page.of(arns, body, 10, 100);
    ObjectNode output = JSON.objectNode();
    page.items().forEach(output.putArray("serviceArns")::add);
    return page.tokenInto(output);
  }

  ObjectNode delete(Caller caller, ObjectNode body) {
    String reference = Members.required(body, "service");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Service known = find(body, reference);
    Permissions question = ask(caller, "ecs:DeleteService", clusterName);
    (known == null ? question : question.resourceTags(known.tags))
        .on(context.arns().service(clusterName, Arns.lastPart(reference)));
    clusters.require(Members.text(body, "cluster"));
    Service service = required(known);
    if (!service.isActive()) {
      throw AwsError.client("ServiceNotActiveException", "Service was not ACTIVE.");
    }
    if (!service.isDaemon() && service.desiredCount > 0 && !Members.flag(body, "force")) {
      throw invalid(
          "The service cannot be stopped while it is scaled above 0. Update the desired count to 0"
              + " or use force.");
    }
    service.status = "DRAINING";
    service.desiredCount = 0;
    service.serviceDeployments.clear();
    context.journal().note("ecs", service.name + ": is being deleted");
    scheduler.wake(service);
    return output(service, true);
  }

  /** There are none: nothing here makes a task set. */
  ObjectNode describeTaskSets(Caller caller, ObjectNode body) {
    String reference = Members.required(body, "service");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Service known = find(body, reference);
    Permissions question = ask(caller, "ecs:DescribeTaskSets", clusterName);
    (known == null ? question : question.resourceTags(known.tags))
        .on(context.arns().service(clusterName, Arns.lastPart(reference)));
    clusters.require(Members.text(body, "cluster"));
    required(known);
    ObjectNode output = JSON.objectNode();
    output.putArray("taskSets");
    ArrayNode failures = output.putArray("failures");
    for (String arn : Members.texts(body, "taskSets")) {
      failures.addObject().put("arn", arn).put("reason", "MISSING");
    }
    return output;
  }

  private static ObjectNode output(Service service, boolean withTags) {
    ObjectNode output = JSON.objectNode();
    output.set("service", ServiceJson.service(service, withTags));
    return output;
  }

  private @Nullable Service find(ObjectNode body, String reference) {
    Cluster cluster = clusters.find(Members.text(body, "cluster"));
    return cluster == null ? null : cluster.service(reference);
  }

  private static Service required(@Nullable Service service) {
    if (service == null) {
      throw AwsError.client("ServiceNotFoundException", "Service not found.");
    }
    return service;
  }

  private Permissions ask(Caller caller, String action, String clusterName) {
    return Permissions.ask(context.authorizer(), caller, action)
        .with("ecs:cluster", context.arns().cluster(clusterName));
  }

  private static Permissions settingsContext(
      Permissions question, ObjectNode body, @Nullable TaskDefinition definition) {
    JsonNode provider = body.path("capacityProviderStrategy").path(0);
    JsonNode addresses = body.path("networkConfiguration").path("awsvpcConfiguration");
    String publicIp = Members.text(addresses, "assignPublicIp");
    return question
        .with("ecs:task-definition", definition == null ? null : definition.arn)
        .with("ecs:capacity-provider", Members.text(provider, "capacityProvider"))
        .with("ecs:enable-execute-command", Members.text(body, "enableExecuteCommand"))
        .with("ecs:enable-ecs-managed-tags", Members.text(body, "enableECSManagedTags"))
        .with("ecs:propagate-tags", Members.text(body, "propagateTags"))
        .with(
            "ecs:auto-assign-public-ip",
            publicIp == null ? null : String.valueOf(publicIp.equals("ENABLED")));
  }

  /**
   * The roles that ECS itself is to assume for a service. The roles of its tasks were passed when
   * the task definition was registered.
   */
  private void passRoles(Caller caller, ObjectNode body) {
    passRole(caller, Members.text(body, "role"));
    for (JsonNode balancer : body.path("loadBalancers")) {
      passRole(caller, Members.text(balancer.path("advancedConfiguration"), "roleArn"));
    }
    for (JsonNode volume : body.path("volumeConfigurations")) {
      passRole(caller, Members.text(volume.path("managedEBSVolume"), "roleArn"));
    }
    for (JsonNode service : body.path("serviceConnectConfiguration").path("services")) {
      passRole(caller, Members.text(service.path("tls"), "roleArn"));
    }
  }

  private void passRole(Caller caller, @Nullable String role) {
    if (role != null) {
      Permissions.ask(context.authorizer(), caller, "iam:PassRole")
          .with("iam:PassedToService", "ecs.amazonaws.com")
          .on(role);
    }
  }

  private static AwsError invalid(String message) {
    return AwsError.client("InvalidParameterException", message);
  }
}
