package dev.slipway.ecs;

/**
 * Who rolls a service's tasks out.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentController.html">DeploymentController</a>
 */
public enum DeploymentController {
  /** ECS itself: UpdateService starts a deployment. */
  ECS,
  /** AWS CodeDeploy: UpdateService refuses a new task definition. */
  CODE_DEPLOY,
  /** Something else, by task sets: the service has no task definition of its own. */
  EXTERNAL,
  /** One that is newer than this program. */
  UNKNOWN
}
