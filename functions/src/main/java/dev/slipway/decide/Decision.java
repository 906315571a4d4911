package dev.slipway.decide;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What is to be done about one service, and why. */
public sealed interface Decision {
  /** The service that it is about. */
  ServiceArn service();

  /**
   * The name of the environment that the service follows; empty where it follows none, or could not
   * be read.
   */
  Optional<String> environmentName();

  /** One sentence for people. */
  String reason();

  /**
   * Deploy this.
   *
   * @param environment the name of the environment that the service follows
   * @param from the revision that the service has now
   * @param changes one for each container that gets another image; none where a chosen revision
   *     differs in something else
   * @param target what is to run
   * @param deploymentConfiguration to pass to UpdateService; empty to leave it as it is
   */
  record Deploy(
      ServiceArn service,
      String environment,
      TaskDefinitionArn from,
      List<ImageChange> changes,
      Target target,
      ObjectNode deploymentConfiguration,
      String reason)
      implements Decision {
    /** Copies the documents. */
    public Deploy {
      changes = List.copyOf(changes);
      deploymentConfiguration = deploymentConfiguration.deepCopy();
    }

    /** A copy. */
    @Override
    public ObjectNode deploymentConfiguration() {
      return deploymentConfiguration.deepCopy();
    }

    @Override
    public Optional<String> environmentName() {
      return Optional.of(environment);
    }
  }

  /** The revision that a deployment rolls out. */
  sealed interface Target {
    /** What it defines: the body of a RegisterTaskDefinition request, without tags. A copy. */
    ObjectNode definition();

    /**
     * One that is to be registered, unless there is an equal one that nothing else came after.
     *
     * @param request body of the RegisterTaskDefinition request, tags included
     */
    record Register(ObjectNode request) implements Target {
      /** Copies the document. */
      public Register {
        request = request.deepCopy();
      }

      /** A copy. */
      @Override
      public ObjectNode request() {
        return request.deepCopy();
      }

      @Override
      public ObjectNode definition() {
        ObjectNode definition = request();
        definition.remove("tags");
        return definition;
      }
    }

    /** One that a person chose. */
    record Existing(TaskDefinition revision) implements Target {
      @Override
      public ObjectNode definition() {
        return revision.definition();
      }

      @Override
      public boolean equals(Object other) {
        return other instanceof Existing(TaskDefinition that) && revision.arn().equals(that.arn());
      }

      @Override
      public int hashCode() {
        return revision.arn().hashCode();
      }
    }
  }

  /** The service has what its environment's policy selects. */
  record Current(ServiceArn service, String environment, String reason) implements Decision {
    @Override
    public Optional<String> environmentName() {
      return Optional.of(environment);
    }
  }

  /** Not now: somebody said to wait, or that this image must not come back. */
  record Held(ServiceArn service, String environment, Hold hold, String reason)
      implements Decision {
    @Override
    public Optional<String> environmentName() {
      return Optional.of(environment);
    }
  }

  /** By what a service is held. */
  enum Hold {
    /** Its tag {@code slipway:paused}. */
    PAUSED,
    /** The image is in its tag {@code slipway:blocked}. */
    BLOCKED,
    /** It has the revision of its tag {@code slipway:chosen} instead. */
    CHOSEN,
    /** One of these tags cannot be read, so that nobody knows what was meant. */
    UNREADABLE
  }

  /** Not ever, as things are: Slipway cannot deploy this there. */
  record Refused(ServiceArn service, Optional<String> environmentName, String reason)
      implements Decision {}

  /** The service does not follow an environment, or the environment selects nothing for it. */
  record NotFollowing(ServiceArn service, Optional<String> environmentName, String reason)
      implements Decision {}

  /**
   * One container's image, before and after.
   *
   * @param container its name in the task definition
   */
  record ImageChange(String container, ImageReference from, ImageReference to) {}
}
