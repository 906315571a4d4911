package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service. */
final class Service {
  /** For which stopped tasks can still be described. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  /** A line of {@code events}. */
  record Event(String id, Instant createdAt, String message) {}

  /** A look of the scheduler that is due. */
  record Pass(Instant due, World.Entry entry) {}

  final Cluster cluster;
  final String name;
  final String arn;
  final Instant createdAt;
  final String createdBy;
  final Tags tags;

  /** How often its tags have changed. */
  int tagVersion;

  /**
   * Members of CreateService and UpdateService that are kept as they came: network configuration,
   * load balancers, launch type, …; members unknown here included.
   */
  final ObjectNode settings;

  String status = "ACTIVE";
  int desiredCount;
  DeploymentConfiguration configuration;

  /** Null for a service with the controller EXTERNAL that was created without one. */
  @Nullable TaskDefinition taskDefinition;

  /** The PRIMARY deployment first, then the ACTIVE ones, newest first. */
  final List<Deployment> deployments = new ArrayList<>();

  /** What a rollback goes back to. */
  @Nullable Deployment lastCompleted;

  /** Newest first. */
  final List<ServiceDeployment> serviceDeployments = new ArrayList<>();

  /** Newest first. */
  final List<ServiceRevision> revisions = new ArrayList<>();

  /** Newest first. */
  final Deque<Event> events = new ArrayDeque<>();

  /** All tasks, those that stopped within the last hour included, oldest first. */
  final List<Task> tasks = new ArrayList<>();

  /** Whether nothing has changed since the last steady state was announced. */
  boolean steady;

  /** The scheduler's next look at the service, if one is due. */
  @Nullable Pass nextPass;

  Service(
      Cluster cluster,
      String name,
      String arn,
      Instant createdAt,
      String createdBy,
      Tags tags,
      ObjectNode settings,
      int desiredCount,
      DeploymentConfiguration configuration,
      @Nullable TaskDefinition taskDefinition) {
    this.cluster = cluster;
    this.name = name;
    this.arn = arn;
    this.createdAt = createdAt;
    this.createdBy = createdBy;
    this.tags = tags;
    this.settings = settings;
    this.desiredCount = desiredCount;
    this.configuration = configuration;
    this.taskDefinition = taskDefinition;
  }

  boolean isActive() {
    return status.equals("ACTIVE");
  }

  boolean isDaemon() {
    return "DAEMON".equals(Members.text(settings, "schedulingStrategy"));
  }

  /** {@code ECS}, {@code CODE_DEPLOY} or {@code EXTERNAL}. */
  String controller() {
    String type = Members.text(settings.path("deploymentController"), "type");
    return type == null ? "ECS" : type;
  }

  /** Whether ECS itself rolls the service, and so reports deployments. */
  boolean isRolledByEcs() {
    return controller().equals("ECS");
  }

  boolean runsOnFargate() {
    JsonNode strategy = settings.path("capacityProviderStrategy");
    if (strategy.isEmpty()) {
      return "FARGATE".equals(Members.text(settings, "launchType"));
    }
    for (JsonNode provider : strategy) {
      if (!provider.path("capacityProvider").asText().startsWith("FARGATE")) {
        return false;
      }
    }
    return true;
  }

  /** The target group or load balancer behind which the tasks are; null without one. */
  @Nullable String targetGroup() {
    for (JsonNode balancer : settings.path("loadBalancers")) {
      String arn = Members.text(balancer, "targetGroupArn");
      return arn == null ? balancer.path("loadBalancerName").asText() : arn;
    }
    return null;
  }

  Duration healthCheckGracePeriod() {
    return Duration.ofSeconds(Members.integer(settings, "healthCheckGracePeriodSeconds", 0));
  }

  /** Tasks that ECS aims at: for a DAEMON service, one for each container instance. */
  int wanted() {
    if (!isActive() || controller().equals("EXTERNAL")) {
      return 0;
    }
    return isDaemon() ? cluster.containerInstances.size() : desiredCount;
  }

  /** The PRIMARY deployment; null for a service that has none, such as one that ended. */
  @Nullable Deployment primary() {
    return deployments.isEmpty() ? null : deployments.getFirst();
  }

  /** The service deployment that is under way. */
  @Nullable ServiceDeployment ongoing() {
    ServiceDeployment newest = serviceDeployments.isEmpty() ? null : serviceDeployments.getFirst();
    return newest == null || newest.status.terminal ? null : newest;
  }

  int runningCount() {
    return deployments.stream().mapToInt(Deployment::runningCount).sum();
  }

  int pendingCount() {
    return deployments.stream().mapToInt(Deployment::pendingCount).sum();
  }

  void forgetOldTasks(Instant now) {
    Instant since = now.minus(REMEMBERED);
    tasks.removeIf(task -> task.stoppedAt != null && task.stoppedAt.isBefore(since));
  }

  void addEvent(Event event) {
    events.addFirst(event);
    if (events.size() > 100) {
      events.removeLast();
    }
  }
}
