package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.Clients;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.EventBridgeArchive;
import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.aws.SqsLetterBox;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.EventArchive;
import dev.slipway.operate.Letter;
import dev.slipway.operate.LetterBox;
import dev.slipway.operate.Redrive;
import dev.slipway.operate.Refusal;
import dev.slipway.operate.Sweep;
import dev.slipway.record.Trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * ReplayFunction: what was given up, and doing it again. {@code {"action": "list"}} tells the dead
 * letters; {@code {"action": "redrive"}} with {@code ids} or {@code all} sends them back to where
 * they came from; {@code {"action": "archive", "from": …, "to": …}} replays the pushes of that
 * time. Both take {@code dryRun}.
 */
public final class ReplayHandler extends OperatorHandler {
  private static final String LIST = "list";
  private static final String REDRIVE = "redrive";
  private static final String ARCHIVE = "archive";

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
  private static final Duration UNTIL_ARCHIVED = Duration.ofMinutes(10);

  private final Redrive redrive;
  private final Sweep preview;
  private final EventArchive archive;
  private final InstantSource clock;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public ReplayHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public ReplayHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private ReplayHandler(FunctionContext context) {
    super("replay", context.log(), "action", "ids", "all", "from", "to", "dryRun");
    Clients clients = context.clients();
    List<LetterBox> boxes = new ArrayList<>();
    String queue = context.need("SLIPWAY_QUEUE_URL");
    String rollouts = context.need("SLIPWAY_ROLLOUT_QUEUE_URL");
    List.of(
            List.of("deploy", "SLIPWAY_DEAD_LETTER_QUEUE_URL", queue),
            List.of("rollout", "SLIPWAY_ROLLOUT_DEAD_LETTER_QUEUE_URL", rollouts),
            List.of("undeliverable", "SLIPWAY_UNDELIVERABLE_QUEUE_URL", queue),
            List.of("undeliverable", "SLIPWAY_ROLLOUT_UNDELIVERABLE_QUEUE_URL", rollouts))
        .forEach(box ->
            boxes.add(
                new SqsLetterBox(
                    clients.sqs(), box.get(0), context.need(box.get(1)), box.get(2))));
    this.redrive = new Redrive(boxes);
    this.preview =
        new Sweep(
            context.configuration().environments(),
            new AwsEcs(clients.ecs()),
            new EcrRegistry(clients.ecr()),
            hints -> {
              throw new IllegalStateException("a preview sends no hints");
            });
    this.archive =
        new EventBridgeArchive(
            clients.eventBridge(),
            context.need("SLIPWAY_ARCHIVE_ARN"),
            context.need("SLIPWAY_EVENT_BUS_ARN"),
            context.need("SLIPWAY_PUSH_RULE_ARN"));
    this.clock = context.clock();
  }

  @Override
  Reply reply(Request request) {
    return switch (request.need(
        "action",
        "list, redrive or archive",
        request.word("action", List.of(LIST, REDRIVE, ARCHIVE)))) {
      case LIST -> list();
      case REDRIVE -> redrive(request);
      default -> archive(request);
    };
  }

  private Reply list() {
    List<Letter> letters = redrive.list();
    ObjectNode answer = Json.object();
    ArrayNode told = answer.putArray("letters");
    letters.forEach(letter -> told.add(json(letter)));
    return new Reply(answer, "told of %d dead letters".formatted(letters.size()));
  }

  private Reply redrive(Request request) {
    request.needOneOf("ids", "all");
    Optional<List<String>> ids = request.texts("ids");
    if (ids.isEmpty() && !request.flag("all")) {
      throw new Refusal("all: false redrives nothing; say which ids");
    }
    boolean dryRun = request.dryRun();
    Redrive.Result result =
        ids.map(wanted -> redrive.selected(wanted, dryRun)).orElseGet(() -> redrive.all(dryRun));
    ObjectNode answer = Json.object();
    ArrayNode redriven = answer.putArray("redriven");
    result.redriven().forEach(letter -> redriven.add(json(letter)));
    answer.put("left", result.left());
    result.remarks().forEach(answer.putArray("remarks")::add);
    return new Reply(
        answer,
        "%d dead letters %s, %d left"
            .formatted(
                result.redriven().size(),
                dryRun ? "would be redriven" : "redriven",
                result.left()));
  }

  private Reply archive(Request request) {
    Instant from =
        request.need(
            "from",
            "when the first push was, such as 2026-11-21T13:00:00Z",
            request.instant("from"));
    Instant now = clock.instant();
    Instant to = request.instant("to").orElse(now);
    if (!from.isBefore(to)) {
      throw new Refusal("from: %s is not before %s".formatted(from, to));
    }
    Sweep.Findings found = preview.all(new Trigger.Sweep(request.id(), now), true);
    ObjectNode answer = Json.object();
    ArrayNode previewed = answer.putArray("preview");
    found.decisions().forEach(decision -> previewed.add(DecisionJson.of(decision)));
    ArrayNode remarks = answer.putArray("remarks");
    found.remarks().forEach(remarks::add);
    found
        .failures()
        .forEach((service, failure) ->
            remarks.add(service + " could not be looked at: " + failure.getMessage()));
    if (to.isAfter(now.minus(UNTIL_ARCHIVED))) {
      remarks.add("pushes of the last ten minutes may not be in the archive yet");
    }
    if (request.dryRun()) {
      answer.putNull("replay").putNull("state");
      return new Reply(
          answer, "a replay would lead to %d deployments".formatted(found.differences().size()));
    }
    String name =
        "slipway-%s-%s"
            .formatted(
                from.truncatedTo(ChronoUnit.SECONDS).toString().replace(":", ""), request.id());
    String cut = name.substring(0, Math.min(name.length(), 64)); // EventBridge's longest
    answer.put("replay", cut).put("state", archive.replay(cut, from, to));
    return new Reply(answer, "replay %s of pushes from %s to %s".formatted(cut, from, to));
  }

  private static ObjectNode json(Letter letter) {
    ObjectNode json = Json.object().put("id", letter.id()).put("queue", letter.box());
    ObjectNode event = Json.object();
    String what;
    try {
      JsonNode body = Event.read(letter.body());
      what = described(body, event);
    } catch (MalformedEvent e) {
      what = "something that is " + e.getMessage();
    }
    json.put("what", what).setAll(event);
    json.put("sentAt", letter.sentAt().toString());
    if (letter.tries().isPresent()) {
      json.put("tries", letter.tries().getAsInt());
    } else {
      json.putNull("tries");
    }
    return json.put(
        "reason",
        letter
            .reason()
            .orElse(
                "not known: SQS moved it after its last delivery, as it does when the function"
                    + " itself ended; see the function's log"));
  }

  private static String described(JsonNode body, ObjectNode event) {
    JsonNode detail = body.path("detail");
    String repository = detail.path("repository-name").asText();
    String tag = detail.path("image-tag").asText();
    event.put("eventId", body.path("id").textValue());
    event.put("repository", repository.isEmpty() ? null : repository);
    event.put("tag", tag.isEmpty() ? null : tag);
    String resource = body.path("resources").path(0).asText();
    String service = resource;
    try {
      service = resource.isEmpty() ? "" : new ServiceArn(resource).shortName();
    } catch (IllegalArgumentException _) {
      // some other resource: told as it is
    }
    event.put("service", service.isEmpty() ? null : service);
    String push = repository.isEmpty() ? "" : "push of %s:%s".formatted(repository, tag);
    if (body.path("source").asText().equals(ServiceChecks.SOURCE)) {
      String by = detail.path("by").asText();
      return "look at %s%s"
          .formatted(
              service,
              push.isEmpty() ? by.isEmpty() ? "" : ", asked for by " + by : " after a " + push);
    }
    return push.isEmpty()
        ? "event \"%s\"%s"
            .formatted(body.path("detail-type").asText(), service.isEmpty() ? "" : " of " + service)
        : push;
  }
}
