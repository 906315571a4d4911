package dev.slipway.operate;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.text.OutsideText;

/** A revision as operators name it: {@code web:41}, or {@code 41}, of the service's own family. */
public final class RevisionName {
  private RevisionName() {}

  /**
   * The revision that is meant.
   *
   * @param now the revision that the service has
   * @throws IllegalArgumentException if it is no revision
   * @throws RejectedRequest if it is one of another family
   */
  public static TaskDefinitionArn parse(ServiceArn service, TaskDefinitionArn now, String text) {
    TaskDefinitionArn revision;
    try {
      revision =
          TaskDefinitionArn.of(service, text.indexOf(':') < 0 ? now.family() + ":" + text : text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "not a revision: %s (expected such as %s or %d)"
              .formatted(OutsideText.quoted(text), now.shortName(), now.revision()));
    }
    if (!revision.family().equals(now.family())) {
      throw new RejectedRequest(
          "%s is not of the service's family, %s".formatted(revision.shortName(), now.family()));
    }
    return revision;
  }

  /** As ECS says that it has none. */
  private static final String NONE = "Unable to describe task definition";

  /**
   * ECS does not give the revision: there is none, or something else is wrong.
   *
   * @param why in ECS's words
   */
  public static RejectedRequest unreadable(
      ServiceArn service, TaskDefinitionArn now, TaskDefinitionArn revision, String why) {
    return new RejectedRequest(
        "%s. %s has %s, and `slipway history %s` lists what it had before"
            .formatted(
                why.contains(NONE)
                    ? "there is no revision " + revision.shortName()
                    : "revision %s cannot be read: %s".formatted(revision.shortName(), why),
                service.shortName(),
                now.shortName(),
                service.shortName()));
  }
}
