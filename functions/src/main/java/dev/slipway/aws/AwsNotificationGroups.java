package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.NotificationGroups;
import dev.slipway.text.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Groups of notifications in the record's table, whose items docs/record.md shows, and their
 * reminders in RolloutFunction's queue.
 */
public final class AwsNotificationGroups implements NotificationGroups {
  /** A rollout may last for days. */
  static final Duration KEPT = Duration.ofDays(14);

  private final Clients clients;
  private final String table;
  private final String rolloutQueueUrl;
  private final InstantSource clock;

  /**
   * @param clients whose clients of DynamoDB and SQS are used, when they are needed: few
   *     notifications wait
   * @param table the record's, by its name
   * @param rolloutQueueUrl RolloutFunction's queue
   * @param clock says when an item expires
   */
  public AwsNotificationGroups(
      Clients clients, String table, String rolloutQueueUrl, InstantSource clock) {
    this.clients = clients;
    this.table = table;
    this.rolloutQueueUrl = rolloutQueueUrl;
    this.clock = clock;
  }

  private static ObjectNode key(NotificationGroup.Key key) {
    return RecordItems.key("notification/" + key.trigger(), Sha256.hex(key.kind()));
  }

  @Override
  public Optional<NotificationGroup> read(NotificationGroup.Key key) {
    ObjectNode request = Json.object();
    ObjectNode ofTable =
        request.putObject("RequestItems").putObject(table).put("ConsistentRead", true);
    ofTable.putArray("Keys").add(AttributeValues.wrap(key(key)));
    ObjectNode response =
        call(
            "dynamodb:BatchGetItem",
            () ->
                RawJson.call(
                    request,
                    override ->
                        clients.dynamoDb().batchGetItem(r -> r.overrideConfiguration(override))));
    if (!response.path("UnprocessedKeys").isEmpty()) {
      throw new IllegalStateException(
          "dynamodb:BatchGetItem on table %s left the only key unprocessed".formatted(table));
    }
    return Optional.of(response.path("Responses").path(table).path(0))
        .filter(item -> !item.isMissingNode())
        .map(AttributeValues::unwrap)
        .map(item -> RecordItems.parse(item, found -> group(key, found)));
  }

  @Override
  public boolean write(NotificationGroup group) {
    ObjectNode request = Json.object().put("TableName", table);
    request.set("Item", AttributeValues.wrap(item(group)));
    if (group.version() == 0) {
      request.put("ConditionExpression", "attribute_not_exists(pk)");
    } else {
      request.put("ConditionExpression", "version = :before");
      request
          .putObject("ExpressionAttributeValues")
          .putObject(":before")
          .put("N", Long.toString(group.version()));
    }
    try {
      call(
          "dynamodb:PutItem",
          () ->
              RawJson.call(
                  request,
                  override -> clients.dynamoDb().putItem(r -> r.overrideConfiguration(override))));
      return true;
    } catch (AwsServiceException e) {
      if ("ConditionalCheckFailedException".equals(AwsErrors.code(e))) {
        return false;
      }
      throw e;
    }
  }

  private ObjectNode item(NotificationGroup group) {
    ObjectNode item = key(group.key()).put("format", RecordItems.FORMAT);
    item.put("version", group.version() + 1)
        .put("kind", group.key().kind())
        .put("event", group.event())
        .put("outcome", group.outcome())
        .put("first", group.first().value());
    if (!group.environment().isEmpty()) {
      item.put("environment", group.environment());
    }
    group.image().ifPresent(image -> item.put("image", image));
    group.cause().ifPresent(cause -> item.put("cause", cause));
    if (!group.waiting().isEmpty()) {
      ArrayNode waiting = item.putArray("waiting");
      group.waiting().stream().map(ServiceArn::value).forEach(waiting::add);
    }
    group.remindAt().ifPresent(at -> item.put("remindAt", at.toString()));
    group.beingSentUntil().ifPresent(until -> item.put("beingSentUntil", until.toString()));
    return item.put("expiresAt", clock.instant().plus(KEPT).getEpochSecond());
  }

  private static NotificationGroup group(NotificationGroup.Key key, ObjectNode item) {
    List<ServiceArn> waiting = new ArrayList<>();
    item.path("waiting").forEach(service -> waiting.add(new ServiceArn(service.asText())));
    return new NotificationGroup(
        key,
        item.path("event").asText(),
        text(item, "image"),
        item.path("outcome").asText(),
        text(item, "cause"),
        item.path("environment").asText(),
        new ServiceArn(item.path("first").asText()),
        waiting,
        text(item, "remindAt").map(Instant::parse),
        text(item, "beingSentUntil").map(Instant::parse),
        item.path("version").asLong());
  }

  private static Optional<String> text(ObjectNode item, String member) {
    return Optional.of(item.path(member).asText()).filter(text -> !text.isEmpty());
  }

  @Override
  public void remind(NotificationGroup.Key key) {
    AwsErrors.permitted(
        "sqs:SendMessage",
        rolloutQueueUrl,
        () ->
            clients
                .sqs()
                .sendMessage(r ->
                    r.queueUrl(rolloutQueueUrl)
                        .messageBody(Json.text(ServiceChecks.notificationsDue(key)))
                        .delaySeconds((int) NotificationGroup.WAIT.toSeconds())));
  }

  private <T> T call(String action, Supplier<T> call) {
    return AwsErrors.permitted(action, "table " + table, call);
  }
}
