package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes of a resource's properties in CloudFormation the members of the request that creates it in
 * ECR or ECS. Names begin with a small letter there, some differ altogether, and numbers are
 * numbers, which CloudFormation makes of a parameter's text by the resource's schema.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_ECS.html">Amazon
 *     ECS resource type reference</a>
 */
final class ContainerProperties {
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "EFSVolumeConfiguration", "efsVolumeConfiguration",
          "FilesystemId", "fileSystemId",
          "FSxWindowsFileServerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration",
          "IAM", "iam",
          "PlacementStrategies", "placementStrategy",
          "ClusterSettings", "settings",
          "ImageTagMutabilityExclusionFilterType", "filterType",
          "ImageTagMutabilityExclusionFilterValue", "filter");

  /** Members whose keys are the user's words. */
  private static final Set<String> DICTIONARIES =
      Set.of("options", "dockerLabels", "driverOpts", "labels");

  private static final Set<String> NUMBERS =
      Set.of(
          "containerPort",
          "hostPort",
          "interval",
          "timeout",
          "retries",
          "startPeriod",
          "startTimeout",
          "stopTimeout",
          "memoryReservation",
          "sizeInGiB",
          "desiredCount",
          "healthCheckGracePeriodSeconds",
          "minimumHealthyPercent",
          "maximumPercent",
          "weight",
          "base");

  /** Of a container numbers; of a task texts. */
  private static final Set<String> NUMBERS_OF_CONTAINERS = Set.of("cpu", "memory");

  private ContainerProperties() {}

  static ObjectNode request(ObjectNode properties) {
    return members(properties, false);
  }

  /** ECR's tags are like CloudFormation's. */
  static ObjectNode ecrRequest(ObjectNode properties) {
    ObjectNode request = members(properties, false);
    if (properties.has("Tags")) {
      request.set("tags", properties.path("Tags"));
    }
    request.remove("lifecyclePolicy"); // a request of its own, which is not simulated
    return request;
  }

  private static ObjectNode members(ObjectNode properties, boolean ofContainer) {
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    properties
        .properties()
        .forEach(property -> {
          String name = name(property.getKey());
          members.set(name, value(name, property.getValue(), ofContainer));
        });
    return members;
  }

  private static String name(String property) {
    String other = OTHER_NAMES.get(property);
    return other == null
        ? Character.toLowerCase(property.charAt(0)) + property.substring(1)
        : other;
  }

  private static JsonNode value(String name, JsonNode value, boolean ofContainer) {
    if (DICTIONARIES.contains(name)) {
      return value;
    }
    if (value instanceof ObjectNode object) {
      return members(object, ofContainer);
    }
    if (value instanceof ArrayNode array) {
      ArrayNode converted = JsonNodeFactory.instance.arrayNode();
      boolean containers = ofContainer || name.equals("containerDefinitions");
      array.forEach(element -> converted.add(value(name, element, containers)));
      return converted;
    }
    boolean number =
        NUMBERS.contains(name) || (ofContainer && NUMBERS_OF_CONTAINERS.contains(name));
    if (number && value.isTextual()) {
      return JsonNodeFactory.instance.numberNode(Integer.parseInt(value.asText()));
    }
    return !number && value.isNumber() && List.of("cpu", "memory").contains(name)
        ? JsonNodeFactory.instance.textNode(value.asText())
        : value;
  }
}
