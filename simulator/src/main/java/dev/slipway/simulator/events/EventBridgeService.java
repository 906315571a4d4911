package dev.slipway.simulator.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.EventSink;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.Machine;

/**
 * Amazon EventBridge: the default bus, its rules and archives, and the delivery to the rules'
 * targets.
 */
public final class EventBridgeService implements AwsService, EventSink {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Duration LATENCY = Duration.ofMillis(100);
  private static final int MAXIMUM_BYTES = 1_048_576;
  private static final int REMEMBERED = 30_000;
  private static final String BUS = "default";

  private final World world;
  private final Authorizer authorizer;
  private final Journal journal;
  private final Account account;
  private final List<TargetService> targetServices;
  private final EventFaults faults;
  private final Archives archives;
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final Deque<ObjectNode> remembered = new ArrayDeque<>();
  private final Map<String, AwsOperation> operations = new LinkedHashMap<>();
  private Machine machine = Machine.builder().build();

  /**
   * @param targetServices the services whose resources can be targets, in no order
   */
  public EventBridgeService(
      World world,
      Authorizer authorizer,
      Journal journal,
      Account account,
      List<TargetService> targetServices) {
    this.world = world;
    this.authorizer = authorizer;
    this.journal = journal;
    this.account = account;
    this.targetServices = List.copyOf(targetServices);
    this.faults = new EventFaults(world);
    this.archives = new Archives(world, authorizer, journal, account, this::match);
    operations.put("PutEvents", this::putEvents);
    operations.put("PutRule", this::putRule);
    operations.put("DeleteRule", this::deleteRule);
    operations.put("DescribeRule", this::describeRule);
    operations.put("ListRules", this::listRules);
    operations.put("EnableRule", request -> setEnabled(request, true));
    operations.put("DisableRule", request -> setEnabled(request, false));
    operations.put("PutTargets", this::putTargets);
    operations.put("RemoveTargets", this::removeTargets);
    operations.put("ListTargetsByRule", this::listTargetsByRule);
    operations.putAll(archives.operations());
  }

  @Override
  public String signingName() {
    return "events";
  }

  @Override
  public Map<String, AwsOperation> operations() {
    return operations;
  }

  /** What may happen to events on their way. */
  public EventFaults faults() {
    return faults;
  }

  /** The newest events that were put on the bus, oldest first, lost ones included. */
  public List<ObjectNode> events() {
    return world.call(() -> List.copyOf(remembered));
  }

  /** The ARN of a rule of the default bus. */
  public String ruleArn(String name) {
    return account.arn("events", "rule/" + name);
  }

  /**
   * Creates a rule or sets it anew, targets included.
   *
   * @throws AwsError if the pattern or a target is not valid
   */
  public void put(Rule rule) {
    if (rule.targets().size() > 5) {
      throw AwsError.client(
          "LimitExceededException", "Rule " + rule.name() + " has more than 5 targets.");
    }
    rule.targets().forEach(Target::parse);
    Map<String, Rule> changed = new LinkedHashMap<>(rules);
    changed.put(rule.name(), rule);
    machine = machine(changed);
    rules.put(rule.name(), rule);
  }

  /**
   * Creates an archive.
   *
   * @throws AwsError if there is one of that name, or its pattern is not valid
   */
  public void create(Archive archive) {
    archives.create(archive);
  }

  private static Machine machine(Map<String, Rule> rules) {
    Machine machine = Machine.builder().build();
    for (Rule rule : rules.values()) {
      if (rule.enabled()) {
        try {
          machine.addRule(rule.name(), rule.pattern().toString());
        } catch (IOException e) {
          throw AwsError.client(
              "InvalidEventPatternException",
              "Event pattern is not valid. Reason: " + e.getMessage());
        }
      }
    }
    return machine;
  }

  // --- events

  @Override
  public void emit(String source, String detailType, List<String> resources, ObjectNode detail) {
    put(source, detailType, resources, detail, world.now());
  }

  private String put(
      String source, String detailType, List<String> resources, JsonNode detail, Instant time) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    String id = UUID.randomUUID().toString();
    event.put("version", "0");
    event.put("id", id);
    event.put("detail-type", detailType);
    event.put("source", source);
    event.put("account", account.id());
    event.put("time", DateTimeFormatter.ISO_INSTANT.format(time.truncatedTo(ChronoUnit.SECONDS)));
    event.put("region", account.region());
    ArrayNode named = event.putArray("resources");
    resources.forEach(named::add);
    event.set("detail", detail.deepCopy());
    remembered.addLast(event);
    if (remembered.size() > REMEMBERED) {
      remembered.removeFirst();
    }
    world.after(LATENCY, () -> faults.pass(event, this::arrive));
    return id;
  }

  private void arrive(ObjectNode event) {
    archives.keep(event);
    match(event, Set.of());
  }

  /**
   * Delivers an event to the targets of the rules that it matches.
   *
   * @param ruleArns the rules that may match; empty for all
   */
  private void match(ObjectNode event, Set<String> ruleArns) {
    List<String> names;
    try {
      names = machine.rulesForJSONEvent(event.toString());
    } catch (Exception e) {
      throw new IllegalStateException("Event Ruler could not read the event " + event, e);
    }
    Instant now = world.now();
    for (String name : names.stream().sorted().toList()) {
      Rule rule = rules.get(name);
      if (rule == null) {
        throw new IllegalStateException("Event Ruler matched an unknown rule: " + name);
      }
      if (!ruleArns.isEmpty() && !ruleArns.contains(ruleArn(name))) {
        continue;
      }
      for (ObjectNode document : rule.targets()) {
        attempt(event, rule, Target.parse(document), now, 0);
      }
    }
  }

  private void attempt(ObjectNode event, Rule rule, Target target, Instant first, int retries) {
    String ruleArn = ruleArn(rule.name());
    try {
      String payload = target.input().payload(event, rule, ruleArn, first);
      serviceFor(target.arn())
          .deliver(
              new Delivery(
                  ruleArn, target.arn(), payload, target.messageGroupFor(event), Map.of()));
      journal.note(
          "events", title(event) + " → rule " + rule.name() + " → " + resource(target.arn()));
    } catch (DeliveryFailure failure) {
      retry(event, rule, target, first, retries, failure);
    }
  }

  private void retry(
      ObjectNode event,
      Rule rule,
      Target target,
      Instant first,
      int retries,
      DeliveryFailure failure) {
    journal.note(
        "events",
        title(event)
            + " → rule "
            + rule.name()
            + " → "
            + resource(target.arn())
            + " failed: "
            + failure.getMessage());
    if (!failure.isRetried()) {
      giveUp(event, rule, target, retries, failure, null);
    } else if (retries >= target.retryPolicy().maximumRetryAttempts()) {
      giveUp(event, rule, target, retries, failure, "MaximumRetryAttempts");
    } else {
      Duration pause = RetryPolicy.pauseBefore(retries + 1);
      Instant end = first.plus(target.retryPolicy().maximumEventAge());
      if (world.now().plus(pause).isAfter(end)) {
        giveUp(event, rule, target, retries, failure, "MaximumEventAgeInSeconds");
      } else {
        world.after(pause, () -> attempt(event, rule, target, first, retries + 1));
      }
    }
  }

  /**
   * Puts an event into the target's dead-letter queue, with the attributes that AWS documents (<a
   * href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html">dead-letter
   * queues of rules</a>).
   */
  private void giveUp(
      ObjectNode event,
      Rule rule,
      Target target,
      int retries,
      DeliveryFailure failure,
      @Nullable String exhausted) {
    if (target.deadLetterArn() == null) {
      journal.note("events", title(event) + " is dropped: its target has no dead-letter queue");
      return;
    }
    String ruleArn = ruleArn(rule.name());
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("RULE_ARN", ruleArn);
    attributes.put("TARGET_ARN", target.arn());
    attributes.put("ERROR_CODE", failure.code());
    attributes.put("ERROR_MESSAGE", String.valueOf(failure.getMessage()));
    attributes.put("RETRY_ATTEMPTS", Integer.toString(retries));
    if (exhausted != null) {
      attributes.put("EXHAUSTED_RETRY_CONDITION", exhausted);
    }
    try {
      serviceFor(target.deadLetterArn())
          .deliver(
              new Delivery(ruleArn, target.deadLetterArn(), event.toString(), null, attributes));
      journal.note("events", title(event) + " → " + resource(target.deadLetterArn()));
    } catch (DeliveryFailure lost) {
      journal.note(
          "events",
          title(event)
              + " is dropped: its dead-letter queue does not take it: "
              + lost.getMessage());
    }
  }

  private TargetService serviceFor(String arn) throws DeliveryFailure {
    for (TargetService service : targetServices) {
      if (service.isFor(arn)) {
        return service;
      }
    }
    throw new DeliveryFailure(
        "NO_RESOURCE", false, "The simulator delivers to no target of this kind: " + arn);
  }

  private static String title(ObjectNode event) {
    return event.path("source").asText() + " '" + event.path("detail-type").asText() + "'";
  }

  private static String resource(String arn) {
    return arn.split(":", 6)[5];
  }

  private ObjectNode putEvents(AwsRequest request) {
    JsonNode entries = request.body().path("Entries");
    if (entries.isEmpty() || entries.size() > 10) {
      throw AwsError.client(
          "ValidationException",
          "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member"
              + " must have length between 1 and 10; it is "
              + entries.size()
              + ".");
    }
    int bytes = 0;
    for (JsonNode entry : entries) {
      bytes += size(entry);
    }
    if (bytes > MAXIMUM_BYTES) {
      throw AwsError.client(
          "ValidationException", "Total size of the entries in the request is over the limit.");
    }
    for (JsonNode entry : entries) {
      checkBus(entry);
      authorizer.authorize(
          request.caller(),
          "events:PutEvents",
          account.arn("events", "event-bus/" + BUS),
          Map.of(
              "events:source", entry.path("Source").asText(""),
              "events:detail-type", entry.path("DetailType").asText("")));
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode results = answer.putArray("Entries");
    int failed = 0;
    for (JsonNode entry : entries) {
      ObjectNode result = results.addObject();
      try {
        result.put("EventId", putEntry(entry));
      } catch (AwsError e) {
        failed++;
        result.put("ErrorCode", e.code()).put("ErrorMessage", e.getMessage());
      }
    }
    return answer.put("FailedEntryCount", failed);
  }

  /** An entry counts with 14 bytes for its time, and the UTF-8 of its other members. */
  private static int size(JsonNode entry) {
    int size = entry.hasNonNull("Time") ? 14 : 0;
    for (String member : List.of("Source", "DetailType", "Detail")) {
      size += entry.path(member).asText("").getBytes(StandardCharsets.UTF_8).length;
    }
    for (JsonNode resource : entry.path("Resources")) {
      size += resource.asText().getBytes(StandardCharsets.UTF_8).length;
    }
    return size;
  }

  private String putEntry(JsonNode entry) {
    String source = required(entry, "Source");
    String detailType = required(entry, "DetailType");
    String text = required(entry, "Detail");
    if (source.startsWith("aws.")) {
      throw AwsError.client("NotAuthorizedForSourceException", "Not authorized for the source.");
    }
    JsonNode detail;
    try {
      detail = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw AwsError.client("MalformedDetail", "Detail is malformed.");
    }
    if (!detail.isObject()) {
      throw AwsError.client("MalformedDetail", "Detail is malformed.");
    }
    List<String> resources = new ArrayList<>();
    entry.path("Resources").forEach(resource -> resources.add(resource.asText()));
    JsonNode time = entry.path("Time");
    return put(
        source,
        detailType,
        resources,
        detail,
        time.isNumber() ? Instant.ofEpochSecond(time.asLong()) : world.now());
  }

  private static String required(JsonNode entry, String member) {
    String value = entry.path(member).asText("");
    if (value.isEmpty()) {
      throw AwsError.client(
          "InvalidArgument",
          "Parameter " + member + " is not valid. Reason: " + member + " is a required argument.");
    }
    return value;
  }

  private void checkBus(JsonNode body) {
    String bus = body.path("EventBusName").asText(BUS);
    if (!bus.equals(BUS) && !bus.equals(account.arn("events", "event-bus/" + BUS))) {
      throw AwsError.client("ResourceNotFoundException", "Event bus " + bus + " does not exist.");
    }
  }

  // --- rules

  private ObjectNode putRule(AwsRequest request) {
    JsonNode body = request.body();
    String name = body.path("Name").asText();
    allow(request, "events:PutRule", name);
    if (body.hasNonNull("ScheduleExpression")) {
      throw AwsError.client(
          "ValidationException",
          "Rule " + name + ": the simulator has no schedules, only event patterns.");
    }
    Rule former = rules.get(name);
    put(
        new Rule(
            name,
            body.path("Description").asText(""),
            pattern(body.path("EventPattern").asText("")),
            !body.path("State").asText("ENABLED").equals("DISABLED"),
            former == null ? List.of() : former.targets()));
    return JsonNodeFactory.instance.objectNode().put("RuleArn", ruleArn(name));
  }

  private static ObjectNode pattern(String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode pattern) {
        return pattern;
      }
    } catch (JsonProcessingException e) {
      throw AwsError.client(
          "InvalidEventPatternException",
          "Event pattern is not valid. Reason: " + e.getOriginalMessage());
    }
    throw AwsError.client(
        "InvalidEventPatternException",
        "Event pattern is not valid. Reason: Filter is not an object");
  }

  private ObjectNode deleteRule(AwsRequest request) {
    String name = request.body().path("Name").asText();
    allow(request, "events:DeleteRule", name);
    Rule rule = rules.get(name);
    if (rule != null && !rule.targets().isEmpty()) {
      throw AwsError.client("ValidationException", "Rule can't be deleted since it has targets.");
    }
    rules.remove(name);
    machine = machine(rules);
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode describeRule(AwsRequest request) {
    String name = request.body().path("Name").asText();
    allow(request, "events:DescribeRule", name);
    return described(rule(name)).put("CreatedBy", account.id());
  }

  private ObjectNode listRules(AwsRequest request) {
    allow(request, "events:ListRules", "*");
    String prefix = request.body().path("NamePrefix").asText("");
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode described = answer.putArray("Rules");
    rules.values().stream()
        .filter(rule -> rule.name().startsWith(prefix))
        .forEach(rule -> described.add(described(rule)));
    return answer;
  }

  private ObjectNode described(Rule rule) {
    ObjectNode said =
        JsonNodeFactory.instance
            .objectNode()
            .put("Name", rule.name())
            .put("Arn", ruleArn(rule.name()))
            .put("EventPattern", rule.pattern().toString())
            .put("State", rule.enabled() ? "ENABLED" : "DISABLED")
            .put("EventBusName", BUS);
    return rule.description().isEmpty() ? said : said.put("Description", rule.description());
  }

  private ObjectNode setEnabled(AwsRequest request, boolean enabled) {
    String name = request.body().path("Name").asText();
    allow(request, enabled ? "events:EnableRule" : "events:DisableRule", name);
    Rule rule = rule(name);
    put(new Rule(name, rule.description(), rule.pattern(), enabled, rule.targets()));
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode putTargets(AwsRequest request) {
    String name = request.body().path("Rule").asText();
    allow(request, "events:PutTargets", name);
    Map<String, ObjectNode> targets = targets(rule(name));
    for (JsonNode target : request.body().path("Targets")) {
      targets.put(target.path("Id").asText(), (ObjectNode) target);
    }
    return setTargets(name, targets);
  }

  private ObjectNode removeTargets(AwsRequest request) {
    String name = request.body().path("Rule").asText();
    allow(request, "events:RemoveTargets", name);
    Map<String, ObjectNode> targets = targets(rule(name));
    request.body().path("Ids").forEach(id -> targets.remove(id.asText()));
    return setTargets(name, targets);
  }

  private ObjectNode setTargets(String name, Map<String, ObjectNode> targets) {
    Rule rule = rule(name);
    put(
        new Rule(
            name,
            rule.description(),
            rule.pattern(),
            rule.enabled(),
            List.copyOf(targets.values())));
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("FailedEntryCount", 0);
    answer.putArray("FailedEntries");
    return answer;
  }

  private static Map<String, ObjectNode> targets(Rule rule) {
    Map<String, ObjectNode> targets = new LinkedHashMap<>();
    rule.targets().forEach(target -> targets.put(target.path("Id").asText(), target));
    return targets;
  }

  private ObjectNode listTargetsByRule(AwsRequest request) {
    String name = request.body().path("Rule").asText();
    allow(request, "events:ListTargetsByRule", name);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode targets = answer.putArray("Targets");
    rule(name).targets().forEach(targets::add);
    return answer;
  }

  private Rule rule(String name) {
    Rule rule = rules.get(name);
    if (rule == null) {
      throw AwsError.client(
          "ResourceNotFoundException", "Rule " + name + " does not exist on EventBus " + BUS + ".");
    }
    return rule;
  }

  private void allow(AwsRequest request, String action, String name) {
    checkBus(request.body());
    authorizer.authorize(request.caller(), action, ruleArn(name), Map.of());
  }
}
