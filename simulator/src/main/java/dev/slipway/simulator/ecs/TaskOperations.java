package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operations on tasks. */
final class TaskOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DESCRIBED_AT_ONCE = 100;
  private final EcsContext context;
  private final Clusters clusters;
  private final ServiceScheduler scheduler;

  TaskOperations(EcsContext context, Clusters clusters, ServiceScheduler scheduler) {
    this.context = context;
    this.clusters = clusters;
    this.scheduler = scheduler;
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    ask(caller, "ecs:ListTasks", clusterName)
        .on(context.arns().containerInstance(clusterName, "*"));
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    String service = Members.text(body, "serviceName");
    String family = Members.text(body, "family");
    String startedBy = Members.text(body, "startedBy");
    String launchType = Members.text(body, "launchType");
    String instance = Members.text(body, "containerInstance");
    String desired = Members.text(body, "desiredStatus");
    boolean running = !"STOPPED".equals(desired);
    if (startedBy != null
        && Stream.of(service, family, instance, launchType).anyMatch(Objects::nonNull)) {
      throw AwsError.client(
          "InvalidParameterException", "startedBy must be the only filter that is used.");
    }
    Service only = service == null ? null : cluster.service(service);
    if (service != null && only == null) {
      throw AwsError.client("ServiceNotFoundException", "Service not found.");
    }
    List<Task> tasks = only == null ? tasks(cluster) : tasks(only);
    List<String> arns =
        tasks.stream()
            .filter(it -> it.desiredToRun == running)
            .filter(it -> family == null || it.taskDefinition().family.equals(family))
            .filter(it -> startedBy == null || it.deployment.id.equals(startedBy))
            .filter(it ->
                launchType == null
                    || launchType.equals(it.service.runsOnFargate() ? "FARGATE" : "EC2"))
            .filter(it ->
                instance == null
                    || (it.containerInstance != null
                        && Arns.lastPart(instance).equals(Arns.lastPart(it.containerInstance))))
            .map(it -> it.arn)
            .toList();
    Page<String> page = Page.of(arns, body, 100, 100);
    ObjectNode output = JSON.objectNode();
    page.items().forEach(output.putArray("taskArns")::add);
    return page.tokenInto(output);
  }

  ObjectNode describe(Caller caller, ObjectNode body) {
    List<String> references = Members.texts(body, "tasks");
    if (references.isEmpty() || references.size() > DESCRIBED_AT_ONCE) {
      throw AwsError.client(
          "InvalidParameterException",
          references.isEmpty()
              ? "Tasks cannot be empty."
              : "A maximum of " + DESCRIBED_AT_ONCE + " tasks can be described at once.");
    }
    boolean withTags = Members.texts(body, "include").contains("TAGS");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Cluster known = clusters.find(clusterName);
    for (String each : references) {
      Task task = known == null ? null : find(known, each);
      Permissions question = ask(caller, "ecs:DescribeTasks", clusterName);
      (task == null ? question : question.resourceTags(task.tags))
          .on(context.arns().task(clusterName, Arns.lastPart(each)));
    }
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("tasks");
    ArrayNode failures = output.putArray("failures");
    for (String each : references) {
      Task task = find(cluster, each);
      if (task == null) {
        failures
            .addObject()
            .put("arn", context.arns().task(cluster.name, Arns.lastPart(each)))
            .put("reason", "MISSING");
      } else {
        found.add(json(task, withTags));
      }
    }
    return output;
  }

  ObjectNode stop(Caller caller, ObjectNode body) {
    String reference = Members.required(body, "task");
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Cluster known = clusters.find(clusterName);
    Task task = known == null ? null : find(known, reference);
    Permissions question = ask(caller, "ecs:StopTask", clusterName);
    (task == null ? question : question.resourceTags(task.tags))
        .on(context.arns().task(clusterName, Arns.lastPart(reference)));
    clusters.require(Members.text(body, "cluster"));
    if (task == null) {
      throw AwsError.client("InvalidParameterException", "The referenced task was not found.");
    }
    String reason = Members.text(body, "reason");
    scheduler.stop(task, reason == null ? "Task stopped by user" : reason);
    ObjectNode output = JSON.objectNode();
    output.set("task", json(task, true));
    return output;
  }

  ObjectNode getProtection(Caller caller, ObjectNode body) {
    return protection(caller, "ecs:GetTaskProtection", body, _ -> {});
  }

  /**
   * Turns scale-in protection on or off.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html">UpdateTaskProtection</a>
   */
  ObjectNode updateProtection(Caller caller, ObjectNode body) {
    boolean enabled = Members.flag(body, "protectionEnabled");
    int minutes = Members.integer(body, "expiresInMinutes", 120);
    if (minutes < 1 || minutes > 2880) {
      throw AwsError.client(
          "InvalidParameterException", "expiresInMinutes must be between 1 and 2880.");
    }
    Instant until = context.world().now().plus(Duration.ofMinutes(minutes));
    return protection(
        caller,
        "ecs:UpdateTaskProtection",
        body,
        task -> scheduler.protect(task, enabled ? until : null));
  }

  private ObjectNode protection(
      Caller caller, String action, ObjectNode body, Consumer<Task> change) {
    String clusterName = Clusters.name(Members.text(body, "cluster"));
    Cluster known = clusters.find(clusterName);
    List<String> references = Members.texts(body, "tasks");
    for (String each : references) {
      Task task = known == null ? null : find(known, each);
      Permissions question = ask(caller, action, clusterName);
      (task == null ? question : question.resourceTags(task.tags))
          .on(context.arns().task(clusterName, Arns.lastPart(each)));
    }
    Cluster cluster = clusters.require(Members.text(body, "cluster"));
    ObjectNode output = JSON.objectNode();
    ArrayNode found = output.putArray("protectedTasks");
    ArrayNode failures = output.putArray("failures");
    for (String each : references) {
      Task task = find(cluster, each);
      if (task == null || !task.desiredToRun) {
        failures
            .addObject()
            .put("arn", context.arns().task(cluster.name, Arns.lastPart(each)))
            .put("reason", task == null ? "MISSING" : "TASK_NOT_VALID");
        continue;
      }
      change.accept(task);
      boolean isProtected = task.isProtected(context.world().now());
      ObjectNode line =
          found.addObject().put("taskArn", task.arn).put("protectionEnabled", isProtected);
      if (isProtected && task.protectedUntil != null) {
        line.set("expirationDate", Members.timestamp(task.protectedUntil));
      }
    }
    return output;
  }

  private static ObjectNode json(Task task, boolean withTags) {
    ObjectNode json = TaskJson.answer(task);
    if (withTags) {
      json.set("tags", task.tags.json());
    }
    return json;
  }

  private List<Task> tasks(Cluster cluster) {
    return cluster.services().stream().flatMap(it -> tasks(it).stream()).toList();
  }

  private List<Task> tasks(Service service) {
    service.forgetOldTasks(context.world().now());
    return service.tasks;
  }

  private @Nullable Task find(Cluster cluster, String idOrArn) {
    String id = Arns.lastPart(idOrArn);
    return tasks(cluster).stream().filter(it -> it.id.equals(id)).findFirst().orElse(null);
  }

  private Permissions ask(Caller caller, String action, String clusterName) {
    return Permissions.ask(context.authorizer(), caller, action)
        .with("ecs:cluster", context.arns().cluster(clusterName));
  }
}
