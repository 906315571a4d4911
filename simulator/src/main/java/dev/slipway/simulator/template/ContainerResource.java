package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * A resource of ECR or ECS, or what scales one.
 *
 * @param request as the operation takes it that creates such a resource; a service names its task
 *     definition by {@link #REVISION} where that is of the same template
 */
public record ContainerResource(String logicalId, Kind kind, ObjectNode request) {
  /** What Ref says of a task definition, before it is known which revision it becomes. */
  static final String REVISION = "task-definition:";

  /** The kinds, each of which has an operation that creates it. */
  public enum Kind {
    /** ECR's CreateRepository. */
    REPOSITORY,
    /** ECS's CreateCluster. */
    CLUSTER,
    /** ECS's RegisterTaskDefinition. */
    TASK_DEFINITION,
    /** ECS's CreateService. */
    SERVICE,
    /** Application Auto Scaling's RegisterScalableTarget. */
    SCALABLE_TARGET
  }

  /**
   * The request, with the revisions that the template's task definitions have become.
   *
   * @param revisions their ARNs by logical id
   */
  public ObjectNode withRevisions(Map<String, String> revisions) {
    String reference = request.path("taskDefinition").asText();
    String revision =
        reference.startsWith(REVISION)
            ? revisions.get(reference.substring(REVISION.length()))
            : null;
    return revision == null ? request : request.deepCopy().put("taskDefinition", revision);
  }
}
