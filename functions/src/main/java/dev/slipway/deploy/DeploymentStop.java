package dev.slipway.deploy;

/** Ends a deployment that is under way. Throws as {@link Ecs} does. */
public interface DeploymentStop {
  /**
   * Has ECS roll a service back to the last revision that was deployed well; returns as soon as ECS
   * has taken it.
   *
   * @param serviceDeploymentArn of the deployment under way
   * @return false where it has ended meanwhile, so that there is nothing to stop
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html">StopServiceDeployment</a>
   */
  boolean rollBack(String serviceDeploymentArn);
}
