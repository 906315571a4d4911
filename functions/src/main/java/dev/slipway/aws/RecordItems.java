package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.Approval;
import dev.slipway.record.Block;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Lease;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.DeploymentRecord.Stop;
import dev.slipway.record.HookWait;
import dev.slipway.record.HousekeepingRecord;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.record.RefusedAttempt;
import dev.slipway.record.RepositoryUsers.User;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import dev.slipway.record.UnreadableRecord;
import dev.slipway.text.OutsideText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The record's items as plain documents, to values and back. docs/record.md shows each of them.
 *
 * <p>What is empty is left out. Images are lists, since a map of DynamoDB has no order.
 */
final class RecordItems {
  /** The format of the items that this version writes, and the newest that it reads. */
  static final int FORMAT = 5;

  /** The sort key of a service's own item: it sorts after those of its deployments. */
  static final String SERVICE = "service";

  /** The sort key of the item that says when a repository's users were searched for. */
  static final String SEARCHED = "searched";

  /** So long a deployment is kept after it ended. */
  static final Duration KEPT = Duration.ofDays(365);

  private static final String DEPLOYMENT = "deployment/";

  // So that a deployment stays far below 40 KB, and a service with 500 blocks below 400 KB
  private static final int MAX_SENTENCE = 2_000;
  private static final int MAX_BLOCK_REASON = 200;
  private static final int MAX_EVIDENCE_LINE = 1_000;
  private static final int MAX_EVIDENCE_BYTES = 20_000;

  // of what is said of an item that cannot be read
  private static final int MAX_NAME = 300;
  private static final int MAX_REASON = 500;

  private RecordItems() {}

  // keys

  /** The partition of a service and its deployments. */
  static String partition(ServiceArn service) {
    return "service/" + service.shortName();
  }

  /** The partition of a repository's users. */
  static String partition(Repository repository) {
    return "repository/" + repository;
  }

  /** An item that has its key and its format, and nothing else yet. */
  static ObjectNode item(String partition, String sort) {
    return key(partition, sort).put("format", FORMAT);
  }

  /** A key. */
  static ObjectNode key(String partition, String sort) {
    return Json.object().put("pk", partition).put("sk", sort);
  }

  /** A deployment's key. */
  static ObjectNode key(ServiceArn service, DeploymentId deployment) {
    return key(partition(service), DEPLOYMENT + deployment);
  }

  /** The sort key of an item. */
  static String sortKey(ObjectNode item) {
    return item.path("sk").asText();
  }

  /**
   * What an item says.
   *
   * @throws UnreadableRecord if its format is newer than this version knows, or if it is none of
   *     this record's
   */
  static <T> T parse(ObjectNode item, Function<ObjectNode, T> parser) {
    String name =
        "the record's item "
            + OutsideText.line(item.path("pk").asText() + ", " + sortKey(item), MAX_NAME);
    int format = item.path("format").asInt();
    if (format > FORMAT) {
      throw new UnreadableRecord(
          "%s has format %d, and this version of Slipway reads up to %d: a newer version wrote it; update this stack"
              .formatted(name, format, FORMAT));
    }
    try {
      if (format < 1) {
        throw new IllegalArgumentException("it has no format");
      }
      return parser.apply(item);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new UnreadableRecord(
          name + " cannot be read: " + OutsideText.line(String.valueOf(e.getMessage()), MAX_REASON),
          e);
    }
  }

  // the index

  /** Says that a service uses a repository. */
  static ObjectNode user(Repository repository, User user) {
    return item(partition(repository), partition(user.service()))
        .put("service", user.service().value())
        .put("environment", user.environment());
  }

  /** The service that uses a repository. */
  static User user(ObjectNode item) {
    return new User(new ServiceArn(text(item, "service")), text(item, "environment"));
  }

  // a service

  /**
   * A service's item.
   *
   * @param alsoWritten the deployments that are written together with it
   */
  static ObjectNode service(ServiceRecord record, Collection<DeploymentId> alsoWritten) {
    ObjectNode item =
        item(partition(record.service()), SERVICE)
            .put("service", record.service().value())
            .put("version", record.version());
    record.environment().ifPresent(name -> item.put("environment", name));
    record.pin().ifPresent(pin -> item.set("pin", pin(pin)));
    if (!record.blocked().isEmpty()) {
      ArrayNode blocks = item.putArray("blocked");
      record.blocked().forEach(block -> blocks.add(block(block)));
    }
    record.pause().ifPresent(pause -> item.set("pause", pause(pause)));
    if (!record.approvals().isEmpty()) {
      ArrayNode approvals = item.putArray("approvals");
      record.approvals().forEach(approval -> approvals.add(approval(approval)));
    }
    record.request().ifPresent(request -> item.set("request", request(request)));
    record
        .revision()
        .ifPresent(known -> {
          ObjectNode revision = item.putObject("revision").put("arn", known.arn().value());
          putImages(revision, known.images());
        });
    record
        .refused()
        .ifPresent(refused -> {
          ObjectNode attempt = item.putObject("refused").put("from", refused.from().value());
          putImages(attempt, refused.images());
          attempt.put("why", cut(refused.why(), MAX_SENTENCE)).put("at", refused.at().toString());
        });
    record
        .announcedHold()
        .ifPresent(hold -> {
          ObjectNode announced =
              item.putObject("announcedHold").put("key", hold.key()).put("at", text(hold.at()));
          putTexts(announced, "due", hold.due().stream().sorted().toList());
        });
    if (!record.notes().isEmpty()) {
      ArrayNode notes = item.putArray("notes");
      record.notes().forEach(note -> notes.add(trigger(note)));
    }
    putTexts(item, "open", record.open());
    putTexts(item, "alsoWritten", alsoWritten);
    record.completed().ifPresent(id -> item.put("completed", id.value()));
    record.housekeeping().ifPresent(done -> item.set("housekeeping", housekeeping(done)));
    return item;
  }

  /** A copy by hand may say that it is about another service than its key. */
  private static ServiceArn serviceOf(ObjectNode item) {
    ServiceArn service = new ServiceArn(text(item, "service"));
    if (!partition(service).equals(item.path("pk").asText())) {
      throw new IllegalArgumentException("it is about " + service.value());
    }
    return service;
  }

  /** The service that an item is about. */
  static ServiceRecord service(ObjectNode item) {
    return new ServiceRecord(
        serviceOf(item),
        number(item, "version"),
        optionalText(item, "environment"),
        optional(item, "pin", RecordItems::pin),
        list(item, "blocked", RecordItems::block),
        optional(item, "pause", RecordItems::pause),
        list(item, "approvals", RecordItems::approval),
        optional(item, "request", RecordItems::request),
        optional(
            item,
            "revision",
            known -> new KnownRevision(new TaskDefinitionArn(text(known, "arn")), images(known))),
        optional(
            item,
            "refused",
            refused ->
                new RefusedAttempt(
                    new TaskDefinitionArn(text(refused, "from")),
                    images(refused),
                    text(refused, "why"),
                    instant(refused, "at"))),
        optional(
            item,
            "announcedHold",
            hold ->
                new AnnouncedHold(
                    text(hold, "key"),
                    instant(hold, "at"),
                    Set.copyOf(
                        list(
                            hold,
                            "due",
                            name -> AnnouncedHold.Announcement.valueOf(name.asText()))))),
        list(item, "notes", RecordItems::trigger),
        list(item, "open", id -> new DeploymentId(id.asText())),
        optionalText(item, "completed").map(DeploymentId::new),
        optional(item, "housekeeping", RecordItems::housekeeping));
  }

  /** The deployments that were written together with a service's item. */
  static Set<DeploymentId> alsoWritten(ObjectNode item) {
    return new LinkedHashSet<>(list(item, "alsoWritten", id -> new DeploymentId(id.asText())));
  }

  private static ObjectNode housekeeping(HousekeepingRecord done) {
    ObjectNode node = Json.object();
    done.after().ifPresent(id -> node.put("after", id.value()));
    node.put("settings", done.settings());
    done.lease().ifPresent(until -> node.put("lease", until.toString()));
    done.deregistered().ifPresent(id -> node.put("deregistered", id.value()));
    done.failure()
        .ifPresent(failure ->
            node.putObject("failure")
                .put("why", cut(failure.why(), MAX_SENTENCE))
                .put("at", text(failure.at()))
                .put("tries", failure.tries()));
    return node;
  }

  private static HousekeepingRecord housekeeping(JsonNode node) {
    return new HousekeepingRecord(
        optionalText(node, "after").map(DeploymentId::new),
        text(node, "settings"),
        optionalText(node, "deregistered").map(DeploymentId::new),
        optional(
            node,
            "failure",
            failure ->
                new HousekeepingRecord.Failure(
                    text(failure, "why"), instant(failure, "at"), (int) number(failure, "tries"))),
        optionalText(node, "lease").map(Instant::parse));
  }

  private static ObjectNode pin(Pin pin) {
    ObjectNode node = Json.object().put("revision", pin.revision().value());
    putImages(node, pin.images());
    putTexts(node, "insteadOf", pin.insteadOf().stream().map(ImageDigest::value).sorted().toList());
    node.put("by", pin.by())
        .put("at", text(pin.at()))
        .put("eventId", pin.eventId())
        .put("applied", pin.applied());
    pin.passing().ifPresent(why -> node.put("passing", cut(why, MAX_SENTENCE)));
    return node;
  }

  private static Pin pin(JsonNode node) {
    return new Pin(
        new TaskDefinitionArn(text(node, "revision")),
        images(node),
        Set.copyOf(digests(node, "insteadOf")),
        text(node, "by"),
        instant(node, "at"),
        text(node, "eventId"),
        flag(node, "applied"),
        optionalText(node, "passing"));
  }

  private static ObjectNode block(Block block) {
    ObjectNode node =
        Json.object()
            .put("digest", block.digest().value())
            .put("repository", block.repository())
            .put("since", text(block.since()))
            .put("by", block.by());
    block.deployment().ifPresent(id -> node.put("deployment", id.value()));
    return node.put("reason", cut(block.reason(), MAX_BLOCK_REASON));
  }

  private static Block block(JsonNode node) {
    return new Block(
        new ImageDigest(text(node, "digest")),
        text(node, "repository"),
        instant(node, "since"),
        text(node, "by"),
        optionalText(node, "deployment").map(DeploymentId::new),
        text(node, "reason"));
  }

  private static ObjectNode pause(Pause pause) {
    ObjectNode node = Json.object().put("by", pause.by()).put("at", text(pause.at()));
    pause.note().ifPresent(note -> node.put("note", cut(note, MAX_SENTENCE)));
    return node;
  }

  private static Pause pause(JsonNode node) {
    return new Pause(text(node, "by"), instant(node, "at"), optionalText(node, "note"));
  }

  private static ObjectNode approval(Approval approval) {
    ObjectNode node =
        Json.object()
            .put("digest", approval.digest().value())
            .put("by", approval.by())
            .put("at", text(approval.at()));
    approval.note().ifPresent(note -> node.put("note", cut(note, MAX_SENTENCE)));
    return node;
  }

  private static Approval approval(JsonNode node) {
    return new Approval(
        new ImageDigest(text(node, "digest")),
        text(node, "by"),
        instant(node, "at"),
        optionalText(node, "note"));
  }

  private static ObjectNode request(DeployRequest request) {
    ObjectNode node =
        Json.object()
            .put("eventId", request.eventId())
            .put("by", request.by())
            .put("at", text(request.at()))
            .put("force", request.force());
    request
        .override()
        .ifPresent(override ->
            putTexts(
                node.putObject("override").put("why", cut(override.why(), MAX_SENTENCE)),
                "images",
                override.images().stream().map(ImageDigest::value).sorted().toList()));
    return node;
  }

  private static DeployRequest request(JsonNode node) {
    return new DeployRequest(
        text(node, "eventId"),
        text(node, "by"),
        instant(node, "at"),
        flag(node, "force"),
        optional(
            node,
            "override",
            override ->
                new DeployRequest.GateOverride(
                    text(override, "why"), Set.copyOf(digests(override, "images")))));
  }

  private static ObjectNode trigger(Trigger trigger) {
    ObjectNode node = Json.object();
    switch (trigger) {
      case Trigger.Push push -> {
        node.put("type", "push")
            .put("eventId", push.eventId())
            .put("repository", push.repository().toString())
            .put("tag", push.tag().value());
        push.digest().ifPresent(digest -> node.put("digest", digest.value()));
        push.at().ifPresent(at -> node.put("at", text(at)));
        push.by().ifPresent(by -> node.put("by", by));
      }
      case Trigger.Sweep sweep ->
          node.put("type", "sweep").put("eventId", sweep.eventId()).put("at", text(sweep.at()));
      case Trigger.Operator operator ->
          node.put("type", "operator").put("eventId", operator.eventId()).put("by", operator.by());
      case Trigger.ServiceChanged changed ->
          node.put("type", "serviceChanged")
              .put("eventId", changed.eventId())
              .put("what", changed.what());
    }
    return node;
  }

  private static Trigger trigger(JsonNode node) {
    String eventId = text(node, "eventId");
    String type = text(node, "type");
    return switch (type) {
      case "push" ->
          new Trigger.Push(
              eventId,
              repository(text(node, "repository")),
              new ImageTag(text(node, "tag")),
              optionalText(node, "digest").map(ImageDigest::new),
              optionalText(node, "at").map(Instant::parse),
              optionalText(node, "by"));
      case "sweep" -> new Trigger.Sweep(eventId, instant(node, "at"));
      case "operator" -> new Trigger.Operator(eventId, text(node, "by"));
      case "serviceChanged" -> new Trigger.ServiceChanged(eventId, text(node, "what"));
      default ->
          throw new IllegalArgumentException(
              "no trigger is of the type " + OutsideText.quoted(type));
    };
  }

  private static Repository repository(String text) {
    String[] parts = text.split("/", 3);
    if (parts.length < 3) {
      throw new IllegalArgumentException(
          "not ACCOUNT/REGION/REPOSITORY: " + OutsideText.quoted(text));
    }
    return new Repository(parts[0], parts[1], parts[2]);
  }

  // a deployment

  /**
   * A deployment's item. DynamoDB deletes it a year after the deployment ended, unless something
   * remains to be done about it.
   *
   * @param serviceVersion the version of the service's record that is written together with it
   */
  static ObjectNode deployment(DeploymentRecord record, long serviceVersion) {
    ObjectNode item =
        key(record.service(), record.id())
            .put("format", FORMAT)
            .put("service", record.service().value())
            .put("serviceVersion", serviceVersion)
            .put("environment", record.environment());
    item.set("trigger", trigger(record.trigger()));
    item.put("from", record.from().value());
    record.to().ifPresent(to -> item.put("to", to.value()));
    if (!record.changes().isEmpty()) {
      ArrayNode changes = item.putArray("changes");
      record
          .changes()
          .forEach(change -> {
            ObjectNode json =
                changes
                    .addObject()
                    .put("container", change.container())
                    .put("from", change.from().toString())
                    .put("to", change.to().toString());
            change.tag().ifPresent(tag -> json.put("tag", tag.value()));
          });
    }
    putImages(item, record.images());
    item.put("reason", cut(record.reason(), MAX_SENTENCE))
        .put("decidedAt", text(record.decidedAt()));
    record
        .lease()
        .ifPresent(lease ->
            item.putObject("lease")
                .put("holder", lease.holder())
                .put("until", text(lease.until())));
    record.ecsDeployment().ifPresent(id -> item.put("ecsDeployment", id.toString()));
    record.startedAt().ifPresent(at -> item.put("startedAt", text(at)));
    record
        .stop()
        .ifPresent(stop -> item.putObject("stop").put("by", stop.by()).put("at", text(stop.at())));
    record.ended().ifPresent(ended -> item.set("ended", ended(ended)));
    putTexts(item, "announced", record.announced().stream().sorted().toList());
    if (!record.hooks().isEmpty()) {
      ArrayNode hooks = item.putArray("hooks");
      record.hooks().forEach(wait -> hooks.add(hook(wait)));
    }
    if (!record.isOpen()) {
      record
          .ended()
          .ifPresent(ended -> item.put("expiresAt", ended.at().plus(KEPT).getEpochSecond()));
    }
    return item;
  }

  /** The deployment that an item is about. */
  static DeploymentRecord deployment(ObjectNode item) {
    return new DeploymentRecord(
        deploymentId(item),
        serviceOf(item),
        text(item, "environment"),
        trigger(item.path("trigger")),
        new TaskDefinitionArn(text(item, "from")),
        optionalText(item, "to").map(TaskDefinitionArn::new),
        list(
            item,
            "changes",
            change ->
                new ImageChange(
                    text(change, "container"),
                    ImageReference.parse(text(change, "from")),
                    ImageReference.parse(text(change, "to")),
                    optionalText(change, "tag").map(ImageTag::new))),
        images(item),
        text(item, "reason"),
        instant(item, "decidedAt"),
        optional(item, "lease", lease -> new Lease(text(lease, "holder"), instant(lease, "until"))),
        optionalText(item, "ecsDeployment").map(EcsDeploymentId::parse),
        optionalText(item, "startedAt").map(Instant::parse),
        optional(item, "stop", stop -> new Stop(text(stop, "by"), instant(stop, "at"))),
        optional(item, "ended", RecordItems::ended),
        announced(item),
        list(item, "hooks", RecordItems::hook));
  }

  private static ObjectNode hook(HookWait wait) {
    PauseHook hook = wait.hook();
    ObjectNode node = Json.object().put("id", hook.id());
    hook.stage().ifPresent(stage -> node.put("stage", stage));
    hook.expiresAt().ifPresent(at -> node.put("expiresAt", text(at)));
    node.put("atTimeout", hook.atTimeout().name());
    wait.answer()
        .ifPresent(answer -> {
          ObjectNode given =
              node.putObject("answer")
                  .put("action", answer.action().name())
                  .put("by", answer.by())
                  .put("at", text(answer.at()));
          answer.note().ifPresent(note -> given.put("note", cut(note, MAX_SENTENCE)));
        });
    putTexts(node, "announced", wait.announced().stream().sorted().toList());
    return node;
  }

  private static HookWait hook(JsonNode node) {
    return new HookWait(
        new PauseHook(
            text(node, "id"),
            optionalText(node, "stage"),
            optionalText(node, "expiresAt").map(Instant::parse),
            PauseHook.Action.valueOf(text(node, "atTimeout"))),
        optional(
            node,
            "answer",
            answer ->
                new HookWait.Answer(
                    PauseHook.Action.valueOf(text(answer, "action")),
                    text(answer, "by"),
                    instant(answer, "at"),
                    optionalText(answer, "note"))),
        Set.copyOf(list(node, "announced", name -> HookWait.Announcement.valueOf(name.asText()))));
  }

  /** Whether an item is about a deployment. */
  static boolean isDeployment(ObjectNode item) {
    return sortKey(item).startsWith(DEPLOYMENT);
  }

  /** The deployment's id, from the key. */
  static DeploymentId deploymentId(ObjectNode item) {
    if (!isDeployment(item)) {
      throw new IllegalArgumentException("its sort key is no deployment's");
    }
    return new DeploymentId(sortKey(item).substring(DEPLOYMENT.length()));
  }

  /** The version of the service's record that was written together with a deployment. */
  static long serviceVersion(ObjectNode item) {
    return number(item, "serviceVersion");
  }

  private static Set<Announcement> announced(ObjectNode item) {
    Set<Announcement> announced = EnumSet.noneOf(Announcement.class);
    announced.addAll(list(item, "announced", name -> Announcement.valueOf(name.asText())));
    return announced;
  }

  private static ObjectNode ended(Ended ended) {
    ObjectNode node =
        Json.object()
            .put("outcome", ended.outcome().toString())
            .put("at", text(ended.at()))
            .put("tasks", ended.tasks());
    ended.serviceDeployment().ifPresent(arn -> node.put("serviceDeployment", arn));
    ended
        .rollback()
        .ifPresent(rollback -> {
          ObjectNode back = node.putObject("rollback");
          rollback.to().ifPresent(to -> back.put("to", to.value()));
          back.put("state", rollback.state().name());
        });
    putTexts(node, "blocked", ended.blocked());
    ended.why().ifPresent(why -> node.put("why", cut(why, MAX_SENTENCE)));
    ended.diagnosis().ifPresent(sentence -> node.put("diagnosis", cut(sentence, MAX_SENTENCE)));
    putTexts(node, "evidence", fitting(ended.evidence()));
    return node;
  }

  private static Ended ended(JsonNode node) {
    return new Ended(
        DeploymentOutcome.valueOf(text(node, "outcome").toUpperCase(Locale.ROOT)),
        instant(node, "at"),
        Math.toIntExact(number(node, "tasks")),
        optionalText(node, "serviceDeployment"),
        optional(
            node,
            "rollback",
            back ->
                new Rollback(
                    optionalText(back, "to").map(TaskDefinitionArn::new),
                    RollbackState.valueOf(text(back, "state")))),
        digests(node, "blocked"),
        optionalText(node, "why"),
        optionalText(node, "diagnosis"),
        list(node, "evidence", JsonNode::asText));
  }

  // parts

  private static void putImages(ObjectNode node, Map<String, ImageReference> images) {
    ArrayNode list = node.putArray("images");
    images.forEach((container, image) ->
        list.addObject().put("container", container).put("image", image.toString()));
  }

  private static Map<String, ImageReference> images(JsonNode node) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    node.path("images")
        .forEach(image ->
            images.put(text(image, "container"), ImageReference.parse(text(image, "image"))));
    return images;
  }

  private static void putTexts(ObjectNode node, String name, Collection<?> texts) {
    if (!texts.isEmpty()) {
      ArrayNode list = node.putArray(name);
      texts.forEach(text -> list.add(text.toString()));
    }
  }

  private static List<ImageDigest> digests(JsonNode node, String name) {
    return list(node, name, digest -> new ImageDigest(digest.asText()));
  }

  private static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> parser) {
    List<T> values = new ArrayList<>();
    node.path(name).forEach(value -> values.add(parser.apply(value)));
    return values;
  }

  private static <T> Optional<T> optional(
      JsonNode node, String name, Function<JsonNode, T> parser) {
    return node.has(name) ? Optional.of(parser.apply(node.path(name))) : Optional.empty();
  }

  private static Optional<String> optionalText(JsonNode node, String name) {
    return node.has(name) ? Optional.of(text(node, name)) : Optional.empty();
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw missing(name, "text");
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isNumber()) {
      throw missing(name, "number");
    }
    return value.longValue();
  }

  private static boolean flag(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isBoolean()) {
      throw missing(name, "boolean");
    }
    return value.booleanValue();
  }

  private static Instant instant(JsonNode node, String name) {
    return Instant.parse(text(node, name));
  }

  private static String text(Instant moment) {
    return moment.toString();
  }

  private static IllegalArgumentException missing(String name, String type) {
    return new IllegalArgumentException("the attribute %s is no %s".formatted(name, type));
  }

  private static List<String> fitting(List<String> lines) {
    List<String> fitting = new ArrayList<>();
    int left = MAX_EVIDENCE_BYTES;
    for (String line : lines) {
      String cut = cut(line, MAX_EVIDENCE_LINE);
      left -= cut.getBytes(StandardCharsets.UTF_8).length;
      if (left < 0) {
        break;
      }
      fitting.add(cut);
    }
    return fitting;
  }

  /** Never within a pair of surrogates: half a character cannot be written in UTF-8. */
  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 2)) ? longest - 2 : longest - 1;
    return text.substring(0, end) + "…";
  }
}
