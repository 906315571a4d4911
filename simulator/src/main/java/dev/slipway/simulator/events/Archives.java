package dev.slipway.simulator.events;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.Machine;

/**
 * The archives of the default bus, and the replays of what they hold. Guarded by the world's lock.
 *
 * <p>As in AWS an archive takes the events that match its pattern when they come to the bus, and no
 * replayed ones. A replay goes through the window minute by minute, and hands each event to the
 * rules that it was asked for, with the member {@code replay-name}; id and time stay (<a
 * href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html">archiving and
 * replaying events</a>). AWS may need up to ten minutes until an event is in the archive; here it
 * is there at once. How long a replay takes is not published: here a second to start, and one for
 * each minute that has events.
 */
final class Archives {
  /** Hands a replayed event to rules. */
  interface Replayer {
    /**
     * Hands it over.
     *
     * @param ruleArns of the rules that may match; empty for all
     */
    void replay(ObjectNode event, Set<String> ruleArns);
  }

  /** The states of a replay that are simulated, in AWS's words. */
  private enum State {
    STARTING,
    RUNNING,
    CANCELLING,
    CANCELLED,
    COMPLETED;

    boolean isEnd() {
      return this == CANCELLED || this == COMPLETED;
    }
  }

  private static final class Kept {
    final Archive archive;
    final Machine machine;
    final Instant created;
    final List<ObjectNode> events = new ArrayList<>();

    Kept(Archive archive, Machine machine, Instant created) {
      this.archive = archive;
      this.machine = machine;
      this.created = created;
    }
  }

  private static final class Replay {
    final String name;
    final ObjectNode request;
    final Set<String> ruleArns;
    final Iterator<Map.Entry<Instant, List<ObjectNode>>> minutes;
    final Instant started;
    State state = State.STARTING;
    @Nullable Instant ended;
    @Nullable Instant last;

    Replay(
        String name,
        ObjectNode request,
        Set<String> ruleArns,
        NavigableMap<Instant, List<ObjectNode>> minutes,
        Instant started) {
      this.name = name;
      this.request = request;
      this.ruleArns = ruleArns;
      this.minutes = minutes.entrySet().iterator();
      this.started = started;
    }
  }

  private static final Duration STEP = Duration.ofSeconds(1);
  private static final String REPLAY_NAME = "replay-name";
  private static final Pattern NAME = Pattern.compile("[\\w.-]{1,64}");

  private final World world;
  private final Authorizer authorizer;
  private final Journal journal;
  private final Account account;
  private final Replayer replayer;
  private final Map<String, Kept> archives = new LinkedHashMap<>();
  private final Map<String, Replay> replays = new LinkedHashMap<>();

  Archives(
      World world, Authorizer authorizer, Journal journal, Account account, Replayer replayer) {
    this.world = world;
    this.authorizer = authorizer;
    this.journal = journal;
    this.account = account;
    this.replayer = replayer;
  }

  Map<String, AwsOperation> operations() {
    Map<String, AwsOperation> operations = new LinkedHashMap<>();
    operations.put("DescribeArchive", this::describeArchive);
    operations.put("ListArchives", this::listArchives);
    operations.put("StartReplay", this::startReplay);
    operations.put("DescribeReplay", this::describeReplay);
    operations.put("ListReplays", this::listReplays);
    operations.put("CancelReplay", this::cancelReplay);
    return operations;
  }

  /**
   * Creates an archive, empty.
   *
   * @throws AwsError if there is one of that name, or its pattern is not valid
   */
  void create(Archive archive) {
    if (archives.containsKey(archive.name())) {
      throw AwsError.client(
          "ResourceAlreadyExistsException", "Archive " + archive.name() + " already exists.");
    }
    Machine machine = Machine.builder().build();
    if (archive.pattern() != null) {
      try {
        machine.addRule(archive.name(), archive.pattern().toString());
      } catch (IOException e) {
        throw AwsError.client(
            "InvalidEventPatternException",
            "Event pattern is not valid. Reason: " + e.getMessage());
      }
    }
    archives.put(archive.name(), new Kept(archive, machine, world.now()));
  }

  /** Keeps an event that has come to the bus, in each archive whose pattern it matches. */
  void keep(ObjectNode event) {
    if (event.has(REPLAY_NAME)) {
      return;
    }
    for (Kept kept : archives.values()) {
      if (kept.archive.pattern() == null || matches(kept.machine, event)) {
        kept.events.add(event);
      }
    }
  }

  private static boolean matches(Machine machine, ObjectNode event) {
    try {
      return !machine.rulesForJSONEvent(event.toString()).isEmpty();
    } catch (Exception e) {
      throw new IllegalStateException("Event Ruler could not read the event " + event, e);
    }
  }

  /** What is in an archive and not too old. */
  private List<ObjectNode> eventsOf(Kept kept) {
    int days = kept.archive.retentionDays();
    if (days > 0) {
      Instant oldest = world.now().minus(days, ChronoUnit.DAYS);
      kept.events.removeIf(event -> timeOf(event).isBefore(oldest));
    }
    return kept.events;
  }

  private static Instant timeOf(ObjectNode event) {
    return Instant.parse(event.path("time").asText());
  }

  // --- archives

  private ObjectNode describeArchive(AwsRequest request) {
    String name = request.body().path("ArchiveName").asText();
    authorizer.authorize(request.caller(), "events:DescribeArchive", archiveArn(name), Map.of());
    Kept kept = archive(name);
    ObjectNode described = described(kept).put("ArchiveArn", archiveArn(name));
    if (kept.archive.pattern() != null) {
      described.put("EventPattern", kept.archive.pattern().toString());
    }
    return kept.archive.description().isEmpty()
        ? described
        : described.put("Description", kept.archive.description());
  }

  private ObjectNode listArchives(AwsRequest request) {
    authorizer.authorize(
        request.caller(), "events:ListArchives", account.arn("events", "archive/*"), Map.of());
    String prefix = request.body().path("NamePrefix").asText("");
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode listed = answer.putArray("Archives");
    archives.values().stream()
        .filter(kept -> kept.archive.name().startsWith(prefix))
        .forEach(kept -> listed.add(described(kept)));
    return answer;
  }

  private ObjectNode described(Kept kept) {
    List<ObjectNode> events = eventsOf(kept);
    ObjectNode described =
        JsonNodeFactory.instance
            .objectNode()
            .put("ArchiveName", kept.archive.name())
            .put("EventSourceArn", account.arn("events", "event-bus/default"))
            .put("State", "ENABLED")
            .put("RetentionDays", kept.archive.retentionDays())
            .put("EventCount", events.size())
            .put(
                "SizeBytes",
                events.stream()
                    .mapToLong(event -> event.toString().getBytes(StandardCharsets.UTF_8).length)
                    .sum());
    described.set("CreationTime", Members.timestamp(kept.created));
    return described;
  }

  private Kept archive(String name) {
    Kept kept = archives.get(name);
    if (kept == null) {
      throw AwsError.client("ResourceNotFoundException", "Archive " + name + " does not exist.");
    }
    return kept;
  }

  private String archiveArn(String name) {
    return account.arn("events", "archive/" + name);
  }

  // --- replays

  private ObjectNode startReplay(AwsRequest request) {
    ObjectNode body = request.body();
    String name = body.path("ReplayName").asText();
    String source = body.path("EventSourceArn").asText();
    // AWS's reference names all three, and does not say which of them a call is checked on: a
    // caller that passes here passes whichever it is
    String destination = body.path("Destination").path("Arn").asText();
    for (String resource : List.of(source, replayArn(name), destination)) {
      authorizer.authorize(request.caller(), "events:StartReplay", resource, Map.of());
    }
    if (!NAME.matcher(name).matches()) {
      throw invalid("ReplayName", "it has up to 64 letters, digits and . - _");
    }
    if (!source.startsWith(archiveArn(""))) {
      throw invalid("EventSourceArn", "it is no archive's ARN");
    }
    Kept kept = archive(source.substring(archiveArn("").length()));
    String bus = account.arn("events", "event-bus/default");
    if (!destination.equals(bus)) {
      throw invalid(
          "Destination.Arn", "events are replayed to the bus that they came from, " + bus);
    }
    Instant from = time(body, "EventStartTime");
    Instant to = time(body, "EventEndTime");
    if (!from.isBefore(to)) {
      throw invalid("EventEndTime", "EventStartTime must be before EventEndTime");
    }
    if (replays.containsKey(name)) {
      throw AwsError.client(
          "ResourceAlreadyExistsException", "Replay " + name + " already exists.");
    }
    NavigableMap<Instant, List<ObjectNode>> minutes = new TreeMap<>();
    for (ObjectNode event : eventsOf(kept)) {
      Instant time = timeOf(event);
      if (!time.isBefore(from) && time.isBefore(to)) {
        minutes
            .computeIfAbsent(time.truncatedTo(ChronoUnit.MINUTES), _ -> new ArrayList<>())
            .add(event);
      }
    }
    Replay replay =
        new Replay(
            name,
            body.deepCopy(),
            Set.copyOf(Members.texts(body.path("Destination"), "FilterArns")),
            minutes,
            world.now());
    replays.put(name, replay);
    journal.note("events", "replay " + name + " of archive " + kept.archive.name() + " starts");
    world.after(STEP, () -> goOn(replay));
    return answer(replay);
  }

  private static Instant time(ObjectNode body, String member) {
    if (!body.path(member).isNumber()) {
      throw invalid(member, "it is missing");
    }
    return Instant.ofEpochMilli(body.path(member).decimalValue().movePointRight(3).longValue());
  }

  private static AwsError invalid(String parameter, String reason) {
    return AwsError.client(
        "ValidationException", "Parameter " + parameter + " is not valid. Reason: " + reason + ".");
  }

  private void goOn(Replay replay) {
    if (replay.state == State.CANCELLING) {
      end(replay, State.CANCELLED);
    } else if (!replay.minutes.hasNext()) {
      end(replay, State.COMPLETED);
    } else {
      replay.state = State.RUNNING;
      for (ObjectNode event : replay.minutes.next().getValue()) {
        replay.last = timeOf(event);
        replayer.replay(event.deepCopy().put(REPLAY_NAME, replay.name), replay.ruleArns);
      }
      world.after(STEP, () -> goOn(replay));
    }
  }

  private void end(Replay replay, State state) {
    replay.state = state;
    replay.ended = world.now();
    journal.note("events", "replay " + replay.name + " is " + state);
  }

  private ObjectNode describeReplay(AwsRequest request) {
    Replay replay = replay(request, "events:DescribeReplay");
    ObjectNode described = described(replay).put("ReplayArn", replayArn(replay.name));
    described.set("Destination", replay.request.path("Destination"));
    return described;
  }

  private ObjectNode listReplays(AwsRequest request) {
    ObjectNode body = request.body();
    authorizer.authorize(
        request.caller(), "events:ListReplays", account.arn("events", "replay/*"), Map.of());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode listed = answer.putArray("Replays");
    replays.values().stream()
        .filter(replay -> replay.name.startsWith(body.path("NamePrefix").asText("")))
        .filter(
            replay -> replay.state.name().equals(body.path("State").asText(replay.state.name())))
        .filter(replay -> {
          String source = replay.request.path("EventSourceArn").asText();
          return source.equals(body.path("EventSourceArn").asText(source));
        })
        .forEach(replay -> listed.add(described(replay)));
    return answer;
  }

  private ObjectNode cancelReplay(AwsRequest request) {
    Replay replay = replay(request, "events:CancelReplay");
    if (replay.state.isEnd()) {
      throw AwsError.client(
          "IllegalStatusException",
          "Replay " + replay.name + " is not in a valid state for this operation.");
    }
    replay.state = State.CANCELLING;
    return answer(replay);
  }

  private Replay replay(AwsRequest request, String action) {
    String name = request.body().path("ReplayName").asText();
    authorizer.authorize(request.caller(), action, replayArn(name), Map.of());
    Replay replay = replays.get(name);
    if (replay == null) {
      throw AwsError.client("ResourceNotFoundException", "Replay " + name + " does not exist.");
    }
    return replay;
  }

  private ObjectNode answer(Replay replay) {
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("ReplayArn", replayArn(replay.name))
            .put("State", replay.state.name());
    answer.set("ReplayStartTime", Members.timestamp(replay.started));
    return answer;
  }

  private static ObjectNode described(Replay replay) {
    ObjectNode described =
        JsonNodeFactory.instance
            .objectNode()
            .put("ReplayName", replay.name)
            .put("State", replay.state.name());
    for (String member :
        List.of("Description", "EventSourceArn", "EventStartTime", "EventEndTime")) {
      if (replay.request.has(member)) {
        described.set(member, replay.request.path(member));
      }
    }
    described.set("ReplayStartTime", Members.timestamp(replay.started));
    if (replay.last != null) {
      described.set("EventLastReplayedTime", Members.timestamp(replay.last));
    }
    if (replay.ended != null) {
      described.set("ReplayEndTime", Members.timestamp(replay.ended));
    }
    return described;
  }

  private String replayArn(String name) {
    return account.arn("events", "replay/" + name);
  }
}
