package dev.slipway.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.deploy.TaskDefinitionArn;
import java.time.Instant;

/**
 * What one deployment of a service rolls out; it never changes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html">ServiceRevision</a>
 */
public record ServiceRevision(String arn, TaskDefinitionArn taskDefinition, Instant createdAt) {
  /** Parses one element of a DescribeServiceRevisions response. */
  public static ServiceRevision parse(JsonNode document) {
    return new ServiceRevision(
        ServiceDeployment.required(document, "serviceRevisionArn"),
        new TaskDefinitionArn(ServiceDeployment.required(document, "taskDefinition")),
        ServiceDeployment.instant(document, "createdAt").orElse(Instant.EPOCH));
  }
}
