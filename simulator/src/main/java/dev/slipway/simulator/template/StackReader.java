package dev.slipway.simulator.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.iam.ManagedPolicies;
import dev.slipway.simulator.iam.Policy;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.world.Account;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Stack} of plain resources. */
final class StackReader {
  /** Of an asynchronous invocation, if nothing is said. */
  private static final int RETRIES = 2;

  private static final Duration MAXIMUM_AGE = Duration.ofHours(6);
  private static final JsonMapper JSON = new JsonMapper();

  private final Scope scope;
  private final ObjectNode root;
  private final Lines lines;
  private final String stackName;
  private final Account account;
  private final KnownProperties knownProperties = new KnownProperties();
  private final List<Stack.Notice> notices = new ArrayList<>();
  private final Map<String, ObjectNode> properties = new LinkedHashMap<>();

  StackReader(Scope scope, ObjectNode root, Lines lines, String stackName, Account account) {
    this.scope = scope;
    this.root = root;
    this.lines = lines;
    this.stackName = stackName;
    this.account = account;
  }

  Stack read() {
    Map<String, Set<String>> dependencies = new LinkedHashMap<>();
    Map<String, ObjectNode> resolved = new LinkedHashMap<>();
    scope
        .resources()
        .forEach((logicalId, resource) -> {
          Set<String> dependsOn = dependsOn(resource);
          resolved.put(logicalId, properties(logicalId, resource, dependsOn));
          dependsOn.retainAll(scope.resources().keySet());
          dependencies.put(logicalId, dependsOn);
        });
    Scope.inOrder(dependencies).forEach(id -> properties.put(id, resolved.get(id)));
    return new Stack(
        stackName,
        all(ResourceType.ROLE, this::role),
        all(ResourceType.LOG_GROUP, this::logGroup),
        all(ResourceType.QUEUE, this::queue),
        all(ResourceType.TOPIC, this::topic),
        subscriptions(),
        all(ResourceType.TABLE, this::table),
        all(ResourceType.FUNCTION, this::function),
        all(ResourceType.PERMISSION, (_, given) -> permission(given)),
        all(ResourceType.RULE, this::rule),
        all(
            ResourceType.ARCHIVE,
            (id, given) -> new Stack.Archive(id, scope.physicalName(id), given)),
        all(ResourceType.SCHEDULE, this::schedule),
        all(ResourceType.MAPPING, Stack.Mapping::new),
        containers(),
        outputs(),
        List.copyOf(notices));
  }

  private static Set<String> dependsOn(ObjectNode resource) {
    Set<String> named = new LinkedHashSet<>();
    JsonNode dependsOn = resource.path("DependsOn");
    if (dependsOn.isTextual()) {
      named.add(dependsOn.asText());
    }
    dependsOn.forEach(one -> named.add(one.asText()));
    return named;
  }

  private ObjectNode properties(String logicalId, ObjectNode resource, Set<String> dependsOn) {
    String type = resource.path("Type").asText();
    Optional<ResourceType> known = ResourceType.named(type);
    if (known.isEmpty()) {
      String at = root.path("Resources") instanceof ObjectNode all ? lines.at(all, logicalId) : "";
      notice(Stack.Kind.UNKNOWN_TYPE, logicalId, type + at + " is not simulated");
    } else if (known.get().needless().isPresent()) {
      notice(
          Stack.Kind.NEEDLESS,
          logicalId,
          type + " has no effect here: " + known.get().needless().get());
    } else if (resource.path("Properties") instanceof ObjectNode given) {
      knownProperties
          .unknown(known.get(), given.properties().stream().map(Map.Entry::getKey).toList())
          .forEach(property ->
              notice(
                  Stack.Kind.UNKNOWN_PROPERTY,
                  logicalId,
                  type + "." + property + lines.at(given, property) + " is not simulated"));
    }
    JsonNode resolved = scope.resolve(resource.path("Properties"), logicalId, dependsOn);
    return resolved instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
  }

  private void notice(Stack.Kind kind, String logicalId, String what) {
    notices.add(new Stack.Notice(kind, logicalId, what));
  }

  /** Reads one resource. */
  private interface Reader<T> {
    T read(String logicalId, ObjectNode properties);
  }

  private <T> List<T> all(ResourceType type, Reader<T> reader) {
    List<T> all = new ArrayList<>();
    properties.forEach((logicalId, given) -> {
      if (scope.type(logicalId).equals(type.type())) {
        try {
          all.add(reader.read(logicalId, given));
        } catch (IllegalArgumentException e) {
          throw new TemplateException(logicalId + ": " + e.getMessage());
        }
      }
    });
    return List.copyOf(all);
  }

  // --- IAM

  private Role role(String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    List<Policy> inline = new ArrayList<>();
    given
        .path("Policies")
        .forEach(policy -> inline.add(Policy.parse(policy.path("PolicyDocument"))));
    properties.forEach((id, policy) -> {
      if (scope.type(id).equals(ResourceType.POLICY.type())
          && texts(policy, "Roles").contains(name)) {
        inline.add(Policy.parse(policy.path("PolicyDocument")));
      }
    });
    List<Policy> managed = new ArrayList<>();
    for (String arn : texts(given, "ManagedPolicyArns")) {
      Optional<ObjectNode> own = ownPolicy(arn);
      if (own.isPresent()) {
        inline.add(Policy.parse(document(own.get(), "PolicyDocument")));
      } else {
        managed.add(
            ManagedPolicies.find(arn)
                .orElseThrow(() ->
                    new IllegalArgumentException("the policy " + arn + " is not known here")));
      }
    }
    return new Role(
        name, Policy.parse(document(given, "AssumeRolePolicyDocument")), inline, managed);
  }

  /** A managed policy of this template. */
  private Optional<ObjectNode> ownPolicy(String arn) {
    return properties.entrySet().stream()
        .filter(entry -> scope.type(entry.getKey()).equals(ResourceType.MANAGED_POLICY.type()))
        .filter(entry ->
            account.globalArn("iam", "policy/" + scope.physicalName(entry.getKey())).equals(arn))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A policy document, which may be written as a text of JSON too. */
  private static JsonNode document(ObjectNode given, String property) {
    JsonNode document = given.path(property);
    if (!document.isTextual()) {
      return document;
    }
    try {
      return JSON.readTree(document.asText());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          property + " is neither a document nor the text of one: " + e.getOriginalMessage(), e);
    }
  }

  private static Stack.Permission permission(ObjectNode given) {
    return new Stack.Permission(
        given.path("FunctionName").asText(),
        given.path("Action").asText(),
        given.path("Principal").asText(),
        given.path("SourceArn").textValue());
  }

  // --- CloudWatch Logs

  private Stack.LogGroup logGroup(String logicalId, ObjectNode given) {
    JsonNode days = given.path("RetentionInDays");
    return new Stack.LogGroup(
        logicalId, scope.physicalName(logicalId), days.isMissingNode() ? null : days.asInt());
  }

  // --- SQS

  private Stack.Queue queue(String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    Map<String, String> attributes = new LinkedHashMap<>();
    given
        .properties()
        .forEach(property -> {
          if (!Set.of("QueueName", "Tags").contains(property.getKey())) {
            attributes.put(property.getKey(), attribute(property.getValue()));
          }
        });
    if (!given.path("FifoQueue").asBoolean()) {
      attributes.remove("FifoQueue"); // SQS takes no false
    }
    policyOf(logicalId, ResourceType.QUEUE_POLICY, "Queues", url -> url.endsWith("/" + name))
        .ifPresent(policy -> attributes.put("Policy", policy.toString()));
    return new Stack.Queue(logicalId, name, attributes);
  }

  /** Attributes of SQS and SNS are texts; structures are JSON texts. */
  private static String attribute(JsonNode value) {
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  /** The policy that says of itself that it is for this resource. */
  private Optional<JsonNode> policyOf(
      String logicalId, ResourceType type, String property, Predicate<String> named) {
    JsonNode found = null;
    for (Map.Entry<String, ObjectNode> policy : properties.entrySet()) {
      if (scope.type(policy.getKey()).equals(type.type())
          && texts(policy.getValue(), property).stream().anyMatch(named)) {
        if (found != null) {
          throw new TemplateException(
              logicalId + " has two policies: AWS keeps the one that is set last");
        }
        found = policy.getValue().path("PolicyDocument");
        Policy.parse(found); // what is wrong with it shows now, not when a call is refused
      }
    }
    return Optional.ofNullable(found);
  }

  // --- SNS

  private Stack.Topic topic(String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    String arn = account.arn("sns", name);
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String attribute : List.of("DisplayName", "FifoTopic")) {
      if (given.has(attribute)) {
        attributes.put(attribute, given.path(attribute).asText());
      }
    }
    policyOf(logicalId, ResourceType.TOPIC_POLICY, "Topics", arn::equals)
        .ifPresent(policy -> attributes.put("Policy", policy.toString()));
    return new Stack.Topic(logicalId, name, attributes);
  }

  /** Those that are resources, and those that are written in their topic. */
  private List<Stack.Subscription> subscriptions() {
    List<Stack.Subscription> subscriptions =
        new ArrayList<>(all(ResourceType.SUBSCRIPTION, this::subscription));
    properties.forEach((logicalId, given) -> {
      if (scope.type(logicalId).equals(ResourceType.TOPIC.type())) {
        String name = scope.physicalName(logicalId);
        for (JsonNode subscription : given.path("Subscription")) {
          subscriptions.add(
              new Stack.Subscription(
                  logicalId,
                  account.arn("sns", name),
                  Physical.uuid(name + subscription),
                  subscription.path("Protocol").asText(),
                  subscription.path("Endpoint").asText(),
                  Map.of()));
        }
      }
    });
    return List.copyOf(subscriptions);
  }

  private Stack.Subscription subscription(String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String attribute : List.of("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery")) {
      if (given.has(attribute)) {
        attributes.put(attribute, attribute(given.path(attribute)));
      }
    }
    return new Stack.Subscription(
        logicalId,
        required(given, "TopicArn"),
        name.substring(name.indexOf(':') + 1),
        required(given, "Protocol"),
        required(given, "Endpoint"),
        attributes);
  }

  // --- DynamoDB

  private Stack.Table table(String logicalId, ObjectNode given) {
    ObjectNode request = given.deepCopy().put("TableName", scope.physicalName(logicalId));
    request.remove(List.of("PointInTimeRecoverySpecification", "TimeToLiveSpecification"));
    if (request.path("SSESpecification") instanceof ObjectNode encryption) {
      // CloudFormation and DynamoDB have different names for it
      encryption.set("Enabled", encryption.path("SSEEnabled"));
      encryption.remove("SSEEnabled");
    }
    JsonNode timeToLive = given.path("TimeToLiveSpecification");
    boolean expires = timeToLive.path("Enabled").asBoolean();
    if (expires && !timeToLive.path("AttributeName").isTextual()) {
      throw new IllegalArgumentException("TimeToLiveSpecification needs an AttributeName");
    }
    return new Stack.Table(
        logicalId,
        request,
        expires ? timeToLive.path("AttributeName").asText() : null,
        given
            .path("PointInTimeRecoverySpecification")
            .path("PointInTimeRecoveryEnabled")
            .asBoolean());
  }

  // --- Lambda

  private Stack.Function function(String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    Map<String, String> environment = new LinkedHashMap<>();
    given
        .path("Environment")
        .path("Variables")
        .properties()
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    String role = required(given, "Role");
    JsonNode logging = given.path("LoggingConfig");
    return new Stack.Function(
        logicalId,
        name,
        account.arn("lambda", "function:" + name),
        given.path("Runtime").asText(),
        required(given, "Handler"),
        given.path("MemorySize").asInt(128),
        Duration.ofSeconds(given.path("Timeout").asInt(3)),
        environment,
        role.substring(role.lastIndexOf('/') + 1),
        aliasOf(name),
        logging.path("LogFormat").asText("Text"),
        logging.path("LogGroup").asText("/aws/lambda/" + name),
        failures(name, given));
  }

  private @Nullable String aliasOf(String function) {
    for (String id : properties.keySet()) {
      if (scope.type(id).equals(ResourceType.ALIAS.type())) {
        String[] functionAndAlias = scope.physicalName(id).split(":", 2);
        if (functionAndAlias[0].equals(function)) {
          return functionAndAlias[1];
        }
      }
    }
    return null;
  }

  private Stack.Failures failures(String function, ObjectNode given) {
    Set<String> destinations = new LinkedHashSet<>();
    if (given.path("DeadLetterConfig").has("TargetArn")) {
      destinations.add(given.path("DeadLetterConfig").path("TargetArn").asText());
    }
    int retries = RETRIES;
    Duration maximumAge = MAXIMUM_AGE;
    for (Map.Entry<String, ObjectNode> config : properties.entrySet()) {
      ObjectNode invoke = config.getValue();
      if (scope.type(config.getKey()).equals(ResourceType.EVENT_INVOKE_CONFIG.type())
          && invoke.path("FunctionName").asText().equals(function)) {
        retries = invoke.path("MaximumRetryAttempts").asInt(RETRIES);
        maximumAge =
            Duration.ofSeconds(
                invoke.path("MaximumEventAgeInSeconds").asLong(MAXIMUM_AGE.toSeconds()));
        JsonNode onFailure = invoke.path("DestinationConfig").path("OnFailure").path("Destination");
        if (onFailure.isTextual()) {
          destinations.add(onFailure.asText());
        }
      }
    }
    return new Stack.Failures(retries, maximumAge, List.copyOf(destinations));
  }

  // --- EventBridge

  private Stack.Rule rule(String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    ObjectNode definition = given.deepCopy().put("Name", name);
    definition.remove("Targets");
    if (definition.has("EventPattern")) {
      definition.put("EventPattern", definition.path("EventPattern").toString());
    }
    List<ObjectNode> targets = new ArrayList<>();
    for (JsonNode target : given.path("Targets")) {
      if (target instanceof ObjectNode object) {
        targets.add(object);
      }
    }
    return new Stack.Rule(logicalId, name, definition, targets);
  }

  private Stack.Schedule schedule(String logicalId, ObjectNode given) {
    if (!given.path("FlexibleTimeWindow").path("Mode").asText("OFF").equals("OFF")) {
      throw new IllegalArgumentException("a flexible time window is not simulated");
    }
    return new Stack.Schedule(
        logicalId,
        scope.physicalName(logicalId),
        required(given, "ScheduleExpression"),
        !given.path("State").asText("ENABLED").equals("DISABLED"),
        given.path("Target") instanceof ObjectNode target
            ? target
            : JsonNodeFactory.instance.objectNode());
  }

  // --- ECR and ECS

  private List<ContainerResource> containers() {
    List<ContainerResource> all = new ArrayList<>();
    properties.forEach((logicalId, given) ->
        ResourceType.named(scope.type(logicalId))
            .flatMap(type -> container(type, logicalId, given))
            .ifPresent(all::add));
    return List.copyOf(all);
  }

  private Optional<ContainerResource> container(
      ResourceType type, String logicalId, ObjectNode given) {
    String name = scope.physicalName(logicalId);
    return Optional.ofNullable(
        switch (type) {
          case REPOSITORY ->
              new ContainerResource(
                  logicalId,
                  ContainerResource.Kind.REPOSITORY,
                  ContainerProperties.ecrRequest(given).put("repositoryName", name));
          case CLUSTER ->
              new ContainerResource(
                  logicalId,
                  ContainerResource.Kind.CLUSTER,
                  ContainerProperties.request(given).put("clusterName", name));
          case TASK_DEFINITION ->
              new ContainerResource(
                  logicalId,
                  ContainerResource.Kind.TASK_DEFINITION,
                  ContainerProperties.request(given).put("family", name));
          case SERVICE ->
              new ContainerResource(
                  logicalId,
                  ContainerResource.Kind.SERVICE,
                  ContainerProperties.request(given)
                      .put("serviceName", name.substring(name.indexOf('/') + 1)));
          case SCALABLE_TARGET ->
              new ContainerResource(
                  logicalId,
                  ContainerResource.Kind.SCALABLE_TARGET,
                  ContainerProperties.request(given));
          default -> null;
        });
  }

  private Map<String, Stack.Output> outputs() {
    Map<String, Stack.Output> outputs = new LinkedHashMap<>();
    root.path("Outputs")
        .properties()
        .forEach(entry -> {
          if (entry.getValue() instanceof ObjectNode output && scope.exists(output)) {
            String value =
                scope.resolve(output.path("Value"), "the output " + entry.getKey()).asText();
            JsonNode export = output.path("Export").path("Name");
            outputs.put(
                entry.getKey(),
                new Stack.Output(
                    output.path("Description").asText(),
                    value,
                    export.isMissingNode()
                        ? null
                        : scope.resolve(export, "the output " + entry.getKey()).asText()));
          }
        });
    return outputs;
  }

  private static String required(ObjectNode given, String property) {
    if (!given.path(property).isTextual()) {
      throw new IllegalArgumentException("the property " + property + " is missing");
    }
    return given.path(property).asText();
  }

  private static List<String> texts(ObjectNode given, String property) {
    List<String> texts = new ArrayList<>();
    given.path(property).forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
