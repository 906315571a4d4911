package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task. */
final class Task {
  /** ECS's {@code lastStatus}. */
  enum Status {
    PROVISIONING,
    PENDING,
    ACTIVATING,
    RUNNING,
    DEACTIVATING,
    STOPPING,
    DEPROVISIONING,
    STOPPED
  }

  /** What the scheduler counts a task as. */
  enum Condition {
    STARTING,
    SETTLING,
    HEALTHY,
    UNHEALTHY,
    STOPPING
  }

  /** ECS's {@code healthStatus}. */
  enum Health {
    UNKNOWN,
    HEALTHY,
    UNHEALTHY
  }

  /** A container of a task. */
  static final class Container {
    final String arn;
    final String name;
    final boolean essential;
    final @Nullable ObjectNode healthCheck;

    /** Where it logs; null if that is not to CloudWatch Logs. */
    final @Nullable AwsLogs log;

    /** As the task definition names it. */
    final String image;

    final String cpu;

    /** What was pulled; of an image index, its own digest. */
    @Nullable String digest;

    /** The same as ECS shows it: of an image index, perhaps that of the platform's image. */
    @Nullable String shownDigest;

    @Nullable String runtimeId;
    String lastStatus = "PENDING";
    Health health = Health.UNKNOWN;
    @Nullable Integer exitCode;
    @Nullable String reason;
    ContainerBehaviour behaviour = ContainerBehaviour.WELL;

    Container(String arn, ObjectNode definition) {
      this.arn = arn;
      this.name = definition.path("name").asText();
      this.essential = definition.path("essential").asBoolean(true);
      this.healthCheck = Members.object(definition, "healthCheck");
      this.log = AwsLogs.of(definition);
      this.image = definition.path("image").asText();
      this.cpu = definition.path("cpu").asText("0");
    }
  }

  final String id;
  final String arn;
  final Service service;
  final Deployment deployment;
  final Instant createdAt;
  final Tags tags;
  final String attachmentId;
  final String privateAddress;

  /** Where a task on EC2 runs. */
  final @Nullable String containerInstance;

  final List<Container> containers = new ArrayList<>();

  Status lastStatus;
  boolean desiredToRun = true;

  /** Whether it counted as healthy at any time. */
  boolean wasHealthy;

  /** Whether the load balancer finds it healthy. */
  boolean targetHealthy;

  /** Whether all its health checks pass, or 40 s went by where it has none. */
  boolean healthy;

  /** Why it counts as unhealthy; null if it does not. */
  @Nullable String unhealthy;

  /** Until when neither scale-in nor a deployment stops it. */
  @Nullable Instant protectedUntil;

  int version;
  Instant updatedAt;
  @Nullable Instant pullStartedAt;
  @Nullable Instant pullStoppedAt;
  @Nullable Instant connectivityAt;
  @Nullable Instant startedAt;
  @Nullable Instant stoppingAt;
  @Nullable Instant executionStoppedAt;
  @Nullable Instant stoppedAt;
  @Nullable String stopCode;
  @Nullable String stoppedReason;

  /** What is due to happen to it; cancelled when it stops. */
  final List<World.Entry> due = new ArrayList<>();

  Task(
      String id,
      String arn,
      Service service,
      Deployment deployment,
      Instant createdAt,
      Tags tags,
      String attachmentId,
      String privateAddress,
      @Nullable String containerInstance,
      Status lastStatus) {
    this.id = id;
    this.arn = arn;
    this.service = service;
    this.deployment = deployment;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
    this.tags = tags;
    this.attachmentId = attachmentId;
    this.privateAddress = privateAddress;
    this.containerInstance = containerInstance;
    this.lastStatus = lastStatus;
  }

  TaskDefinition taskDefinition() {
    return deployment.revision.taskDefinition;
  }

  /**
   * A container's image as ECS shows it: once the tag was resolved for the service revision, tag
   * and digest.
   */
  String imageOf(Container container) {
    String settled = deployment.revision.digests.get(container.name);
    return settled == null || container.image.contains("@")
        ? container.image
        : container.image + "@" + settled;
  }

  /** Such as {@code task 3f2a1c… of web:7}. */
  String describe() {
    return "task " + id.substring(0, 6) + "… of " + taskDefinition().shortName();
  }

  Condition condition() {
    if (!desiredToRun) {
      return Condition.STOPPING;
    }
    if (lastStatus != Status.RUNNING) {
      return Condition.STARTING;
    }
    if (unhealthy != null) {
      return Condition.UNHEALTHY;
    }
    return healthy ? Condition.HEALTHY : Condition.SETTLING;
  }

  /** Whether it has a network interface of its own, which takes time to make and to remove. */
  boolean hasNetworkInterface() {
    return service.runsOnFargate() || taskDefinition().usesAwsvpc();
  }

  /** Whether neither scale-in nor a deployment stops it. */
  boolean isProtected(Instant now) {
    return protectedUntil != null && protectedUntil.isAfter(now);
  }

  /** Whether any essential container has a health check. */
  boolean hasHealthCheck() {
    return containers.stream().anyMatch(it -> it.essential && it.healthCheck != null);
  }

  /** Of the essential containers that have a health check. */
  Health health() {
    Health health = Health.UNKNOWN;
    for (Container container : containers) {
      if (container.essential && container.healthCheck != null) {
        if (container.health != Health.HEALTHY) {
          return container.health;
        }
        health = Health.HEALTHY;
      }
    }
    return health;
  }
}
