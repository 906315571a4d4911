package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything in a template that has a name: parameters, pseudo parameters, conditions, mappings,
 * and the resources (after SAM's transform), whose conditions hold.
 */
final class Scope {
  private final ObjectNode root;
  private final Lines lines;
  private final Physical physical;
  private final Map<String, String> imports;
  private final String stackName;
  private final Map<String, JsonNode> values = new HashMap<>();
  private final Map<String, Boolean> conditions = new HashMap<>();
  private final Map<String, String> physicalNames = new HashMap<>();
  private final Map<String, ObjectNode> resources = new LinkedHashMap<>();
  private final Set<String> beingNamed = new LinkedHashSet<>();

  Scope(
      ObjectNode root,
      Lines lines,
      Map<String, JsonNode> parameters,
      Physical physical,
      Map<String, String> imports,
      String stackName) {
    this.root = root;
    this.imports = imports;
    this.lines = lines;
    this.physical = physical;
    this.stackName = stackName;
    values.putAll(parameters);
    Map.of(
            "AWS::AccountId",
            physical.account().id(),
            "AWS::Region",
            physical.account().region(),
            "AWS::Partition",
            "aws",
            "AWS::URLSuffix",
            "amazonaws.com",
            "AWS::StackName",
            stackName,
            "AWS::StackId",
            physical.account().arn("cloudformation", "stack/" + stackName + "/1"))
        .forEach((name, value) -> values.put(name, TextNode.valueOf(value)));
    values.put("AWS::NoValue", Resolver.nothing());
    root.path("Resources")
        .properties()
        .forEach(entry -> {
          if (entry.getValue() instanceof ObjectNode resource && exists(resource)) {
            resources.put(entry.getKey(), resource);
          }
        });
  }

  /** The resources whose conditions hold, as they are written. */
  Map<String, ObjectNode> resources() {
    return resources;
  }

  /** Whether its Condition holds, or it has none. */
  boolean exists(ObjectNode resourceOrOutput) {
    JsonNode condition = resourceOrOutput.path("Condition");
    return !condition.isTextual() || condition(condition.asText());
  }

  String type(String logicalId) {
    ObjectNode resource = resources.get(logicalId);
    return resource == null ? "" : resource.path("Type").asText();
  }

  /** A part of the template with its functions replaced by values. */
  JsonNode resolve(JsonNode node, String where) {
    return resolve(node, where, new HashSet<>());
  }

  /**
   * A part of the template with its functions replaced by values.
   *
   * @param dependsOn is given the resources that it refers to
   */
  JsonNode resolve(JsonNode node, String where, Set<String> dependsOn) {
    return new Resolver(new Lookup(dependsOn), lines, where).resolve(node);
  }

  private boolean condition(String name) {
    Boolean known = conditions.get(name);
    if (known != null) {
      return known;
    }
    JsonNode expression = root.path("Conditions").path(name);
    if (expression.isMissingNode()) {
      throw new TemplateException("there is no condition " + name);
    }
    boolean holds = resolve(expression, "the condition " + name).asBoolean();
    conditions.put(name, holds);
    return holds;
  }

  /** The name that the resource has in the account: its own, or one that tells where it is from. */
  String physicalName(String logicalId) {
    String known = physicalNames.get(logicalId);
    if (known != null) {
      return known;
    }
    if (!beingNamed.add(logicalId)) {
      throw new TemplateException(
          "the names of these resources depend on each other: " + String.join(", ", beingNamed));
    }
    String name = name(logicalId);
    beingNamed.remove(logicalId);
    physicalNames.put(logicalId, name);
    return name;
  }

  private String name(String logicalId) {
    Optional<ResourceType> type = ResourceType.named(type(logicalId));
    JsonNode properties =
        Optional.ofNullable(resources.get(logicalId)).orElseThrow().path("Properties");
    if (type.isPresent()) {
      switch (type.get()) {
        case ALIAS -> {
          return functionOf(logicalId, properties) + ":" + text(logicalId, properties, "Name");
        }
        case VERSION -> {
          return functionOf(logicalId, properties)
              + ":1"; // there is one, of the code that is there
        }
        case SUBSCRIPTION -> {
          // the topic's name, and an id
          return afterLastColon(text(logicalId, properties, "TopicArn"))
              + ":"
              + Physical.uuid(stackName + "-" + logicalId);
        }
        case SERVICE -> {
          // services of two clusters may have the same name
          String cluster = properties.has("Cluster") ? text(logicalId, properties, "Cluster") : "";
          String own =
              properties.has("ServiceName")
                  ? text(logicalId, properties, "ServiceName")
                  : stackName + "-" + logicalId;
          return (cluster.isEmpty() ? "default" : cluster.substring(cluster.lastIndexOf('/') + 1))
              + "/"
              + own;
        }
        default -> {
          String property = type.get().nameProperty();
          if (property != null && properties.has(property)) {
            return text(logicalId, properties, property);
          }
        }
      }
    }
    // CloudFormation adds random letters here; without them people can guess and type the name
    String name = stackName + "-" + logicalId;
    boolean fifo = properties.path("FifoQueue").asBoolean();
    return fifo ? name + ".fifo" : name;
  }

  private String functionOf(String logicalId, JsonNode properties) {
    return afterLastColon(text(logicalId, properties, "FunctionName"));
  }

  private static String afterLastColon(String arnOrName) {
    return arnOrName.substring(arnOrName.lastIndexOf(':') + 1);
  }

  private String text(String logicalId, JsonNode properties, String property) {
    return resolve(properties.path(property), logicalId + "." + property).asText();
  }

  /**
   * The logical ids in an order in which every resource comes after those it depends on.
   *
   * @throws TemplateException if they depend on each other, which CloudFormation refuses as well
   */
  static List<String> inOrder(Map<String, Set<String>> dependencies) {
    List<String> order = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (String logicalId : dependencies.keySet()) {
      visit(logicalId, dependencies, new LinkedHashSet<>(), done, order);
    }
    return order;
  }

  private static void visit(
      String logicalId,
      Map<String, Set<String>> dependencies,
      Set<String> path,
      Set<String> done,
      List<String> order) {
    if (done.contains(logicalId)) {
      return;
    }
    if (!path.add(logicalId)) {
      throw new TemplateException(
          "circular dependency: " + String.join(" needs ", path) + " needs " + logicalId);
    }
    dependencies
        .getOrDefault(logicalId, Set.of())
        .forEach(needed -> visit(needed, dependencies, path, done, order));
    path.remove(logicalId);
    done.add(logicalId);
    order.add(logicalId);
  }

  /** Looks names up, and notes which resources were asked for. */
  private final class Lookup implements Resolver.Names {
    private final Set<String> dependsOn;

    Lookup(Set<String> dependsOn) {
      this.dependsOn = dependsOn;
    }

    @Override
    public @Nullable JsonNode ref(String name) {
      JsonNode value = values.get(name);
      if (value != null) {
        return value;
      }
      String logicalId = generated(name);
      if (!resources.containsKey(logicalId)) {
        return null;
      }
      dependsOn.add(logicalId);
      if (type(logicalId).equals(ResourceType.TASK_DEFINITION.type())) {
        return TextNode.valueOf(ContainerResource.REVISION + logicalId);
      }
      String physicalName = physicalName(logicalId);
      return TextNode.valueOf(
          ResourceType.named(type(logicalId))
              .map(type -> physical.ref(type, physicalName))
              .orElse(physicalName));
    }

    @Override
    public @Nullable String attribute(String logicalId, String attribute) {
      if (!resources.containsKey(logicalId)) {
        return null;
      }
      dependsOn.add(logicalId);
      Optional<ResourceType> known = ResourceType.named(type(logicalId));
      if (known.isEmpty()) {
        // of a type that is not simulated, and reported as such; what it says goes to others like
        // it
        return physicalName(logicalId) + "." + attribute;
      }
      return known
          .flatMap(type -> physical.attribute(type, physicalName(logicalId), attribute))
          .orElse(null);
    }

    @Override
    public boolean condition(String name) {
      return Scope.this.condition(name);
    }

    @Override
    public @Nullable String imported(String export) {
      return imports.get(export);
    }

    @Override
    public String region() {
      return physical.account().region();
    }

    @Override
    public @Nullable JsonNode mapping(String map, String top, String second) {
      return root.path("Mappings").path(map).path(top).get(second);
    }

    /** SAM lets the version and the alias that it makes of a function be meant by a dot. */
    private String generated(String name) {
      int dot = name.indexOf('.');
      if (dot < 0) {
        return name;
      }
      String function = name.substring(0, dot);
      return switch (name.substring(dot + 1)) {
        case "Version" -> SamTransform.versionOf(function);
        case "Alias" ->
            resources.keySet().stream()
                .filter(id -> id.startsWith(function + "Alias") && type(id).endsWith("::Alias"))
                .findFirst()
                .orElse(name);
        default -> name;
      };
    }
  }
}
