package dev.slipway.simulator.ecs;

import dev.slipway.simulator.ecs.Deployment.RolloutState;
import dev.slipway.simulator.ecs.RollingUpdate.Counts;
import dev.slipway.simulator.ecs.RollingUpdate.Plan;
import dev.slipway.simulator.ecs.RollingUpdate.Situation;
import dev.slipway.simulator.ecs.ServiceDeployment.RevisionCounts;
import dev.slipway.simulator.ecs.Task.Condition;
import dev.slipway.simulator.ecs.Task.Container;
import dev.slipway.simulator.ecs.Task.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves services to what is wanted of them: takes stock, has {@link RollingUpdate} decide, starts
 * and stops tasks, and judges deployments.
 */
final class ServiceScheduler implements TaskLifecycle.Listener {
  private final EcsContext context;
  private final EcsEvents events;
  private final TaskLifecycle lifecycle;
  private final PauseHooks hooks;
  private final Set<String> alarms = new HashSet<>();
  private Duration failuresHidden = Duration.ZERO;
  private boolean capacity = true;
  private boolean rolesAssumable = true;
  private int addresses;

  ServiceScheduler(EcsContext context) {
    this.context = context;
    this.events = new EcsEvents(context);
    this.lifecycle = new TaskLifecycle(context, events, this);
    this.hooks =
        new PauseHooks(
            context,
            events,
            new PauseHooks.Outcome() {
              @Override
              public void goOn(Service service) {
                wake(service);
              }

              @Override
              public void rollBack(Service service, DeploymentFailure failure) {
                fail(service, service.deployments.getFirst(), failure, true);
              }
            });
  }

  /** Begins a deployment of a task definition and the service's present settings. */
  void deploy(Service service, TaskDefinition definition) {
    record(service, definition);
    service.steady = false;
    wake(service);
  }

  /**
   * Gives a service that was just added a completed deployment whose tasks run, all at once. Emits
   * nothing.
   */
  void standUp(Service service) {
    Deployment deployment = record(service, Objects.requireNonNull(service.taskDefinition));
    deployment.begun = true;
    for (int i = 0; i < service.wanted(); i++) {
      lifecycle.standUp(create(service, deployment));
    }
    ServiceDeployment ongoing = service.ongoing();
    if (ongoing != null) {
      ongoing.startedAt = now();
    }
    succeed(service, deployment);
    show(deployment);
    service.steady = true;
  }

  /** Writes down a deployment of a task definition and the service's present settings. */
  private Deployment record(Service service, TaskDefinition definition) {
    Instant now = now();
    String id = context.ids().number19();
    String cluster = service.cluster.name;
    ServiceRevision revision =
        new ServiceRevision(
            context.arns().serviceRevision(cluster, service.name, id),
            definition,
            service.settings,
            now);
    service.revisions.addFirst(revision);
    Deployment deployment = new Deployment("ecs-svc/" + id, revision, now);
    List<RevisionCounts> sources =
        service.deployments.stream().map(it -> counts(it, it.counts().alive())).toList();
    ServiceDeployment interrupted = service.ongoing();
    if (interrupted != null) {
      interrupt(interrupted, now);
    }
    Deployment former = service.primary();
    if (former != null && former.succeeded && former.rolloutState == RolloutState.IN_PROGRESS) {
      complete(service, former);
    }
    service.deployments.addFirst(deployment);
    service.serviceDeployments.addFirst(
        new ServiceDeployment(
            context.arns().serviceDeployment(cluster, service.name, context.ids().urlSafe21()),
            deployment,
            now,
            service.configuration,
            sources));
    return deployment;
  }

  private void interrupt(ServiceDeployment interrupted, Instant now) {
    String reason = "A new service deployment was started.";
    freeze(interrupted);
    if (interrupted.status == ServiceDeployment.Status.ROLLBACK_IN_PROGRESS) {
      interrupted.become(ServiceDeployment.Status.ROLLBACK_FAILED, reason, now);
    } else {
      interrupted.become(ServiceDeployment.Status.STOPPED, reason, now);
    }
  }

  /** Has the scheduler look at a service soon. */
  void wake(Service service) {
    wake(service, context.timings().schedulerReaction());
  }

  private void wake(Service service, Duration delay) {
    Instant due = now().plus(delay);
    Service.Pass next = service.nextPass;
    if (next != null) {
      if (!due.isBefore(next.due())) {
        return;
      }
      next.entry().cancel();
    }
    Runnable pass =
        () -> {
          service.nextPass = null;
          pass(service);
        };
    service.nextPass = new Service.Pass(due, context.world().after(delay, pass));
  }

  /** One look at a service, and everything that follows from it. */
  private void pass(Service service) {
    service.forgetOldTasks(now());
    if (!service.isActive()) {
      drain(service);
      return;
    }
    Deployment primary = service.primary();
    if (primary == null) {
      return;
    }
    begin(service, primary);
    carryOut(service, primary);
    // a failure on the way may have made another deployment the primary one
    Deployment now = service.deployments.getFirst();
    service.deployments.removeIf(it -> it != now && it.tasks.isEmpty());
    judge(service, now);
  }

  private void begin(Service service, Deployment primary) {
    if (primary.begun) {
      return;
    }
    primary.begun = true;
    ServiceDeployment ongoing = service.ongoing();
    if (ongoing != null && ongoing.target == primary) {
      ongoing.startedAt = now();
      ongoing.become(ServiceDeployment.Status.IN_PROGRESS, null, now());
      for (String name : ongoing.configuration.alarmNames()) {
        if (alarms.contains(name)) {
          primary.ignoredAlarms.add(name);
        }
      }
    }
    events.deploymentInProgress(service, primary);
  }

  private void carryOut(Service service, Deployment primary) {
    int wanted = service.wanted();
    List<Deployment> sources = service.deployments.stream().filter(it -> it != primary).toList();
    Counts source = Counts.NONE;
    for (Deployment deployment : sources) {
      source = source.plus(deployment.counts());
    }
    Deployment replaceable =
        sources.stream()
            .filter(it -> it.rolloutState == RolloutState.COMPLETED)
            .findFirst()
            .orElse(null);
    // a deployment that waits before it begins starts nothing, and nothing makes way for it
    boolean startsNothing =
        primary.rolloutState == RolloutState.FAILED
            || !isPassed(service, primary, LifecycleHook.BEFORE_SCALE_UP);
    Plan plan =
        RollingUpdate.plan(
            new Situation(
                wanted,
                service.configuration.lower(wanted),
                service.configuration.upper(wanted),
                primary.counts(),
                startsNothing,
                source,
                replaceable != null));
    int replacing = plan.stopPrimary().unhealthy() + plan.stopSource().unhealthy();
    List<Task> stopping = new ArrayList<>(choose(List.of(primary), plan.stopPrimary()));
    stopping.addAll(choose(sources.reversed(), plan.stopSource()));
    stop(service, primary, stopping);
    if (service.deployments.getFirst() != primary) {
      // stopping an unhealthy task was one failure too many: the rollback decides anew
      return;
    }
    List<Task> started = new ArrayList<>();
    if (replaceable != null) {
      started.addAll(start(service, replaceable, plan.startSource()));
    }
    if (!startsNothing) {
      started.addAll(start(service, primary, plan.startPrimary()));
    }
    if (!started.isEmpty()) {
      service.steady = false;
      events.started(service, started, replacing);
      started.forEach(lifecycle::begin);
    }
    if (plan.stalled()) {
      events.stalled(service);
    }
  }

  /** Whether no pause hook of these stages keeps a deployment that is under way. */
  private boolean isPassed(Service service, Deployment primary, List<String> stages) {
    ServiceDeployment ongoing = service.ongoing();
    return ongoing == null || ongoing.target != primary || hooks.isPassed(service, ongoing, stages);
  }

  /** ContinueServiceDeployment. */
  void answer(Service service, ServiceDeployment deployment, String hookId, String action) {
    hooks.answer(service, deployment, hookId, action);
  }

  /** The tasks to stop: those of the oldest deployments first, and the newest of each. */
  private List<Task> choose(List<Deployment> deployments, Counts counts) {
    List<Task> chosen = new ArrayList<>();
    take(deployments, Condition.UNHEALTHY, counts.unhealthy(), chosen);
    take(deployments, Condition.STARTING, counts.starting(), chosen);
    take(deployments, Condition.SETTLING, counts.settling(), chosen);
    take(deployments, Condition.HEALTHY, counts.healthy(), chosen);
    return chosen;
  }

  private void take(List<Deployment> deployments, Condition condition, int count, List<Task> into) {
    deployments.stream()
        .flatMap(it -> it.tasks.stream())
        .filter(it -> it.condition() == condition)
        .filter(it -> condition == Condition.UNHEALTHY || !it.isProtected(now()))
        .limit(count)
        .forEach(into::add);
  }

  private void stop(Service service, Deployment primary, List<Task> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    service.steady = false;
    List<Task> running = tasks.stream().filter(it -> it.lastStatus == Status.RUNNING).toList();
    List<Task> pending = tasks.stream().filter(it -> it.lastStatus != Status.RUNNING).toList();
    if (!running.isEmpty()) {
      events.stopped(service, running, true);
    }
    if (!pending.isEmpty()) {
      events.stopped(service, pending, false);
    }
    for (Task task : tasks) {
      String unhealthy = task.unhealthy;
      lifecycle.stop(
          task,
          "ServiceSchedulerInitiated",
          unhealthy == null
              ? "Scaling activity initiated by (deployment " + primary.id + ")"
              : unhealthy);
      if (unhealthy != null && task.deployment == primary) {
        countFailure(service, primary);
      }
    }
  }

  private List<Task> start(Service service, Deployment deployment, int count) {
    List<Task> started = new ArrayList<>();
    if (count == 0) {
      return started;
    }
    Duration throttled = deployment.throttled(now());
    if (throttled.isPositive()) {
      wake(service, throttled);
      return started;
    }
    if (!capacity && service.runsOnFargate()) {
      events.withoutCapacity(service);
      deployment.pause(context.timings().firstThrottle(), now());
      wake(service, context.timings().firstThrottle());
      countFailure(service, deployment);
      return started;
    }
    String role = deployment.revision.taskDefinition.document.path("taskRoleArn").asText();
    if (!rolesAssumable && !role.isEmpty()) {
      events.unassumableRole(service, role);
      deployment.pause(context.timings().firstThrottle(), now());
      wake(service, context.timings().firstThrottle());
      countFailure(service, deployment);
      return started;
    }
    for (int i = 0; i < count; i++) {
      started.add(create(service, deployment));
    }
    return started;
  }

  private Task create(Service service, Deployment deployment) {
    TaskDefinition definition = deployment.revision.taskDefinition;
    String cluster = service.cluster.name;
    Ids ids = context.ids();
    String id = ids.hex32();
    boolean provisions = service.runsOnFargate() || definition.usesAwsvpc();
    String address = "10.0." + addresses / 250 % 250 + "." + (4 + addresses % 250);
    addresses++;
    Task task =
        new Task(
            id,
            context.arns().task(cluster, id),
            service,
            deployment,
            now(),
            propagatedTags(service, definition),
            ids.uuid(),
            address,
            containerInstance(service),
            provisions ? Status.PROVISIONING : Status.PENDING);
    definition
        .containers()
        .forEach(it ->
            task.containers.add(
                new Container(context.arns().container(cluster, id, ids.uuid()), it)));
    deployment.tasks.add(task);
    service.tasks.add(task);
    return task;
  }

  private static Tags propagatedTags(Service service, TaskDefinition definition) {
    Tags tags = new Tags();
    switch (service.settings.path("propagateTags").asText()) {
      case "SERVICE" -> tags.addAll(service.tags);
      case "TASK_DEFINITION" -> tags.addAll(definition.tags);
      default -> {}
    }
    return tags;
  }

  /** The container instance with the fewest of the service's tasks; none on Fargate. */
  private static @Nullable String containerInstance(Service service) {
    if (service.runsOnFargate()) {
      return null;
    }
    String best = null;
    long fewest = Long.MAX_VALUE;
    for (String instance : service.cluster.containerInstances) {
      long tasks =
          service.tasks.stream()
              .filter(it -> it.desiredToRun && instance.equals(it.containerInstance))
              .count();
      if (tasks < fewest) {
        best = instance;
        fewest = tasks;
      }
    }
    return best;
  }

  /** Has a deployment completed, is the service steady? */
  private void judge(Service service, Deployment primary) {
    int wanted = service.wanted();
    Counts counts = primary.counts();
    boolean othersGone = service.deployments.size() == 1;
    boolean settled =
        counts.healthy() == wanted && counts.alive() == wanted && primary.tasks.size() == wanted;
    if (primary.rolloutState == RolloutState.IN_PROGRESS) {
      DeploymentConfiguration configuration = service.configuration;
      boolean enough =
          configuration.early() == null
              ? counts.healthy() >= wanted && counts.alive() == wanted
              : counts.healthy() >= configuration.enough(wanted);
      boolean deferred = configuration.early() != null && configuration.early().deferred();
      boolean othersStop =
          service.deployments.stream().allMatch(it -> it == primary || it.counts().alive() == 0);
      boolean watched = !configuration.alarmNames().isEmpty();
      boolean replaced = deferred || (watched ? othersGone : othersStop);
      if (!primary.succeeded
          && enough
          && replaced
          && isPassed(service, primary, LifecycleHook.AFTER_SCALE_UP)
          && baked(service, primary)) {
        succeed(service, primary);
      }
      if (primary.succeeded && (othersGone || deferred) && reported(service, primary)) {
        complete(service, primary);
      }
    }
    if (primary.rolloutState == RolloutState.COMPLETED
        && othersGone
        && settled
        && !service.steady) {
      service.steady = true;
      events.steady(service);
    }
  }

  /** Whether alarms, if any are watched, have been watched long enough. */
  private boolean baked(Service service, Deployment primary) {
    if (service.configuration.alarmNames().isEmpty()) {
      return true;
    }
    if (primary.bakesUntil == null) {
      primary.bakesUntil = now().plus(context.timings().alarmBake());
    }
    Duration left = Duration.between(now(), primary.bakesUntil);
    if (left.isPositive()) {
      wake(service, left);
      return false;
    }
    return true;
  }

  /** Whether a deployment that succeeded has waited long enough to be shown as COMPLETED. */
  private boolean reported(Service service, Deployment primary) {
    if (primary.completesAt == null) {
      primary.completesAt = now().plus(context.timings().completing());
    }
    Duration left = Duration.between(now(), primary.completesAt);
    if (left.isPositive()) {
      wake(service, left);
      return false;
    }
    return true;
  }

  /**
   * Ends the service deployment: the new tasks are healthy and the old ones are told to stop. In
   * accounts the rollout state follows half a minute later, when the old tasks are gone.
   */
  private void succeed(Service service, Deployment primary) {
    Instant now = now();
    primary.succeeded = true;
    primary.updatedAt = now;
    service.lastCompleted = primary;
    ServiceDeployment ongoing = service.ongoing();
    if (ongoing != null) {
      freeze(ongoing);
      ongoing.become(
          ongoing.rollback == null
              ? ServiceDeployment.Status.SUCCESSFUL
              : ServiceDeployment.Status.ROLLBACK_SUCCESSFUL,
          ongoing.statusReason,
          now);
    }
  }

  /** Shows a deployment as COMPLETED. Its {@code updatedAt} stays when it succeeded. */
  private void complete(Service service, Deployment deployment) {
    show(deployment);
    events.deploymentCompleted(service, deployment);
  }

  private static void show(Deployment deployment) {
    deployment.inState(
        RolloutState.COMPLETED,
        "ECS deployment " + deployment.id + " completed.",
        deployment.updatedAt);
  }

  private void countFailure(Service service, Deployment deployment) {
    deployment.failedTasks++;
    deployment.failureCount++;
    ServiceDeployment ongoing = service.ongoing();
    CircuitBreaker breaker = service.configuration.breaker();
    if (deployment.rolloutState != RolloutState.IN_PROGRESS
        || deployment.succeeded
        || !breaker.enable()
        || !service.isActive()
        || deployment != service.primary()) {
      return;
    }
    int threshold = breaker.threshold(service.wanted());
    if (ongoing != null) {
      ongoing.failureCount = deployment.failureCount;
      ongoing.threshold = threshold;
    }
    if (deployment.failureCount >= threshold) {
      if (ongoing != null) {
        ongoing.breakerStatus = "TRIGGERED";
      }
      fail(service, deployment, DeploymentFailure.circuitBreaker(), breaker.rollback());
    }
  }

  private void fail(
      Service service, Deployment deployment, DeploymentFailure failure, boolean rollBack) {
    deployment.inState(RolloutState.FAILED, failure.rolloutStateReason(), now());
    events.deploymentFailed(service, deployment, failure.cause());
    if (rollBack) {
      rollBack(service, deployment, failure);
      return;
    }
    ServiceDeployment ongoing = service.ongoing();
    if (ongoing != null) {
      freeze(ongoing);
      ongoing.become(
          ongoing.rollback == null
              ? ServiceDeployment.Status.STOPPED
              : ServiceDeployment.Status.ROLLBACK_FAILED,
          failure.rolloutStateReason(),
          now());
    }
    wake(service);
  }

  private void rollBack(Service service, Deployment failed, DeploymentFailure failure) {
    Instant now = now();
    String reason = failure.statusReason();
    Deployment target = service.lastCompleted;
    ServiceDeployment ongoing = service.ongoing();
    if (target == null) {
      if (ongoing != null) {
        freeze(ongoing);
        if (ongoing.rollback == null) {
          ongoing.rollback = new ServiceDeployment.Rollback(reason, now, null);
        }
        ongoing.become(
            ServiceDeployment.Status.ROLLBACK_FAILED, DeploymentFailure.NO_CANDIDATE, now);
      }
      wake(service);
      return;
    }
    service.deployments.remove(target);
    service.deployments.addFirst(target);
    service.lastCompleted = null;
    service.taskDefinition = target.revision.taskDefinition;
    target.revision.restore(service.settings);
    target.failedTasks = 0;
    target.failureCount = 0;
    target.bakesUntil = null;
    target.succeeded = false;
    target.completesAt = null;
    target.since = now;
    target.inState(RolloutState.IN_PROGRESS, failure.rollingBackTo(target), now);
    if (ongoing != null) {
      ongoing.rollback = new ServiceDeployment.Rollback(reason, now, target.revision.arn);
      ongoing.become(ServiceDeployment.Status.ROLLBACK_IN_PROGRESS, reason, now);
    }
    failed.updatedAt = now;
    if (failuresHidden.isPositive()) {
      failed.failureHidden = true;
      context.world().after(failuresHidden, () -> failed.failureHidden = false);
    }
    service.steady = false;
    events.rollingBack(service, target);
    wake(service);
  }

  /** StopServiceDeployment with ROLLBACK: as if the deployment had failed, but nothing did. */
  void rollBackOnRequest(Service service, ServiceDeployment requested) {
    requested.become(
        ServiceDeployment.Status.ROLLBACK_REQUESTED, "Rollback requested by the user.", now());
    Deployment stopped = requested.target;
    DeploymentFailure failure = DeploymentFailure.requested(stopped);
    stopped.inState(RolloutState.FAILED, failure.rolloutStateReason(), now());
    rollBack(service, stopped, failure);
  }

  /**
   * A fault: the deployment under way fails and is rolled back.
   *
   * @throws IllegalStateException if none is under way
   */
  void failDeployment(Service service, DeploymentFailure failure) {
    Deployment primary = service.primary();
    if (primary == null || service.ongoing() == null) {
      throw new IllegalStateException(service.name + " has no deployment under way");
    }
    fail(service, primary, failure, true);
  }

  /** A fault: a deployment that failed is shown as IN_PROGRESS this long while it rolls back. */
  void hideFailures(Duration hidden) {
    failuresHidden = hidden;
  }

  /** A fault: whether Fargate has room for tasks. */
  void capacity(boolean available) {
    capacity = available;
  }

  /** A fault: whether the roles of tasks can be assumed. */
  void rolesAssumable(boolean assumable) {
    rolesAssumable = assumable;
  }

  /** A CloudWatch alarm went into ALARM, or out of it; ECS notices when it next asks CloudWatch. */
  void alarm(String name, boolean inAlarm, Supplier<List<Service>> services) {
    if (!inAlarm) {
      alarms.remove(name);
      return;
    }
    alarms.add(name);
    context
        .world()
        .after(
            context.timings().alarmPolling(),
            () -> services.get().forEach(it -> detectAlarm(it, name)));
  }

  /** The alarms that are in ALARM. */
  Set<String> alarms() {
    return Set.copyOf(alarms);
  }

  private void detectAlarm(Service service, String name) {
    Deployment primary = service.primary();
    DeploymentConfiguration configuration = service.configuration;
    ServiceDeployment ongoing = service.ongoing();
    if (!alarms.contains(name)
        || primary == null
        || ongoing == null
        || primary.rolloutState != RolloutState.IN_PROGRESS
        || !configuration.alarmNames().contains(name)
        || primary.ignoredAlarms.contains(name)) {
      return;
    }
    ongoing.alarmStatus = "TRIGGERED";
    ongoing.triggeredAlarms = List.of(name);
    fail(service, primary, DeploymentFailure.alarm(), configuration.alarmRollback());
  }

  /** Whether, of an image index, the digest of the platform's image is shown. */
  void showPlatformDigests(boolean shown) {
    lifecycle.showPlatformDigests(shown);
  }

  /** A fault: Fargate Spot takes a task's capacity back. */
  void interruptSpot(Task task) {
    lifecycle.interrupt(task);
    changed(task.service);
  }

  /** Protects a task from scale-in and from deployments, or no longer where the time is null. */
  void protect(Task task, @Nullable Instant until) {
    task.protectedUntil = until;
    Duration left = until == null ? Duration.ZERO : Duration.between(now(), until);
    context.world().after(left, () -> changed(task.service));
  }

  /** Stops a task because a person asked for it. */
  void stop(Task task, String reason) {
    lifecycle.stop(task, "UserInitiated", reason);
    changed(task.service);
  }

  /** Ends a service that is DRAINING: stops its tasks, and is done when they are gone. */
  private void drain(Service service) {
    for (Deployment deployment : service.deployments) {
      List<Task> alive = deployment.tasks.stream().filter(it -> it.desiredToRun).toList();
      stop(service, deployment, alive);
    }
    boolean gone = service.deployments.stream().allMatch(it -> it.tasks.isEmpty());
    if (gone && service.status.equals("DRAINING")) {
      service.status = "INACTIVE";
      service.deployments.clear();
      events.journal(service, "is INACTIVE");
    }
  }

  @Override
  public void running(Task task) {
    task.deployment.unthrottle();
    events.running(task);
    changed(task.service);
  }

  @Override
  public void becameHealthy(Task task) {
    task.deployment.failedTasks = 0;
    if (task.service.configuration.breaker().resetOnHealthyTask()) {
      task.deployment.failureCount = 0;
      ServiceDeployment ongoing = task.service.ongoing();
      if (ongoing != null && ongoing.target == task.deployment) {
        ongoing.failureCount = 0;
      }
    }
    changed(task.service);
  }

  @Override
  public void becameUnhealthy(Task task) {
    events.unhealthy(task);
    changed(task.service);
  }

  /**
   * Counts a failed task a while after it failed: in accounts its replacement is started first. One
   * that exits after it once counted as healthy is no failure of the deployment: ECS does not say,
   * and in accounts such rollouts were seen to go on.
   */
  @Override
  public void failed(Task task) {
    events.failed(task);
    if ("TaskFailedToStart".equals(task.stopCode)) {
      task.deployment.throttle(task, now(), context.timings());
      events.unableToPlace(task);
      if (task.deployment.isImpaired()) {
        events.impaired(task.service);
      }
    }
    if ("EssentialContainerExited".equals(task.stopCode)) {
      task.deployment.pause(context.timings().replacing(), now());
    }
    if (!task.wasHealthy) {
      context
          .world()
          .after(
              context.timings().countingFailures(),
              () -> countFailure(task.service, task.deployment));
    }
    changed(task.service);
  }

  @Override
  public void stopped(Task task) {
    task.deployment.tasks.remove(task);
    changed(task.service);
  }

  private void changed(Service service) {
    service.steady = false;
    wake(service);
  }

  private void freeze(ServiceDeployment deployment) {
    deployment.targetCounts = counts(deployment.target, deployment.target.counts().alive());
  }

  /** A deployment's task counts, as service deployments and services report them. */
  static RevisionCounts counts(Deployment deployment, int requested) {
    return new RevisionCounts(
        deployment.revision.arn, requested, deployment.runningCount(), deployment.pendingCount());
  }

  private Instant now() {
    return context.world().now();
  }
}
