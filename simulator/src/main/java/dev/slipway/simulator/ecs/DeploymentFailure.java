package dev.slipway.simulator.ecs;

/**
 * Why ECS finds a deployment failed, in the three places where it says so. The words were captured
 * in accounts, except where a factory says otherwise.
 *
 * @param agent what begins the {@code rolloutStateReason}, such as {@code ECS deployment circuit
 *     breaker: }
 * @param cause what follows it, and what the service's event message says, such as {@code tasks
 *     failed to start.}
 * @param rolledBackBecause what ends the service deployment's {@code statusReason} once it is
 *     rolled back, such as {@code the circuit breaker threshold was exceeded.}
 */
public record DeploymentFailure(String agent, String cause, String rolledBackBecause) {
  private static final String ROLLED_BACK = "Service deployment rolled back because ";

  /** The {@code statusReason} of a service deployment that has no earlier one to go back to. */
  static final String NO_CANDIDATE = "No rollback candidate was found to run the rollback.";

  /** Too many tasks failed. */
  public static DeploymentFailure circuitBreaker() {
    return new DeploymentFailure(
        "ECS deployment circuit breaker: ",
        "tasks failed to start.",
        "the circuit breaker threshold was exceeded.");
  }

  /** A CloudWatch alarm fired. Only the cause was captured, the other words are assumed. */
  public static DeploymentFailure alarm() {
    return new DeploymentFailure(
        "ECS deployment alarm: ", "alarm detected.", "an alarm was detected.");
  }

  /**
   * A lifecycle hook refused. The agent is assumed.
   *
   * @param stage such as {@code PRE_SCALE_UP}
   * @param detail such as {@code Lifecycle hook target ARN returned FAILED status.}
   */
  public static DeploymentFailure lifecycleHook(String stage, String detail) {
    String because = stage + " lifecycle hook(s) failed. " + detail;
    return new DeploymentFailure("ECS deployment lifecycle hook: ", ROLLED_BACK + because, because);
  }

  /**
   * A pause hook was rolled back, or its time was over. The words are assumed after those of other
   * hooks.
   */
  static DeploymentFailure pauseHook(String stage, String status) {
    return lifecycleHook(stage, "Lifecycle hook ended with status " + status + ".");
  }

  /**
   * The load balancer's rules and target groups do not fit. The agent is assumed.
   *
   * @param detail such as {@code One or more rules not found}
   */
  public static DeploymentFailure networking(String detail) {
    String because = "of invalid networking configuration. " + detail;
    return new DeploymentFailure("ECS deployment networking: ", ROLLED_BACK + because, because);
  }

  /** StopServiceDeployment with ROLLBACK. All words are assumed. */
  static DeploymentFailure requested(Deployment deployment) {
    return new DeploymentFailure(
        "ECS deployment " + deployment.id + ": ",
        "rollback requested by the user.",
        "a rollback was requested.");
  }

  /** The {@code rolloutStateReason} of the deployment that failed. */
  String rolloutStateReason() {
    return agent + cause;
  }

  /** The {@code rolloutStateReason} of the deployment that a rollback goes back to. */
  String rollingBackTo(Deployment target) {
    return agent + "rolling back to deploymentId " + target.id;
  }

  /** The {@code statusReason} of a service deployment that is rolled back. */
  String statusReason() {
    return ROLLED_BACK + rolledBackBecause;
  }
}
