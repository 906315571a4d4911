package dev.slipway.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one deployment of a service rolls out; it never changes.
 *
 * @param images one for each container that ECS tells the image of
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html">ServiceRevision</a>
 */
public record ServiceRevision(
    String arn, TaskDefinitionArn taskDefinition, List<ContainerImage> images, Instant createdAt) {
  /** Copies the list. */
  public ServiceRevision {
    images = List.copyOf(images);
  }

  /**
   * What a container is made from.
   *
   * @param container its name in the task definition
   * @param digest that every task of the revision has; empty while ECS has not resolved it
   */
  public record ContainerImage(String container, Optional<ImageDigest> digest) {}

  /** The digests that ECS tells, by container. */
  public Map<String, ImageDigest> digests() {
    Map<String, ImageDigest> digests = new LinkedHashMap<>();
    images.forEach(image -> image.digest().ifPresent(d -> digests.put(image.container(), d)));
    return digests;
  }

  /** Whether ECS tells the digest of every image: from then on it never changes. */
  public boolean isResolved() {
    return !images.isEmpty() && images.stream().allMatch(image -> image.digest().isPresent());
  }

  /** Parses one element of a DescribeServiceRevisions response. */
  public static ServiceRevision parse(JsonNode document) {
    List<ContainerImage> images = new ArrayList<>();
    for (JsonNode image : document.path("containerImages")) {
      images.add(
          new ContainerImage(
              image.path("containerName").asText(),
              ImageDigest.find(image.path("imageDigest").asText())
                  .or(ImageReference.parse(image.path("image").asText())::digest)));
    }
    return new ServiceRevision(
        ServiceDeployment.required(document, "serviceRevisionArn"),
        new TaskDefinitionArn(ServiceDeployment.required(document, "taskDefinition")),
        images,
        ServiceDeployment.instant(document, "createdAt").orElse(Instant.EPOCH));
  }
}
