package dev.slipway.simulator.ecs;

import dev.slipway.simulator.ecr.ImageSource.Pull;
import dev.slipway.simulator.ecs.Task.Container;
import dev.slipway.simulator.ecs.Task.Health;
import dev.slipway.simulator.ecs.Task.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes tasks through their states.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html">Task
 *     lifecycle</a>
 */
final class TaskLifecycle {
  /** Hears what the service scheduler has to act on. */
  interface Listener {
    /** A task is RUNNING. */
    void running(Task task);

    /** A task counts as healthy from now on. */
    void becameHealthy(Task task);

    /** A task failed a health check and counts as unhealthy from now on. */
    void becameUnhealthy(Task task);

    /** A task failed by itself and is on its way to STOPPED. */
    void failed(Task task);

    /** A task has stopped. */
    void stopped(Task task);
  }

  /** Exit codes of containers that are ended from outside. */
  private static final int SIGTERM = 143;

  private static final int SIGKILL = 137;

  private static final Duration SPOT_NOTICE = Duration.ofMinutes(2);

  private final EcsContext context;
  private final EcsEvents events;
  private final Listener listener;
  private boolean showsPlatforms;

  TaskLifecycle(EcsContext context, EcsEvents events, Listener listener) {
    this.context = context;
    this.events = events;
    this.listener = listener;
  }

  /** Whether, of an image index, the digest of the platform's image is shown. */
  void showPlatformDigests(boolean shown) {
    showsPlatforms = shown;
  }

  /** Begins a task that has just been made. */
  void begin(Task task) {
    boolean provisions = task.hasNetworkInterface();
    become(task, provisions ? Status.PROVISIONING : Status.PENDING);
    Duration delay = provisions ? context.timings().provisioning() : Duration.ZERO;
    later(task, delay, this::pull);
  }

  /**
   * Makes a task that has just been made one that has run for a while and is healthy, whatever its
   * image's annotations say. Emits nothing.
   */
  void standUp(Task task) {
    Instant now = now();
    for (Container container : task.containers) {
      String refusal = pull(task, container);
      if (!refusal.isEmpty()) {
        throw new IllegalArgumentException(task.describe() + " cannot run: " + refusal);
      }
      container.lastStatus = "RUNNING";
      container.runtimeId = context.ids().hex32();
      container.health = container.healthCheck == null ? Health.UNKNOWN : Health.HEALTHY;
    }
    task.pullStartedAt = now;
    task.pullStoppedAt = now;
    task.connectivityAt = now;
    task.startedAt = now;
    task.targetHealthy = task.service.targetGroup() != null;
    task.healthy = true;
    task.wasHealthy = true;
    task.lastStatus = Status.RUNNING;
    task.version = 1;
  }

  private void pull(Task task) {
    if (task.lastStatus != Status.PENDING) {
      become(task, Status.PENDING);
    }
    task.pullStartedAt = now();
    task.connectivityAt = task.pullStartedAt;
    List<String> refusals = new ArrayList<>();
    for (Container container : task.containers) {
      String refusal = pull(task, container);
      if (!refusal.isEmpty()) {
        refusals.add(refusal);
      }
    }
    if (refusals.isEmpty()) {
      later(task, context.timings().pulling(), this::openLogs);
    } else {
      String reason = "CannotPullContainerError: " + refusals.getFirst();
      later(task, context.timings().pullGivingUp(), it -> failToStart(it, reason));
    }
  }

  /** A container with the driver awslogs starts only if its log group is there. */
  private void openLogs(Task task) {
    for (Container container : task.containers) {
      AwsLogs log = container.log;
      if (log != null && !context.logs().has(log.group())) {
        if (!log.createsGroup()) {
          failToStart(task, noLogGroup(task, container));
          return;
        }
        context.logs().create(log.group(), null);
      }
    }
    activate(task);
  }

  /** Fargate looks before it starts a container, Docker on EC2 as it starts it. */
  private static String noLogGroup(Task task, Container container) {
    String missing = "ResourceNotFoundException: The specified log group does not exist.";
    if (task.service.runsOnFargate()) {
      return "ResourceInitializationError: failed to validate logger args: create stream has been"
          + " retried 1 times: failed to create Cloudwatch log stream: "
          + missing
          + " : exit status 1";
    }
    container.reason =
        "CannotStartContainerError: Error response from daemon: failed to initialize logging"
            + " driver: failed to create Cloudwatch log stream: "
            + missing;
    return "Task failed to start";
  }

  /** The reason why the image cannot be pulled; empty if it can. */
  private String pull(Task task, Container container) {
    ServiceRevision revision = task.deployment.revision;
    String settled = revision.digests.get(container.name);
    String reference = settled == null ? container.image : atDigest(container.image, settled);
    TaskDefinition definition = task.taskDefinition();
    Pull pull = context.images().pull(reference, definition.os(), definition.architecture());
    switch (pull) {
      case Pull.Elsewhere _ -> {
        return "";
      }
      case Pull.Refused refused -> {
        container.reason = "CannotPullContainerError: " + refused.reason();
        return "pull image manifest has been retried 7 time(s): " + refused.reason();
      }
      case Pull.Pulled pulled -> {
        String shown = showsPlatforms ? pulled.platformDigest() : pulled.digest();
        container.digest = pulled.digest();
        container.shownDigest = shown;
        var found = definition.container(container.name);
        if (found == null || !found.path("versionConsistency").asText().equals("disabled")) {
          revision.digests.putIfAbsent(container.name, pulled.digest());
          revision.shownDigests.putIfAbsent(container.name, shown);
        }
        try {
          container.behaviour = ContainerBehaviour.of(pulled.annotations());
          return "";
        } catch (IllegalArgumentException e) {
          return "the simulator cannot read the image's manifest: " + e.getMessage();
        }
      }
    }
  }

  /** The tag stays where it is, as the errors of pulls in accounts show. */
  private static String atDigest(String image, String digest) {
    int at = image.indexOf('@');
    return (at < 0 ? image : image.substring(0, at)) + "@" + digest;
  }

  private void failToStart(Task task, String reason) {
    task.pullStoppedAt = now();
    leave(task, "TaskFailedToStart", reason, true);
  }

  private void activate(Task task) {
    task.pullStoppedAt = now();
    become(task, Status.ACTIVATING);
    later(task, context.timings().activating(), this::run);
  }

  private void run(Task task) {
    task.startedAt = now();
    for (Container container : task.containers) {
      container.lastStatus = "RUNNING";
      container.runtimeId = context.ids().hex32();
      Duration exitAfter = container.behaviour.exitAfter();
      if (exitAfter == null) {
        print(task, container);
      } else {
        later(task, exitAfter, it -> exit(it, container));
      }
    }
    become(task, Status.RUNNING);
    listener.running(task);
    watchHealth(task);
  }

  private void watchHealth(Task task) {
    String targetGroup = task.service.targetGroup();
    boolean checked = false;
    for (Container container : task.containers) {
      ContainerBehaviour behaviour = container.behaviour;
      if (container.healthCheck != null) {
        checked |= container.essential;
        HealthCheckTiming timing = HealthCheckTiming.of(container.healthCheck);
        Duration pass =
            behaviour.healthyAfter() == null ? timing.firstPass() : behaviour.healthyAfter();
        if (behaviour.healthy() && pass.compareTo(timing.givenUp()) <= 0) {
          later(task, pass, it -> check(it, container, Health.HEALTHY));
        } else {
          later(task, timing.givenUp(), it -> check(it, container, Health.UNHEALTHY));
        }
      }
    }
    if (targetGroup != null) {
      boolean well = task.containers.stream().allMatch(it -> it.behaviour.healthy());
      if (well) {
        Duration slowest = context.timings().targetHealthy();
        for (Container container : task.containers) {
          Duration own = container.behaviour.healthyAfter();
          slowest = own != null && own.compareTo(slowest) > 0 ? own : slowest;
        }
        later(task, slowest, this::targetIsHealthy);
      } else {
        later(
            task,
            context.timings().targetUnhealthy(),
            it ->
                unhealthy(
                    it, "Task failed ELB health checks in (target-group " + targetGroup + ")"));
      }
    } else if (!checked) {
      later(task, context.timings().countedHealthy(), this::countHealthy);
    }
  }

  private void check(Task task, Container container, Health result) {
    container.health = result;
    changed(task);
    if (!container.essential) {
      return;
    }
    if (result == Health.UNHEALTHY) {
      unhealthy(task, "Task failed container health checks");
    } else if (task.health() == Health.HEALTHY
        && (task.service.targetGroup() == null || task.targetHealthy)) {
      countHealthy(task);
    }
  }

  private void targetIsHealthy(Task task) {
    task.targetHealthy = true;
    boolean unchecked =
        task.containers.stream().noneMatch(it -> it.essential && it.healthCheck != null);
    if (unchecked || task.health() == Health.HEALTHY) {
      countHealthy(task);
    }
  }

  private void countHealthy(Task task) {
    task.healthy = true;
    task.wasHealthy = true;
    listener.becameHealthy(task);
  }

  /** ECS ignores failed health checks while the service's grace period lasts. */
  private void unhealthy(Task task, String reason) {
    Instant started = task.startedAt == null ? now() : task.startedAt;
    Duration grace = Duration.between(now(), started.plus(task.service.healthCheckGracePeriod()));
    if (grace.isPositive()) {
      later(task, grace, it -> unhealthy(it, reason));
      return;
    }
    task.healthy = false;
    task.unhealthy = reason;
    listener.becameUnhealthy(task);
  }

  private void print(Task task, Container container) {
    if (container.log != null && container.runtimeId != null) {
      context
          .logs()
          .write(
              container.log.group(),
              container.log.stream(container.name, task.id, container.runtimeId),
              container.behaviour.lines());
    }
  }

  private void exit(Task task, Container container) {
    print(task, container);
    container.lastStatus = "STOPPED";
    container.exitCode = container.behaviour.exitCode();
    container.reason = container.behaviour.exitReason();
    if (container.essential) {
      leave(task, "EssentialContainerExited", "Essential container in task exited", true);
    } else {
      changed(task);
    }
  }

  /** Stops a task; one that is stopping already goes on as it was. */
  void stop(Task task, String stopCode, String reason) {
    if (task.desiredToRun) {
      leave(task, stopCode, reason, false);
    }
  }

  /**
   * Fargate Spot takes a task's capacity back: the first event shows it still RUNNING, and two
   * minutes later its containers are killed.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html">Fargate
   *     Spot termination notices</a>
   */
  void interrupt(Task task) {
    if (task.desiredToRun) {
      mark(task, "SpotInterruption", "Your Spot Task was interrupted.");
      changed(task);
      later(task, SPOT_NOTICE, this::terminate);
    }
  }

  private void mark(Task task, String stopCode, String reason) {
    task.due.forEach(dev.slipway.simulator.world.World.Entry::cancel);
    task.due.clear();
    task.desiredToRun = false;
    task.stoppingAt = now();
    task.stopCode = stopCode;
    task.stoppedReason = reason;
  }

  private void leave(Task task, String stopCode, String reason, boolean byItself) {
    boolean wasRunning = task.lastStatus == Status.RUNNING;
    mark(task, stopCode, reason);
    if (byItself) {
      listener.failed(task);
    }
    if (!wasRunning) {
      deprovision(task);
    } else if (task.service.targetGroup() != null) {
      become(task, Status.DEACTIVATING);
      later(task, context.timings().draining(), this::terminate);
    } else {
      terminate(task);
    }
  }

  private void terminate(Task task) {
    become(task, Status.STOPPING);
    boolean crashed = "EssentialContainerExited".equals(task.stopCode);
    later(task, crashed ? Duration.ZERO : context.timings().stopping(), this::deprovision);
  }

  private void deprovision(Task task) {
    task.executionStoppedAt = now();
    for (Container container : task.containers) {
      if (container.lastStatus.equals("RUNNING")) {
        container.exitCode = "SpotInterruption".equals(task.stopCode) ? SIGKILL : SIGTERM;
      }
      container.lastStatus = "STOPPED";
    }
    if (task.hasNetworkInterface()) {
      become(task, Status.DEPROVISIONING);
      later(task, context.timings().deprovisioning(), this::end);
    } else {
      end(task);
    }
  }

  private void end(Task task) {
    task.stoppedAt = now();
    become(task, Status.STOPPED);
    task.due.clear();
    listener.stopped(task);
  }

  private void become(Task task, Status status) {
    task.lastStatus = status;
    changed(task);
  }

  private void changed(Task task) {
    task.version++;
    task.updatedAt = now();
    events.taskChanged(task);
  }

  private void later(Task task, Duration delay, Consumer<Task> action) {
    task.due.add(context.world().after(delay, () -> action.accept(task)));
  }

  private Instant now() {
    return context.world().now();
  }
}
