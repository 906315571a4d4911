package dev.slipway.simulator.ecs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All task definitions of the account and Region. */
final class TaskDefinitions {
  private final Map<String, List<TaskDefinition>> families = new TreeMap<>();

  List<String> families() {
    return List.copyOf(families.keySet());
  }

  /** A family's revisions, oldest first, INACTIVE ones included. */
  List<TaskDefinition> revisions(String family) {
    return List.copyOf(families.getOrDefault(family, List.of()));
  }

  /** The next revision; numbers are never used again. */
  int nextRevision(String family) {
    return revisions(family).size() + 1;
  }

  void add(TaskDefinition definition) {
    families.computeIfAbsent(definition.family, _ -> new ArrayList<>()).add(definition);
  }

  /**
   * The revision that a reference names.
   *
   * @param reference an ARN, {@code family:revision}, or {@code family} for its newest ACTIVE one
   */
  @Nullable TaskDefinition find(String reference) {
    String name = Arns.lastPart(reference);
    int colon = name.lastIndexOf(':');
    List<TaskDefinition> revisions = revisions(colon < 0 ? name : name.substring(0, colon));
    return revisions.reversed().stream()
        .filter(it ->
            colon < 0
                ? it.isActive()
                : String.valueOf(it.revision).equals(name.substring(colon + 1)))
        .filter(it -> !reference.startsWith("arn:") || it.arn.equals(reference))
        .findFirst()
        .orElse(null);
  }
}
