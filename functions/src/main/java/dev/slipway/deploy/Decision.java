package dev.slipway.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageReference;
import java.util.List;

/** What is to be done about one service, and why. */
public sealed interface Decision {
  /** The service that it is about. */
  ServiceArn service();

  /** One sentence for people. */
  String reason();

  /**
   * Deploy this.
   *
   * @param environment the name of the environment that the service follows
   * @param from the revision that the service has now
   * @param changes one for each container that gets another image; at least one
   * @param register body of the RegisterTaskDefinition request for the revision wanted, tags
   *     included
   * @param deploymentConfiguration to pass to UpdateService; empty to leave it as it is
   */
  record Deploy(
      ServiceArn service,
      String environment,
      TaskDefinitionArn from,
      List<ImageChange> changes,
      ObjectNode register,
      ObjectNode deploymentConfiguration,
      String reason)
      implements Decision {
    /** Copies the documents. */
    public Deploy {
      changes = List.copyOf(changes);
      register = register.deepCopy();
      deploymentConfiguration = deploymentConfiguration.deepCopy();
    }

    /** A copy. */
    @Override
    public ObjectNode register() {
      return register.deepCopy();
    }

    /** A copy. */
    @Override
    public ObjectNode deploymentConfiguration() {
      return deploymentConfiguration.deepCopy();
    }
  }

  /** The service has what its environment's policy selects. */
  record Current(ServiceArn service, String reason) implements Decision {}

  /** Not now: somebody said to wait, or that this image must not come back. */
  record Held(ServiceArn service, String reason) implements Decision {}

  /** Not ever, as things are: Slipway cannot deploy this there. */
  record Refused(ServiceArn service, String reason) implements Decision {}

  /** The service does not follow an environment, or the environment selects nothing for it. */
  record NotFollowing(ServiceArn service, String reason) implements Decision {}

  /**
   * One container's image, before and after.
   *
   * @param container its name in the task definition
   */
  record ImageChange(String container, ImageReference from, ImageReference to) {}
}
