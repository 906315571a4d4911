package dev.slipway.simulator.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.Page;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Amazon CloudWatch Logs: log groups, and what functions, containers and callers wrote into them.
 * Of a stream the newest 10,000 events are kept.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/">CloudWatch
 *     Logs API Reference</a>
 */
public final class LogsService implements AwsService {
  private static final Pattern GROUP_NAME = Pattern.compile("[.\\-_/#A-Za-z0-9]{1,512}");
  private static final Pattern STREAM_NAME = Pattern.compile("[^:*]{1,512}");
  private static final int MOST_EVENTS = 10_000;
  private static final int MOST_BYTES = 1_048_576;
  private static final int BYTES_OF_AN_EVENT = 26;
  private static final int MOST_DESCRIBED = 50;
  private static final Duration OLDEST = Duration.ofDays(14);
  private static final Duration NEWEST = Duration.ofHours(2);

  private final World world;
  private final Authorizer authorizer;
  private final Account account;

  /** By name, as DescribeLogGroups lists them. */
  private final Map<String, LogGroup> groups = new TreeMap<>();

  private final Map<String, AwsOperation> operations = new LinkedHashMap<>();
  private long lastNumber;

  public LogsService(World world, Authorizer authorizer, Account account) {
    this.world = world;
    this.authorizer = authorizer;
    this.account = account;
    operations.put("CreateLogGroup", this::createLogGroup);
    operations.put("CreateLogStream", this::createLogStream);
    operations.put("PutLogEvents", this::putLogEvents);
    operations.put("DescribeLogGroups", this::describeLogGroups);
    operations.put("DescribeLogStreams", this::describeLogStreams);
    operations.put("GetLogEvents", this::getLogEvents);
    operations.put("FilterLogEvents", this::filterLogEvents);
  }

  @Override
  public String signingName() {
    return "logs";
  }

  @Override
  public Map<String, AwsOperation> operations() {
    return operations;
  }

  // --- for functions and containers

  /** Whether there is a log group of that name. */
  public boolean has(String group) {
    return groups.containsKey(group);
  }

  /**
   * Creates a log group.
   *
   * @param retentionInDays null for events that are kept for ever
   * @throws AwsError if the name is not allowed, or taken
   */
  public void create(String group, @Nullable Integer retentionInDays) {
    if (!GROUP_NAME.matcher(group).matches()) {
      throw invalid(group, "logGroupName", "[\\.\\-_/#A-Za-z0-9]+");
    }
    if (has(group)) {
      throw AwsError.client(
          "ResourceAlreadyExistsException", "The specified log group already exists");
    }
    groups.put(group, new LogGroup(group, now(), retentionInDays));
  }

  /** A fault: a person deletes a log group that tasks write to. */
  public void delete(String group) {
    world.run(() -> {
      group(group);
      groups.remove(group);
    });
  }

  /**
   * Writes lines that were printed now; makes the stream if need be.
   *
   * @throws AwsError if there is no such log group
   */
  public void write(String group, String stream, List<String> lines) {
    LogStream to = group(group).streams.computeIfAbsent(stream, name -> new LogStream(name, now()));
    for (String line : lines) {
      if (!line.isEmpty()) { // there are no empty events
        to.add(event(now(), line));
      }
    }
  }

  /** What is in a stream, oldest first; nothing if there is no such stream. */
  public List<String> lines(String group, String stream) {
    return world.call(() ->
        Optional.ofNullable(groups.get(group))
            .map(found -> found.streams.get(stream))
            .map(found -> found.events().stream().map(LogEvent::message).toList())
            .orElse(List.of()));
  }

  // --- groups and streams

  private ObjectNode createLogGroup(AwsRequest request) {
    String name = text(request, "logGroupName");
    allow(request, "logs:CreateLogGroup", name, "");
    create(name, null);
    return answer();
  }

  private ObjectNode createLogStream(AwsRequest request) {
    String name = text(request, "logStreamName");
    LogGroup group = group(request, "logs:CreateLogStream", name);
    if (!STREAM_NAME.matcher(name).matches()) {
      throw invalid(name, "logStreamName", "[^:*]*");
    }
    if (group.streams.containsKey(name)) {
      throw AwsError.client(
          "ResourceAlreadyExistsException", "The specified log stream already exists");
    }
    group.streams.put(name, new LogStream(name, now()));
    return answer();
  }

  private ObjectNode describeLogGroups(AwsRequest request) {
    allow(request, "logs:DescribeLogGroups", "", "");
    String prefix =
        Optional.ofNullable(Members.text(request.body(), "logGroupNamePrefix")).orElse("");
    String pattern =
        Optional.ofNullable(Members.text(request.body(), "logGroupNamePattern"))
            .orElse("")
            .toLowerCase(Locale.ROOT);
    List<LogGroup> found =
        groups.values().stream()
            .filter(group -> group.name.startsWith(prefix))
            .filter(group -> group.name.toLowerCase(Locale.ROOT).contains(pattern))
            .toList();
    Page<LogGroup> page = Page.of(found, request.body(), "limit", MOST_DESCRIBED, MOST_DESCRIBED);
    ObjectNode answer = answer();
    ArrayNode list = answer.putArray("logGroups");
    for (LogGroup group : page.items()) {
      ObjectNode one =
          list.addObject()
              .put("logGroupName", group.name)
              .put("creationTime", group.created.toEpochMilli())
              .put("metricFilterCount", 0)
              .put("arn", arn(group.name) + ":*")
              .put("logGroupArn", arn(group.name))
              .put("logGroupClass", "STANDARD")
              .put("storedBytes", 0);
      if (group.retentionInDays != null) {
        one.put("retentionInDays", group.retentionInDays);
      }
    }
    return page.tokenInto(answer);
  }

  private ObjectNode describeLogStreams(AwsRequest request) {
    ObjectNode body = request.body();
    LogGroup group = group(request, "logs:DescribeLogStreams", "");
    String prefix = Members.text(body, "logStreamNamePrefix");
    boolean byTime = "LastEventTime".equals(Members.text(body, "orderBy"));
    if (byTime && prefix != null) {
      throw AwsError.client(
          "InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    Comparator<LogStream> order =
        byTime
            ? Comparator.comparing(LogsService::lastEvent)
            : Comparator.comparing(stream -> stream.name);
    List<LogStream> found =
        group.streams.values().stream()
            .filter(stream -> prefix == null || stream.name.startsWith(prefix))
            .sorted(Members.flag(body, "descending") ? order.reversed() : order)
            .toList();
    Page<LogStream> page = Page.of(found, body, "limit", MOST_DESCRIBED, MOST_DESCRIBED);
    ObjectNode answer = answer();
    ArrayNode list = answer.putArray("logStreams");
    for (LogStream stream : page.items()) {
      ObjectNode one =
          list.addObject()
              .put("logStreamName", stream.name)
              .put("creationTime", stream.created.toEpochMilli())
              .put("arn", arn(group.name) + ":log-stream:" + stream.name)
              .put("storedBytes", 0);
      if (!stream.events().isEmpty()) {
        LogEvent last = stream.events().getLast();
        one.put("firstEventTimestamp", stream.events().getFirst().timestamp().toEpochMilli())
            .put("lastEventTimestamp", last.timestamp().toEpochMilli())
            .put("lastIngestionTime", last.ingested().toEpochMilli());
      }
    }
    return page.tokenInto(answer);
  }

  private static Instant lastEvent(LogStream stream) {
    return stream.events().isEmpty() ? stream.created : stream.events().getLast().timestamp();
  }

  // --- events

  private ObjectNode putLogEvents(AwsRequest request) {
    LogStream stream = stream(request, "logs:PutLogEvents");
    JsonNode given = request.body().path("logEvents");
    check(given);
    int tooOld = 0;
    int tooNew = given.size();
    for (int i = 0; i < given.size(); i++) {
      Instant timestamp = timestamp(given.path(i));
      if (timestamp.isBefore(now().minus(OLDEST))) {
        tooOld = i + 1;
      } else if (timestamp.isAfter(now().plus(NEWEST))) {
        tooNew = Math.min(tooNew, i);
      } else {
        stream.add(event(timestamp, given.path(i).path("message").asText()));
      }
    }
    ObjectNode answer = answer().put("nextSequenceToken", Integer.toString(stream.end()));
    if (tooOld > 0 || tooNew < given.size()) {
      ObjectNode rejected = answer.putObject("rejectedLogEventsInfo");
      if (tooOld > 0) {
        rejected.put("tooOldLogEventEndIndex", tooOld);
      }
      if (tooNew < given.size()) {
        rejected.put("tooNewLogEventStartIndex", tooNew);
      }
    }
    return answer;
  }

  private static void check(JsonNode events) {
    if (events.isEmpty() || events.size() > MOST_EVENTS) {
      throw AwsError.client(
          "InvalidParameterException",
          "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member"
              + " must have length between 1 and "
              + MOST_EVENTS);
    }
    int bytes = 0;
    Instant last = Instant.MIN;
    for (JsonNode event : events) {
      String message = event.path("message").asText("");
      if (message.isEmpty()) {
        throw AwsError.client(
            "InvalidParameterException",
            "1 validation error detected: Value '' at 'logEvents.member.message' failed to satisfy"
                + " constraint: Member must have length greater than or equal to 1");
      }
      bytes += message.getBytes(StandardCharsets.UTF_8).length + BYTES_OF_AN_EVENT;
      if (timestamp(event).isBefore(last)) {
        throw AwsError.client(
            "InvalidParameterException",
            "Log events in a single PutLogEvents request must be in chronological order.");
      }
      last = timestamp(event);
    }
    if (bytes > MOST_BYTES) {
      throw AwsError.client(
          "InvalidParameterException",
          "Upload too large: " + bytes + " bytes exceeds limit of " + MOST_BYTES);
    }
  }

  private static Instant timestamp(JsonNode event) {
    return Instant.ofEpochMilli(event.path("timestamp").asLong());
  }

  /**
   * Pages of a stream, forwards and backwards. A token names the position it goes on at; at either
   * end of the stream the same token comes back.
   */
  private ObjectNode getLogEvents(AwsRequest request) {
    ObjectNode body = request.body();
    LogStream stream = stream(request, "logs:GetLogEvents");
    // the end is not included here, other than with FilterLogEvents
    Predicate<LogEvent> wanted =
        event -> since(body, event) && event.timestamp().toEpochMilli() < end(body);
    int limit = limit(body);
    String token = Members.text(body, "nextToken");
    boolean forwards = token == null ? Members.flag(body, "startFromHead") : token.startsWith("f/");
    int from = token == null ? (forwards ? stream.first() : stream.end()) : position(token, stream);
    List<Integer> positions = new ArrayList<>();
    int step = forwards ? 1 : -1;
    for (int at = forwards ? from : from - 1;
        at >= stream.first() && at < stream.end() && positions.size() < limit;
        at += step) {
      if (wanted.test(stream.at(at))) {
        positions.add(at);
      }
    }
    positions.sort(null);
    ObjectNode answer = answer();
    ArrayNode events = answer.putArray("events");
    positions.forEach(at -> describe(events.addObject(), stream.at(at)));
    return answer
        .put("nextForwardToken", token("f", positions.isEmpty() ? from : positions.getLast() + 1))
        .put("nextBackwardToken", token("b", positions.isEmpty() ? from : positions.getFirst()));
  }

  private static String token(String direction, int position) {
    return String.format(Locale.ROOT, "%s/%056d/s", direction, position);
  }

  private static int position(String token, LogStream stream) {
    if (!token.matches("[fb]/0{40}\\d{16}/s")) {
      throw AwsError.client("InvalidParameterException", "The specified nextToken is invalid.");
    }
    return Math.clamp(Long.parseLong(token, 2, 58, 10), stream.first(), stream.end());
  }

  private ObjectNode filterLogEvents(AwsRequest request) {
    ObjectNode body = request.body();
    LogGroup group = group(request, "logs:FilterLogEvents", "");
    FilterPattern pattern =
        FilterPattern.parse(Optional.ofNullable(Members.text(body, "filterPattern")).orElse(""));
    List<String> named = Members.texts(body, "logStreamNames");
    String prefix = Members.text(body, "logStreamNamePrefix");
    if (!named.isEmpty() && prefix != null) {
      throw AwsError.client(
          "InvalidParameterException",
          "logStreamNames and logStreamNamePrefix cannot be used together.");
    }
    named.forEach(name -> stream(group, name));
    record Found(LogStream stream, LogEvent event) {}
    List<Found> all = new ArrayList<>();
    for (LogStream stream : group.streams.values()) {
      if ((named.isEmpty() || named.contains(stream.name))
          && (prefix == null || stream.name.startsWith(prefix))) {
        stream.events().stream()
            .filter(event ->
                since(body, event)
                    && event.timestamp().toEpochMilli() <= end(body)
                    && pattern.matches(event.message()))
            .forEach(event -> all.add(new Found(stream, event)));
      }
    }
    all.sort(
        Comparator.comparing((Found found) -> found.event().timestamp())
            .thenComparingLong(found -> found.event().number()));
    Page<Found> page = Page.of(all, body, "limit", MOST_EVENTS, MOST_EVENTS);
    ObjectNode answer = answer();
    ArrayNode events = answer.putArray("events");
    for (Found found : page.items()) {
      describe(events.addObject(), found.event())
          .put("logStreamName", found.stream().name)
          .put("eventId", String.format(Locale.ROOT, "%056d", found.event().number()));
    }
    answer.putArray("searchedLogStreams"); // empty, as AWS answers it
    return page.tokenInto(answer);
  }

  private static ObjectNode describe(ObjectNode json, LogEvent event) {
    return json.put("timestamp", event.timestamp().toEpochMilli())
        .put("message", event.message())
        .put("ingestionTime", event.ingested().toEpochMilli());
  }

  private static boolean since(ObjectNode body, LogEvent event) {
    return event.timestamp().toEpochMilli() >= body.path("startTime").asLong(Long.MIN_VALUE);
  }

  private static long end(ObjectNode body) {
    return body.path("endTime").asLong(Long.MAX_VALUE);
  }

  private static int limit(ObjectNode body) {
    int limit = Members.integer(body, "limit", MOST_EVENTS);
    if (limit < 1 || limit > MOST_EVENTS) {
      throw AwsError.client(
          "InvalidParameterException",
          "1 validation error detected: Value '"
              + limit
              + "' at 'limit' failed to satisfy constraint: Member must have value between 1 and "
              + MOST_EVENTS);
    }
    return limit;
  }

  private LogEvent event(Instant timestamp, String message) {
    return new LogEvent(++lastNumber, timestamp, now(), message);
  }

  // ---

  private LogStream stream(AwsRequest request, String action) {
    String name = text(request, "logStreamName");
    return stream(group(request, action, name), name);
  }

  private static LogStream stream(LogGroup group, String name) {
    LogStream stream = group.streams.get(name);
    if (stream == null) {
      throw AwsError.client(
          "ResourceNotFoundException", "The specified log stream does not exist.");
    }
    return stream;
  }

  /** The group that the request names, if the caller may. */
  private LogGroup group(AwsRequest request, String action, String stream) {
    String identifier = Members.text(request.body(), "logGroupIdentifier");
    String name =
        identifier == null
            ? text(request, "logGroupName")
            : identifier.substring(identifier.lastIndexOf(':') + 1);
    allow(request, action, name, stream);
    return group(name);
  }

  private LogGroup group(String name) {
    LogGroup group = groups.get(name);
    if (group == null) {
      throw AwsError.client("ResourceNotFoundException", "The specified log group does not exist.");
    }
    return group;
  }

  /** Of a whole group IAM is asked with an empty stream: a policy needs {@code :*} after it. */
  private void allow(AwsRequest request, String action, String group, String stream) {
    authorizer.authorize(request.caller(), action, arn(group) + ":log-stream:" + stream, Map.of());
  }

  private String arn(String group) {
    return account.arn("logs", "log-group:" + group);
  }

  /** CloudWatch Logs knows milliseconds. */
  private Instant now() {
    return world.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String text(AwsRequest request, String member) {
    String value = Members.text(request.body(), member);
    if (value == null) {
      throw AwsError.client(
          "InvalidParameterException",
          "1 validation error detected: Value null at '"
              + member
              + "' failed to satisfy constraint: Member must not be null");
    }
    return value;
  }

  private static AwsError invalid(String value, String member, String pattern) {
    return AwsError.client(
        "InvalidParameterException",
        "1 validation error detected: Value '"
            + value
            + "' at '"
            + member
            + "' failed to satisfy constraint: Member must satisfy regular expression pattern: "
            + pattern);
  }

  private static ObjectNode answer() {
    return JsonNodeFactory.instance.objectNode();
  }
}
