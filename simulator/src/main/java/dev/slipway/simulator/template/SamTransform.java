package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SAM's transform, as far as functions need it: makes plain CloudFormation resources of {@code
 * AWS::Serverless::Function}, named as SAM names them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html">CloudFormation
 *     resources generated when AWS::Serverless::Function is specified</a>
 */
final class SamTransform {
  private static final String FUNCTION = "AWS::Serverless::Function";

  /** Properties of a function that SAM takes over as they are. */
  private static final List<String> SAME =
      List.of(
          "FunctionName",
          "Description",
          "Handler",
          "Runtime",
          "MemorySize",
          "Timeout",
          "Environment",
          "Architectures",
          "LoggingConfig",
          "SnapStart",
          "ReservedConcurrentExecutions",
          "EphemeralStorage",
          "RecursiveLoop",
          "Tags");

  /** Properties that become resources of their own, or part of them. */
  private static final List<String> ELSEWHERE =
      List.of(
          "CodeUri",
          "Role",
          "Policies",
          "Events",
          "AutoPublishAlias",
          "AutoPublishAliasAllProperties",
          "AutoPublishCodeSha256",
          "VersionDescription",
          "DeadLetterQueue",
          "EventInvokeConfig",
          "Tracing");

  private final ObjectNode resources;
  private final JsonNode globals;
  private final Lines lines;
  private final ObjectNode made = JsonNodeFactory.instance.objectNode();

  private SamTransform(ObjectNode root, ObjectNode resources, Lines lines) {
    this.resources = resources;
    this.globals = root.path("Globals").path("Function");
    this.lines = lines;
  }

  /** The logical id of the version that SAM makes of a function. SAM adds a hash of the code. */
  static String versionOf(String function) {
    return function + "Version";
  }

  /** Replaces the functions among the resources by what they are made of. */
  static void apply(ObjectNode root, Lines lines) {
    for (String section : fieldNames(root.path("Globals"))) {
      if (!section.equals("Function")) {
        throw new TemplateException("Globals: " + section + " is not simulated");
      }
    }
    if (root.path("Resources") instanceof ObjectNode resources) {
      SamTransform transform = new SamTransform(root, resources, lines);
      for (String logicalId : fieldNames(resources)) {
        if (resources.path(logicalId) instanceof ObjectNode resource
            && resource.path("Type").asText().equals(FUNCTION)) {
          transform.function(logicalId, resource);
        }
      }
      transform.made.properties().forEach(e -> resources.set(e.getKey(), e.getValue()));
    }
  }

  private void function(String logicalId, ObjectNode resource) {
    ObjectNode given =
        resource.path("Properties") instanceof ObjectNode properties
            ? properties
            : JsonNodeFactory.instance.objectNode();
    ObjectNode properties = merged(globals, given);
    String at = lines.at(resources, logicalId);
    Optional<String> alias =
        Optional.ofNullable(properties.get("AutoPublishAlias")).map(JsonNode::asText);
    if (properties.path("AutoPublishAlias").isObject()) {
      throw new TemplateException(
          logicalId + at + ": an AutoPublishAlias that is a function is not simulated");
    }

    ObjectNode function = add(resource, logicalId, "AWS::Lambda::Function");
    lines.inherit(function, properties);
    for (String property : fieldNames(properties)) {
      if (SAME.contains(property)) {
        function.set(property, properties.path(property));
      } else if (!ELSEWHERE.contains(property)) {
        function.set(property, properties.path(property)); // reported as unknown later
      }
    }
    if (properties.has("CodeUri")) {
      function.set("Code", properties.path("CodeUri"));
    }
    if (properties.has("Tracing")) {
      function.putObject("TracingConfig").set("Mode", properties.path("Tracing"));
    }
    if (properties.path("DeadLetterQueue") instanceof ObjectNode deadLetters) {
      function.putObject("DeadLetterConfig").set("TargetArn", deadLetters.path("TargetArn"));
    }
    boolean takesMessages = false;
    for (JsonNode event : properties.path("Events")) {
      takesMessages |= event.path("Type").asText().equals("SQS");
    }
    if (properties.has("Role")) {
      function.set("Role", properties.path("Role"));
    } else {
      role(logicalId, resource, properties, takesMessages);
      function.set("Role", getAtt(logicalId + "Role", "Arn"));
    }
    JsonNode target = ref(logicalId);
    if (alias.isPresent()) {
      String version = versionOf(logicalId);
      add(resource, version, "AWS::Lambda::Version").set("FunctionName", ref(logicalId));
      String aliasId = logicalId + "Alias" + alias.get().replaceAll("[^A-Za-z0-9]", "");
      ObjectNode published = add(resource, aliasId, "AWS::Lambda::Alias");
      published.put("Name", alias.get());
      published.set("FunctionName", ref(logicalId));
      published.set("FunctionVersion", getAtt(version, "Version"));
      target = ref(aliasId);
    }
    if (properties.path("EventInvokeConfig") instanceof ObjectNode invoke) {
      invokeConfig(logicalId, resource, invoke, alias.orElse("$LATEST"));
    }
    JsonNode invoked = target;
    properties
        .path("Events")
        .properties()
        .forEach(event -> event(logicalId, resource, event, invoked));
  }

  private void invokeConfig(
      String logicalId, ObjectNode origin, ObjectNode invoke, String qualifier) {
    ObjectNode config =
        add(origin, logicalId + "EventInvokeConfig", "AWS::Lambda::EventInvokeConfig");
    config.setAll(invoke);
    lines.inherit(config, invoke);
    config.set("FunctionName", ref(logicalId));
    config.put("Qualifier", qualifier);
  }

  private void event(
      String logicalId, ObjectNode origin, Map.Entry<String, JsonNode> event, JsonNode target) {
    String id = logicalId + event.getKey();
    String type = event.getValue().path("Type").asText();
    ObjectNode given =
        event.getValue().path("Properties") instanceof ObjectNode properties
            ? properties
            : JsonNodeFactory.instance.objectNode();
    switch (type) {
      case "SQS" -> {
        ObjectNode mapping = add(origin, id, "AWS::Lambda::EventSourceMapping");
        mapping.setAll(given);
        lines.inherit(mapping, given);
        mapping.remove("Queue");
        mapping.set("EventSourceArn", given.path("Queue"));
        mapping.set("FunctionName", target);
      }
      case "Schedule" -> {
        ObjectNode rule = rule(id, origin, given, target);
        rule.set("ScheduleExpression", given.path("Schedule"));
      }
      case "EventBridgeRule", "CloudWatchEvent" -> {
        ObjectNode rule = rule(id, origin, given, target);
        rule.set("EventPattern", given.path("Pattern"));
      }
      case "ScheduleV2" -> schedule(id, origin, given, target);
      default -> {
        // kept under its own type, so that it is reported as one that nobody here knows
        ObjectNode unknown = add(origin, id, FUNCTION + " event " + type);
        unknown.setAll(given);
      }
    }
  }

  private ObjectNode rule(String id, ObjectNode origin, ObjectNode given, JsonNode target) {
    ObjectNode rule = add(origin, id, "AWS::Events::Rule");
    lines.inherit(rule, given);
    ObjectNode to = rule.putArray("Targets").addObject().put("Id", id + "LambdaTarget");
    to.set("Arn", target);
    for (String property : fieldNames(given)) {
      switch (property) {
        case "Schedule", "Pattern" -> {} // the caller's
        case "Input", "InputPath", "InputTransformer", "RetryPolicy", "DeadLetterConfig" ->
            to.set(property, given.path(property));
        case "Target" -> to.set("Id", given.path("Target").path("Id"));
        case "RuleName" -> rule.set("Name", given.path(property));
        case "Enabled" ->
            rule.put("State", given.path(property).asBoolean() ? "ENABLED" : "DISABLED");
        default -> rule.set(property, given.path(property));
      }
    }
    ObjectNode permission = add(origin, id + "Permission", "AWS::Lambda::Permission");
    permission.put("Action", "lambda:InvokeFunction").put("Principal", "events.amazonaws.com");
    permission.set("FunctionName", target);
    permission.set("SourceArn", getAtt(id, "Arn"));
    return rule;
  }

  private void schedule(String id, ObjectNode origin, ObjectNode given, JsonNode target) {
    ObjectNode schedule = add(origin, id, "AWS::Scheduler::Schedule");
    lines.inherit(schedule, given);
    ObjectNode to = schedule.putObject("Target");
    to.set("Arn", target);
    schedule.putObject("FlexibleTimeWindow").put("Mode", "OFF");
    for (String property : fieldNames(given)) {
      switch (property) {
        case "Input", "RetryPolicy", "DeadLetterConfig", "RoleArn" ->
            to.set(property, given.path(property));
        case "OmitName", "PermissionsBoundary" -> {} // names and boundaries mean nothing here
        default -> schedule.set(property, given.path(property));
      }
    }
    if (!to.has("RoleArn")) {
      ObjectNode role = add(origin, id + "Role", "AWS::IAM::Role");
      role.set("AssumeRolePolicyDocument", SamPolicies.trust("scheduler.amazonaws.com"));
      ObjectNode policy = role.putArray("Policies").addObject().put("PolicyName", id + "Policy");
      policy.set("PolicyDocument", SamPolicies.document(List.of("lambda:InvokeFunction"), target));
      to.set("RoleArn", getAtt(id + "Role", "Arn"));
    }
  }

  private void role(
      String logicalId, ObjectNode origin, ObjectNode properties, boolean takesMessages) {
    ObjectNode role = add(origin, logicalId + "Role", "AWS::IAM::Role");
    role.set("AssumeRolePolicyDocument", SamPolicies.trust("lambda.amazonaws.com"));
    ArrayNode managed = role.putArray("ManagedPolicyArns");
    String prefix = "arn:aws:iam::aws:policy/service-role/";
    managed.add(prefix + "AWSLambdaBasicExecutionRole");
    if (takesMessages) {
      managed.add(prefix + "AWSLambdaSQSQueueExecutionRole");
    }
    if (properties.path("Tracing").asText().equals("Active")) {
      managed.add("arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess");
    }
    ArrayNode inline = role.putArray("Policies");
    JsonNode policies = properties.path("Policies");
    int number = 0;
    for (JsonNode policy :
        policies.isArray()
            ? policies
            : policies.isMissingNode() ? List.<JsonNode>of() : List.of(policies)) {
      String name = logicalId + "RolePolicy" + number++;
      if (policy.isTextual()) {
        managed.add(
            policy.asText().contains(":")
                ? policy.asText()
                : "arn:aws:iam::aws:policy/" + policy.asText());
      } else if (policy.has("Statement")) {
        inline.addObject().put("PolicyName", name).set("PolicyDocument", policy);
      } else if (policy.has("Ref") || policy.has("Fn::Sub") || policy.has("Fn::GetAtt")) {
        managed.add(policy);
      } else {
        String template = fieldNames(policy).getFirst();
        inline
            .addObject()
            .put("PolicyName", name)
            .set(
                "PolicyDocument", SamPolicies.template(logicalId, template, policy.path(template)));
      }
    }
    if (properties.path("DeadLetterQueue") instanceof ObjectNode deadLetters) {
      ObjectNode policy = inline.addObject().put("PolicyName", "DeadLetterQueuePolicy");
      String action =
          deadLetters.path("Type").asText().equals("SNS") ? "sns:Publish" : "sqs:SendMessage";
      policy.set(
          "PolicyDocument", SamPolicies.document(List.of(action), deadLetters.path("TargetArn")));
    }
  }

  /** A resource that exists if its origin does. */
  private ObjectNode add(ObjectNode origin, String logicalId, String type) {
    ObjectNode resource = made.putObject(logicalId).put("Type", type);
    for (String attribute : List.of("Condition", "DependsOn")) {
      if (origin.has(attribute)) {
        resource.set(attribute, origin.path(attribute));
      }
    }
    return resource.putObject("Properties");
  }

  /** SAM's rule for globals: mappings are merged, lists are put together, other values replaced. */
  private ObjectNode merged(JsonNode global, ObjectNode own) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    global.properties().forEach(e -> entries.put(e.getKey(), e.getValue()));
    own.properties().forEach(e -> entries.merge(e.getKey(), e.getValue(), this::combined));
    entries.forEach(all::set);
    if (global instanceof ObjectNode o) {
      lines.inherit(all, o);
    }
    lines.inherit(all, own);
    return all;
  }

  private JsonNode combined(JsonNode global, JsonNode own) {
    if (global instanceof ObjectNode
        && own instanceof ObjectNode o
        && !isFunction(global)
        && !isFunction(own)) {
      return merged(global, o);
    }
    if (global instanceof ArrayNode first && own instanceof ArrayNode second) {
      return JsonNodeFactory.instance.arrayNode().addAll(first).addAll(second);
    }
    return own;
  }

  private static boolean isFunction(JsonNode node) {
    return node.size() == 1
        && fieldNames(node).stream().anyMatch(n -> n.equals("Ref") || n.startsWith("Fn::"));
  }

  private static ObjectNode ref(String logicalId) {
    return JsonNodeFactory.instance.objectNode().put("Ref", logicalId);
  }

  private static ObjectNode getAtt(String logicalId, String attribute) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.putArray("Fn::GetAtt").add(TextNode.valueOf(logicalId)).add(TextNode.valueOf(attribute));
    return call;
  }

  private static List<String> fieldNames(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }
}
