package dev.slipway.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Clients;
import dev.slipway.aws.EventBridgeArchive;
import dev.slipway.aws.Json;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.aws.SqsDeadLetterQueue;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.DeadLetter;
import dev.slipway.operate.DeadLetterQueue;
import dev.slipway.operate.EventArchive;
import dev.slipway.operate.Redrive;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.operate.Sweep;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What could not be handled, and doing it again. {@code {"action": "list"}} lists the messages of
 * the dead-letter queues; {@code {"action": "redrive"}} with {@code ids} or {@code all} sends them
 * to the queues that they were for; {@code {"action": "archive", "from": …, "to": …}} replays the
 * pushes of that time. Both take {@code dryRun}.
 */
final class ReplayEndpoint implements Endpoint {
  private static final String LIST = "list";
  private static final String REDRIVE = "redrive";
  private static final String ARCHIVE = "archive";

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
  private static final Duration UNTIL_ARCHIVED = Duration.ofMinutes(10);

  /** So many services are evaluated to preview what a replay would lead to. */
  private static final int MAX_PREVIEW = 300;

  private final Redrive redrive;
  private final Sweep preview;
  private final EventArchive archive;
  private final InstantSource clock;

  ReplayEndpoint(OperatorPorts ports) {
    FunctionContext context = ports.context;
    Clients clients = context.clients();
    List<DeadLetterQueue> queues = new ArrayList<>();
    String queue = context.need("SLIPWAY_QUEUE_URL");
    String rollouts = context.need("SLIPWAY_ROLLOUT_QUEUE_URL");
    List.of(
            List.of("deploy", "SLIPWAY_DEAD_LETTER_QUEUE_URL", queue),
            List.of("rollout", "SLIPWAY_ROLLOUT_DEAD_LETTER_QUEUE_URL", rollouts),
            List.of("undeliverable", "SLIPWAY_UNDELIVERABLE_QUEUE_URL", queue),
            List.of("undeliverable", "SLIPWAY_ROLLOUT_UNDELIVERABLE_QUEUE_URL", rollouts))
        .forEach(of ->
            queues.add(
                new SqsDeadLetterQueue(
                    clients.sqs(), of.get(0), context.need(of.get(1)), of.get(2))));
    this.redrive = new Redrive(queues);
    this.preview =
        Sweep.preview(
            ports.environments,
            ports.followed,
            ports.ecs,
            ports.deployments,
            ports.registry,
            ports.records);
    this.archive =
        new EventBridgeArchive(
            clients.eventBridge(),
            context.need("SLIPWAY_ARCHIVE_ARN"),
            context.need("SLIPWAY_EVENT_BUS_ARN"),
            context.need("SLIPWAY_PUSH_RULE_ARN"));
    this.clock = ports.clock;
  }

  @Override
  public String command() {
    return "replay";
  }

  @Override
  public List<String> members() {
    return List.of("action", "ids", "all", "from", "to", "dryRun");
  }

  @Override
  public Reply reply(Request request) {
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
    List<DeadLetter> messages = redrive.list();
    ObjectNode answer = Json.object();
    ArrayNode listed = answer.putArray("messages");
    messages.forEach(message -> listed.add(json(message)));
    return new Reply(answer, "listed %d dead letters".formatted(messages.size()));
  }

  private Reply redrive(Request request) {
    request.needOneOf("ids", "all");
    Optional<List<String>> ids = request.texts("ids");
    if (ids.isEmpty() && !request.flag("all")) {
      throw new RejectedRequest("all: false redrives nothing; say which ids");
    }
    boolean dryRun = request.dryRun();
    Redrive.Result result =
        ids.map(wanted -> redrive.selected(wanted, dryRun)).orElseGet(() -> redrive.all(dryRun));
    ObjectNode answer = Json.object();
    ArrayNode redriven = answer.putArray("redriven");
    result.redriven().forEach(message -> redriven.add(json(message)));
    answer.put("left", result.left());
    result.warnings().forEach(answer.putArray("warnings")::add);
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
      throw new RejectedRequest("from: %s is not before %s".formatted(from, to));
    }
    Sweep.Findings found =
        preview.previewAll(new Trigger.Sweep(request.id(), now), request.remaining(), MAX_PREVIEW);
    ObjectNode answer = Json.object();
    ArrayNode previewed = answer.putArray("preview");
    found.decisions().forEach(decision -> previewed.add(DecisionJson.of(decision)));
    ArrayNode warnings = answer.putArray("warnings");
    found.warnings().stream().limit(MAX_PREVIEW).forEach(warnings::add);
    if (!found.finished()) {
      warnings.add(
          "%d services were evaluated, and there are more: a replay concerns them too"
              .formatted(found.decisions().size()));
    }
    found
        .failures()
        .forEach((service, failure) ->
            warnings.add(service + " could not be evaluated: " + failure.getMessage()));
    if (to.isAfter(now.minus(UNTIL_ARCHIVED))) {
      warnings.add("pushes of the last ten minutes may not be in the archive yet");
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

  private static ObjectNode json(DeadLetter message) {
    ObjectNode json = Json.object().put("id", message.id()).put("queue", message.queue());
    ObjectNode event = Json.object();
    String what;
    try {
      JsonNode body = Event.read(message.body());
      what = described(body, event);
    } catch (MalformedEvent e) {
      what = "something that is " + e.getMessage();
    }
    json.put("what", what).setAll(event);
    json.put("sentAt", message.sentAt().toString());
    if (message.deliveries().isPresent()) {
      json.put("tries", message.deliveries().getAsInt());
    } else {
      json.putNull("tries");
    }
    return json.put(
        "reason",
        message
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
      // some other resource: shown as it is
    }
    event.put("service", service.isEmpty() ? null : service);
    String push = repository.isEmpty() ? "" : "push of %s:%s".formatted(repository, tag);
    if (body.path("source").asText().equals(ServiceChecks.SOURCE)) {
      String by = detail.path("by").asText();
      return "%s %s%s"
          .formatted(
              body.path("detail-type").asText().equals(ServiceChecks.ROLLOUT_CHECK)
                  ? "check the rollout of"
                  : "evaluate",
              service,
              push.isEmpty() ? by.isEmpty() ? "" : ", asked for by " + by : " after a " + push);
    }
    return push.isEmpty()
        ? "event \"%s\"%s"
            .formatted(body.path("detail-type").asText(), service.isEmpty() ? "" : " of " + service)
        : push;
  }
}
