package dev.slipway.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One revision of a task definition: ECS's own JSON document, whole, with the revision's tags. A
 * copy for another image is made from the document, so that fields which this program has never
 * heard of are carried over unharmed.
 */
public final class TaskDefinition {
  /**
   * What DescribeTaskDefinition adds and RegisterTaskDefinition does not take: the difference of <a
   * href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html">TaskDefinition</a>
   * and <a
   * href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html">the
   * request</a>.
   */
  public static final List<String> OUTPUT_ONLY_FIELDS =
      List.of(
          "taskDefinitionArn",
          "revision",
          "status",
          "requiresAttributes",
          "compatibilities",
          "registeredAt",
          "registeredBy",
          "deregisteredAt",
          "deleteRequestedAt");

  private final ObjectNode document;
  private final TaskDefinitionArn arn;
  private final Map<String, String> tags;
  private final List<Container> containers;

  private TaskDefinition(ObjectNode document, Map<String, String> tags) {
    this.document = document;
    this.arn = new TaskDefinitionArn(document.path("taskDefinitionArn").asText());
    this.tags = tags;
    List<Container> found = new ArrayList<>();
    for (JsonNode container : document.path("containerDefinitions")) {
      if (container.path("image").isTextual()) {
        found.add(
            new Container(
                container.path("name").asText(),
                ImageReference.parse(container.path("image").asText())));
      }
    }
    this.containers = List.copyOf(found);
  }

  /** Parses the body of a DescribeTaskDefinition response (with include=TAGS). */
  public static TaskDefinition parse(JsonNode response) {
    if (!(response.path("taskDefinition") instanceof ObjectNode document)) {
      throw new IllegalArgumentException(
          "not the body of a DescribeTaskDefinition response: it has no taskDefinition");
    }
    return new TaskDefinition(document.deepCopy(), Tags.parse(response.path("tags")));
  }

  /** Its ARN. */
  public TaskDefinitionArn arn() {
    return arn;
  }

  /** The revision's tags, in their order. */
  public Map<String, String> tags() {
    return new LinkedHashMap<>(tags);
  }

  /**
   * {@code ACTIVE}, {@code INACTIVE} or {@code DELETE_IN_PROGRESS}, as it was when it was read: a
   * revision that was kept may have been deregistered since.
   */
  public String status() {
    return document.path("status").asText();
  }

  /** Its containers that name an image, in their order. */
  public List<Container> containers() {
    return containers;
  }

  /** {@code runtimePlatform.cpuArchitecture}, such as {@code ARM64}. */
  public Optional<String> cpuArchitecture() {
    return text(document.path("runtimePlatform").path("cpuArchitecture"));
  }

  /** {@code runtimePlatform.operatingSystemFamily}, such as {@code LINUX}. */
  public Optional<String> operatingSystemFamily() {
    return text(document.path("runtimePlatform").path("operatingSystemFamily"));
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }

  /** What it defines: a RegisterTaskDefinition request that would register it again, untagged. */
  public ObjectNode definition() {
    ObjectNode definition = document.deepCopy();
    definition.remove(OUTPUT_ONLY_FIELDS);
    return definition;
  }

  /** What it would define if these containers had these images; all else is the same. */
  public ObjectNode definitionWith(Map<String, ImageReference> images) {
    ObjectNode definition = definition();
    for (JsonNode container : definition.path("containerDefinitions")) {
      ImageReference image = images.get(container.path("name").asText());
      if (image != null) {
        ((ObjectNode) container).put("image", image.toString());
      }
    }
    return definition;
  }

  @Override
  public String toString() {
    return arn.shortName();
  }

  /**
   * One container definition, as far as it matters here.
   *
   * @param name unique in the task definition
   */
  public record Container(String name, ImageReference image) {}
}
