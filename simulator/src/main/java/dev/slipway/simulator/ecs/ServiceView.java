package dev.slipway.simulator.ecs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is at one moment, for people and tests to look at.
 *
 * @param status {@code ACTIVE}, {@code DRAINING} or {@code INACTIVE}
 * @param taskDefinition such as {@code web:7}; empty for one with the controller EXTERNAL and none
 * @param desiredCount for a DAEMON service, the number of container instances
 * @param deployments the PRIMARY one first
 * @param tasks oldest first; those that have stopped are left out
 */
public record ServiceView(
    String cluster,
    String name,
    String status,
    String taskDefinition,
    int desiredCount,
    List<DeploymentView> deployments,
    List<TaskView> tasks) {
  /**
   * A deployment.
   *
   * @param status {@code PRIMARY} or {@code ACTIVE}
   * @param rolloutState {@code IN_PROGRESS}, {@code COMPLETED} or {@code FAILED}
   */
  public record DeploymentView(
      String id,
      String status,
      String taskDefinition,
      String rolloutState,
      int pending,
      int running,
      int healthy,
      int failed) {}

  /**
   * A task.
   *
   * @param lastStatus such as {@code RUNNING}
   * @param desiredToRun false for one that is stopping
   * @param failed whether it stops, or has stopped, by itself: it did not start, or a container
   *     exited
   * @param healthy whether it counts as healthy
   * @param unhealthy whether it counts as unhealthy; with neither it is not decided
   */
  public record TaskView(
      String id,
      String taskDefinition,
      String lastStatus,
      boolean desiredToRun,
      boolean failed,
      boolean healthy,
      boolean unhealthy,
      List<ContainerView> containers) {}

  /**
   * A container.
   *
   * @param image as the task definition names it
   * @param digest that was pulled; null before that, and for images from elsewhere
   */
  public record ContainerView(String name, String image, @Nullable String digest) {}

  static ServiceView of(Service service) {
    return new ServiceView(
        service.cluster.name,
        service.name,
        service.status,
        service.taskDefinition == null ? "" : service.taskDefinition.shortName(),
        service.isDaemon() ? service.wanted() : service.desiredCount,
        service.deployments.stream()
            .map(it ->
                new DeploymentView(
                    it.id,
                    it == service.primary() ? "PRIMARY" : "ACTIVE",
                    it.revision.taskDefinition.shortName(),
                    it.rolloutState.name(),
                    it.pendingCount(),
                    it.runningCount(),
                    it.counts().healthy(),
                    it.failedTasks))
            .toList(),
        service.tasks.stream()
            .filter(it -> it.lastStatus != Task.Status.STOPPED)
            .map(ServiceView::task)
            .toList());
  }

  private static TaskView task(Task task) {
    return new TaskView(
        task.id,
        task.taskDefinition().shortName(),
        task.lastStatus.name(),
        task.desiredToRun,
        "EssentialContainerExited".equals(task.stopCode)
            || "TaskFailedToStart".equals(task.stopCode),
        task.condition() == Task.Condition.HEALTHY,
        task.condition() == Task.Condition.UNHEALTHY,
        task.containers.stream()
            .map(it -> new ContainerView(it.name, it.image, it.digest))
            .toList());
  }
}
