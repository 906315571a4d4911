package dev.slipway.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.dynamodb.DynamoDbService;
import dev.slipway.simulator.events.Archive;
import dev.slipway.simulator.events.EventBridgeService;
import dev.slipway.simulator.events.Rule;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.iam.Role;
import dev.slipway.simulator.lambda.FunctionSettings;
import dev.slipway.simulator.lambda.LambdaService;
import dev.slipway.simulator.lambda.MappingSettings;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.scheduler.SchedulerService;
import dev.slipway.simulator.sns.SnsService;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Creates in the simulated services what a stack says is to be there, as CloudFormation does. */
final class StackDeployment {
  private static final JsonMapper JSON = new JsonMapper();

  private final Account account;
  private final Iam iam;
  private final SqsService sqs;
  private final SnsService sns;
  private final LogsService logs;
  private final DynamoDbService dynamoDb;
  private final LambdaService lambda;
  private final EventBridgeService events;
  private final SchedulerService scheduler;
  private final Path packageDirectory;

  StackDeployment(
      Account account,
      Iam iam,
      SqsService sqs,
      SnsService sns,
      LogsService logs,
      DynamoDbService dynamoDb,
      LambdaService lambda,
      EventBridgeService events,
      SchedulerService scheduler,
      Path packageDirectory) {
    this.account = account;
    this.iam = iam;
    this.sqs = sqs;
    this.sns = sns;
    this.logs = logs;
    this.dynamoDb = dynamoDb;
    this.lambda = lambda;
    this.events = events;
    this.scheduler = scheduler;
    this.packageDirectory = packageDirectory;
  }

  void create(Stack stack) {
    stack.roles().forEach(iam::add);
    for (Stack.LogGroup group : stack.logGroups()) {
      creating(group.logicalId(), () -> logs.create(group.name(), group.retentionInDays()));
    }
    for (Stack.Queue queue : stack.queues()) {
      creating(queue.logicalId(), () -> sqs.create(queue.name(), queue.attributes(), Map.of()));
    }
    for (Stack.Topic topic : stack.topics()) {
      creating(topic.logicalId(), () -> sns.create(topic.name(), topic.attributes()));
    }
    for (Stack.Subscription subscription : stack.subscriptions()) {
      creating(
          subscription.logicalId(),
          () ->
              sns.subscribe(
                  subscription.topicArn(),
                  subscription.id(),
                  subscription.protocol(),
                  subscription.endpoint(),
                  subscription.attributes()));
    }
    for (Stack.Table table : stack.tables()) {
      creating(
          table.logicalId(),
          () -> dynamoDb.create(table.request(), table.timeToLive(), table.pointInTimeRecovery()));
    }
    for (Stack.Function function : stack.functions()) {
      creating(function.logicalId(), () -> lambda.create(settings(function, stack)));
    }
    for (Stack.Rule rule : stack.rules()) {
      creating(rule.logicalId(), () -> events.put(rule(rule)));
    }
    for (Stack.Archive archive : stack.archives()) {
      creating(archive.logicalId(), () -> events.create(archive(archive)));
    }
    // last, since these begin at once
    for (Stack.Mapping mapping : stack.mappings()) {
      creating(mapping.logicalId(), () -> lambda.create(settings(mapping.definition())));
    }
    for (Stack.Schedule schedule : stack.schedules()) {
      creating(
          schedule.logicalId(),
          () ->
              scheduler.create(
                  schedule.name(), schedule.expression(), schedule.enabled(), schedule.target()));
    }
  }

  private static void creating(String logicalId, Runnable creation) {
    try {
      creation.run();
    } catch (AwsError e) {
      throw failed(logicalId, e.code() + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw failed(logicalId, String.valueOf(e.getMessage()));
    }
  }

  private static IllegalArgumentException failed(String logicalId, String why) {
    return new IllegalArgumentException(logicalId + " cannot be created: " + why);
  }

  private FunctionSettings settings(Stack.Function function, Stack stack) {
    Role role =
        iam.role(function.roleName())
            .orElseThrow(() ->
                new IllegalArgumentException("the template has no role " + function.roleName()));
    if (!role.trusts("lambda.amazonaws.com", account.globalArn("iam", "role/" + role.name()))) {
      throw AwsError.client(
          "InvalidParameterValueException",
          "The role defined for the function cannot be assumed by Lambda.");
    }
    List<String> destinations = function.failures().destinations();
    if (destinations.size() > 1) {
      throw new IllegalArgumentException(
          "a dead-letter queue together with a destination on failure is not simulated");
    }
    return new FunctionSettings(
        function.name(),
        function.handler(),
        packageDirectory,
        function.environment(),
        function.timeout(),
        function.memoryMb(),
        function.logFormat().equals("JSON"),
        function.logGroup(),
        identity(function, role),
        function.alias() == null ? Map.of() : Map.of(function.alias(), "1"),
        stack.permissions().stream()
            .filter(permission -> concerns(permission, function))
            .map(permission ->
                new FunctionSettings.InvokePermission(
                    permission.principal(), permission.sourceArn()))
            .toList(),
        new FunctionSettings.Asynchronous(
            function.failures().retries(),
            function.failures().maximumAge(),
            destinations.isEmpty() ? null : destinations.getFirst()));
  }

  private static boolean concerns(Stack.Permission permission, Stack.Function function) {
    return permission.functionArn().equals(function.name())
        || permission.functionArn().equals(function.arn())
        || permission.functionArn().startsWith(function.arn() + ":");
  }

  /** Each function signs with a key of its own, so that its calls are known as its own. */
  private FunctionSettings.Identity identity(Stack.Function function, Role role) {
    Caller session = iam.session(role.name(), function.name());
    String hash =
        UUID.nameUUIDFromBytes(function.name().getBytes(StandardCharsets.UTF_8))
            .toString()
            .replace("-", "")
            .toUpperCase(Locale.ROOT);
    String accessKeyId = "ASIA" + hash.substring(0, 16);
    iam.issue(accessKeyId, session);
    return new FunctionSettings.Identity(session, accessKeyId, "simulated", "simulated");
  }

  private Rule rule(Stack.Rule rule) {
    JsonNode definition = rule.definition();
    if (!definition.has("EventPattern")) {
      throw new IllegalArgumentException("rules with a schedule are not simulated yet");
    }
    if (!definition.path("EventBusName").asText("default").equals("default")) {
      throw new IllegalArgumentException("there is one event bus here, the default one");
    }
    return new Rule(
        rule.name(),
        definition.path("Description").asText(),
        pattern(definition.path("EventPattern").asText()),
        !definition.path("State").asText("ENABLED").equals("DISABLED"),
        rule.targets());
  }

  private Archive archive(Stack.Archive archive) {
    JsonNode definition = archive.definition();
    String bus = account.arn("events", "event-bus/default");
    if (!definition.path("SourceArn").asText().equals(bus)) {
      throw new IllegalArgumentException(
          "there is one event bus here, the default one: its SourceArn is " + bus);
    }
    return new Archive(
        archive.name(),
        definition.path("Description").asText(),
        definition.has("EventPattern") ? pattern(definition.path("EventPattern").toString()) : null,
        definition.path("RetentionDays").asInt(0));
  }

  private static ObjectNode pattern(String json) {
    try {
      if (JSON.readTree(json) instanceof ObjectNode pattern) {
        return pattern;
      }
      throw new IllegalArgumentException("an event pattern is an object, not " + json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the event pattern is no JSON: " + json, e);
    }
  }

  private MappingSettings settings(ObjectNode definition) {
    String queueArn = definition.path("EventSourceArn").asText();
    if (!queueArn.startsWith("arn:aws:sqs:")) {
      throw new IllegalArgumentException(
          "an event source that is no queue is not simulated: " + queueArn);
    }
    // a name, or an ARN, each perhaps with a qualifier
    String function = definition.path("FunctionName").asText();
    String named =
        function.startsWith("arn:") ? function.substring(lambda.arnOf("").length()) : function;
    int colon = named.indexOf(':');
    boolean partial = false;
    for (JsonNode type : definition.path("FunctionResponseTypes")) {
      partial |= type.asText().equals("ReportBatchItemFailures");
    }
    return new MappingSettings(
        queueArn,
        colon < 0 ? named : named.substring(0, colon),
        colon < 0 ? null : named.substring(colon + 1),
        definition.path("BatchSize").asInt(10),
        partial,
        definition.path("ScalingConfig").path("MaximumConcurrency").asInt(0),
        definition.path("Enabled").asBoolean(true));
  }
}
