package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecs.Task.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens: EventBridge events, services' own event messages, and the journal.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html">Amazon
 *     ECS events</a>
 */
final class EcsEvents {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final EcsContext context;

  EcsEvents(EcsContext context) {
    this.context = context;
  }

  /** A task's state, or the health of one of its containers, has changed. */
  void taskChanged(Task task) {
    ObjectNode detail = TaskJson.detail(task);
    // of the event only: DescribeTasks does not have it
    detail.set("updatedAt", TaskJson.iso(task.updatedAt));
    context.events().emit("aws.ecs", "ECS Task State Change", List.of(task.arn), detail);
    if (task.lastStatus == Status.STOPPED) {
      journal(task.service, task.describe() + " has STOPPED");
    }
  }

  /** A task has failed by itself. */
  void failed(Task task) {
    String codes =
        task.containers.stream()
            .filter(it -> it.exitCode != null)
            .map(it -> it.name + " exited with code " + it.exitCode)
            .collect(Collectors.joining(", "));
    journal(
        task.service,
        task.describe() + " failed: " + (codes.isEmpty() ? task.stoppedReason : codes));
  }

  void deploymentInProgress(Service service, Deployment deployment) {
    deploymentChanged(service, deployment, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS");
    journal(service, "rollout of " + deployment.revision.taskDefinition.shortName() + " has begun");
  }

  void deploymentCompleted(Service service, Deployment deployment) {
    message(service, "(deployment " + deployment.id + ") deployment completed.");
    deploymentChanged(service, deployment, "INFO", "SERVICE_DEPLOYMENT_COMPLETED");
    journal(
        service,
        "rollout of "
            + deployment.revision.taskDefinition.shortName()
            + " completed in "
            + Duration.between(deployment.since, now()).toSeconds()
            + " s");
  }

  /**
   * A deployment failed.
   *
   * @param cause such as {@code tasks failed to start.}
   */
  void deploymentFailed(Service service, Deployment deployment, String cause) {
    message(service, "(deployment " + deployment.id + ") deployment failed: " + cause);
    deploymentChanged(service, deployment, "ERROR", "SERVICE_DEPLOYMENT_FAILED");
    journal(
        service,
        "rollout of " + deployment.revision.taskDefinition.shortName() + " FAILED: " + cause);
  }

  void rollingBack(Service service, Deployment deployment) {
    message(service, "rolling back to deployment " + deployment.id + ".");
    deploymentChanged(service, deployment, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS");
    journal(service, "rolling back to " + deployment.revision.taskDefinition.shortName());
  }

  private void deploymentChanged(Service service, Deployment deployment, String type, String name) {
    if (!service.isRolledByEcs()) {
      return;
    }
    ObjectNode detail =
        JSON.objectNode()
            .put("eventType", type)
            .put("eventName", name)
            .put("clusterArn", service.cluster.arn)
            .put("deploymentId", deployment.id);
    detail.set("updatedAt", TaskJson.iso(deployment.updatedAt));
    detail.put("reason", deployment.rolloutStateReason);
    context.events().emit("aws.ecs", "ECS Deployment State Change", List.of(service.arn), detail);
  }

  /** A pause hook waits, or has ended. */
  void hookChanged(Service service, ServiceDeployment deployment, ServiceDeployment.Pause pause) {
    ObjectNode detail =
        JSON.objectNode()
            .put("eventType", pause.status.equals("FAILED") ? "ERROR" : "INFO")
            .put("eventName", "HOOK_" + pause.status)
            .put("hookId", pause.id)
            .put("hookType", "PAUSE")
            .put("expiresAt", pause.expiresAt.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("lifecycleStage", deployment.stage)
            .put("clusterArn", service.cluster.arn)
            .put("serviceArn", service.arn)
            .put("serviceDeploymentArn", deployment.arn);
    detail.set("updatedAt", TaskJson.iso(now()));
    context.events().emit("aws.ecs", "ECS Hook State Change", List.of(deployment.arn), detail);
    journal(service, "pause hook of " + deployment.stage + ": " + pause.status);
  }

  void steady(Service service) {
    message(service, "has reached a steady state.");
    serviceAction(service, "INFO", "SERVICE_STEADY_STATE");
  }

  void impaired(Service service) {
    if (message(service, "is unable to consistently start tasks successfully.")) {
      serviceAction(service, "WARN", "SERVICE_TASK_START_IMPAIRED");
      journal(service, "is unable to consistently start tasks");
    }
  }

  /** Neither a start nor a stop is allowed by minimumHealthyPercent and maximumPercent. */
  void stalled(Service service) {
    boolean fresh =
        message(
            service,
            "was unable to stop or start tasks during a deployment because of the service"
                + " deployment configuration. Update the minimumHealthyPercent or maximumPercent"
                + " value and try again.");
    if (fresh) {
      journal(
          service,
          "the rollout stalls: minimumHealthyPercent "
              + service.configuration.minimumHealthyPercent()
              + " and maximumPercent "
              + service.configuration.maximumPercent()
              + " of "
              + service.wanted()
              + " allow neither a start nor a stop");
    }
  }

  private void serviceAction(Service service, String type, String name) {
    serviceAction(service, type, name, null);
  }

  private void serviceAction(Service service, String type, String name, @Nullable String reason) {
    ObjectNode detail =
        JSON.objectNode()
            .put("eventType", type)
            .put("eventName", name)
            .put("clusterArn", service.cluster.arn);
    detail.set("createdAt", TaskJson.iso(now()));
    if (reason != null) {
      detail.put("reason", reason);
    }
    context.events().emit("aws.ecs", "ECS Service Action", List.of(service.arn), detail);
  }

  void started(Service service, List<Task> tasks, int replacing) {
    message(
        service,
        "has started "
            + tasks.size()
            + " tasks: "
            + tasks.stream().map(it -> "(task " + it.id + ")").collect(Collectors.joining(" "))
            + "."
            + (replacing == 0
                ? ""
                : " Amazon ECS replaced " + replacing + " tasks due to an unhealthy status."));
    journal(service, "starts " + ofRevision(tasks));
  }

  void stopped(Service service, List<Task> tasks, boolean running) {
    if (running) {
      String targetGroup = service.targetGroup();
      message(
          service,
          "has stopped "
              + tasks.size()
              + " running tasks: "
              + tasks.stream().map(it -> "(task " + it.id + ")").collect(Collectors.joining(" "))
              + ".");
      if (targetGroup != null) {
        message(
            service,
            "deregistered " + tasks.size() + " targets in (target-group " + targetGroup + ")");
        message(service, "has begun draining connections on " + tasks.size() + " tasks.");
      }
    } else {
      message(service, "stopped " + tasks.size() + " pending tasks.");
    }
    journal(service, "stops " + ofRevision(tasks));
  }

  void running(Task task) {
    journal(task.service, task.describe() + " is RUNNING");
    String targetGroup = task.service.targetGroup();
    if (targetGroup != null) {
      message(task.service, "registered 1 targets in (target-group " + targetGroup + ")");
    }
  }

  void unhealthy(Task task) {
    String targetGroup = task.service.targetGroup();
    String reason = String.valueOf(task.unhealthy);
    message(
        task.service,
        "(task "
            + task.id
            + ") "
            + (targetGroup != null && reason.contains("ELB")
                ? "(port "
                    + task.service.settings.at("/loadBalancers/0/containerPort").asText()
                    + ") is unhealthy in (target-group "
                    + targetGroup
                    + ") due to (reason Health checks failed with these codes: [503])"
                : "failed container health checks")
            + ".");
    journal(task.service, task.describe() + " is unhealthy: " + reason);
  }

  /** Fargate has no room for a task: none is made. */
  void withoutCapacity(Service service) {
    message(
        service,
        "was unable to place a task. The reason for failure is Capacity is unavailable at this"
            + " time. Please try again later or in a different availability zone.");
    serviceAction(service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", "RESOURCE:FARGATE");
    journal(service, "has no capacity for a task");
  }

  /** The tasks' role is gone, or does not trust ECS: no task is made. */
  void unassumableRole(Service service, String role) {
    message(
        service,
        "failed to launch a task with (error ECS was unable to assume the role '"
            + role
            + "' that was provided for this task. Please verify that the role being passed has the"
            + " proper trust relationship and permissions and that your IAM user has permissions to"
            + " pass this role.).");
    journal(service, "cannot assume the role of a task");
  }

  void unableToPlace(Task task) {
    message(task.service, "was unable to place a task. Reason: " + task.stoppedReason + ".");
  }

  /** Adds a message unless it is the newest already; tells whether it was added. */
  private boolean message(Service service, String text) {
    String message = "(service " + service.name + ") " + text;
    if (!service.events.isEmpty() && service.events.getFirst().message().equals(message)) {
      return false;
    }
    service.addEvent(new Service.Event(context.ids().uuid(), now(), message));
    return true;
  }

  private static String ofRevision(List<Task> tasks) {
    return tasks.stream()
        .collect(
            Collectors.groupingBy(
                it -> it.taskDefinition().shortName(),
                java.util.TreeMap::new,
                Collectors.counting()))
        .entrySet()
        .stream()
        .map(it -> it.getValue() + (it.getValue() == 1 ? " task of " : " tasks of ") + it.getKey())
        .collect(Collectors.joining(", "));
  }

  void journal(Service service, String line) {
    context.journal().note("ecs", service.name + ": " + line);
  }

  private Instant now() {
    return context.world().now();
  }
}
