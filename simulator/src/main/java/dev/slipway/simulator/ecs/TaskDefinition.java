package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Members;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision of a task definition.
 *
 * <p>The document is the whole of what was registered, whether known here or not, with what ECS
 * adds.
 */
final class TaskDefinition {
  final String family;
  final int revision;
  final String arn;
  final ObjectNode document;
  final Tags tags;

  TaskDefinition(String family, int revision, String arn, ObjectNode document, Tags tags) {
    this.family = family;
    this.revision = revision;
    this.arn = arn;
    this.document = document;
    this.tags = tags;
  }

  boolean isActive() {
    return "ACTIVE".equals(Members.text(document, "status"));
  }

  /** Such as {@code web:7}. */
  String shortName() {
    return family + ":" + revision;
  }

  boolean usesAwsvpc() {
    return "awsvpc".equals(Members.text(document, "networkMode"));
  }

  boolean isCompatibleWithFargate() {
    return Members.texts(document, "compatibilities").contains("FARGATE");
  }

  List<ObjectNode> containers() {
    List<ObjectNode> containers = new ArrayList<>();
    for (JsonNode container : document.path("containerDefinitions")) {
      containers.add((ObjectNode) container);
    }
    return containers;
  }

  @Nullable ObjectNode container(String name) {
    return containers().stream()
        .filter(it -> name.equals(Members.text(it, "name")))
        .findFirst()
        .orElse(null);
  }

  /** Such as {@code linux}, as image indexes name it. */
  String os() {
    String family = Members.text(document.path("runtimePlatform"), "operatingSystemFamily");
    return family != null && family.startsWith("WINDOWS") ? "windows" : "linux";
  }

  /** Such as {@code amd64}, as image indexes name it. */
  String architecture() {
    String architecture = Members.text(document.path("runtimePlatform"), "cpuArchitecture");
    return "ARM64".equals(architecture) ? "arm64" : "amd64";
  }
}
