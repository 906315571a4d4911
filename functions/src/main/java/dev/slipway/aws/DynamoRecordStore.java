package dev.slipway.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.RepositoryUsers.User;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.ServiceRecords;
import dev.slipway.record.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The record in one Amazon DynamoDB table, whose items docs/record.md shows. All reads are strongly
 * consistent; a write is one transaction.
 *
 * <p>Errors: {@link AccessDenied} where the role does not allow a call; {@link
 * IllegalStateException} where the table is not there, an item cannot be read, or DynamoDB cancels
 * a write for another reason than a conflict; the SDK's exception for all else.
 */
public final class DynamoRecordStore implements RecordStore {
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
  private static final int KEYS_A_CALL = 100;

  /** So many of a service's deployments are read with it. */
  private static final int NEWEST = 25;

  // Each round gives at least one item: the SDK retries a call that gives none
  private static final int MAX_ROUNDS = 10;
  private static final int MAX_PAGES = 1_000;
  private static final int MAX_READS = 3;

  // Another writer came first, or is writing at this moment
  private static final Set<String> CONFLICTS =
      Set.of("ConditionalCheckFailed", "TransactionConflict");

  private static final ObjectNode SWEEP_KEY = RecordItems.key("sweep", "position");

  private final DynamoDbClient client;
  private final String table;

  /**
   * @param client from {@link Clients}
   * @param table its name
   */
  public DynamoRecordStore(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /**
   * What one read found.
   *
   * @param whole whether the service and its deployments are of the same version
   */
  private record Reading(RecordedService recorded, boolean whole) {}

  /**
   * A Query is not isolated from a transaction: for some milliseconds it can give the service as it
   * was written last, and a deployment as it was before. Whoever wrote that deployment back would
   * undo a change, and the condition on the version would not notice. Such a reading is done again.
   * If it stays so, it is how the items are, such as after a table was restored, and not a
   * transaction at work.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation">Isolation
   *     levels</a>
   */
  @Override
  public RecordedService read(ServiceArn service) {
    Reading reading = readOnce(service);
    for (int reads = 1; reads < MAX_READS && !reading.whole(); reads++) {
      reading = readOnce(service);
    }
    return reading.recorded();
  }

  private Reading readOnce(ServiceArn service) {
    Optional<ObjectNode> serviceItem = Optional.empty();
    Map<DeploymentId, ObjectNode> deployments = new LinkedHashMap<>();
    for (ObjectNode item : newest(RecordItems.partition(service), NEWEST + 1)) {
      if (RecordItems.isDeployment(item)) {
        deployments.put(RecordItems.parse(item, RecordItems::deploymentId), item);
      } else {
        serviceItem = Optional.of(item);
      }
    }
    ServiceRecord record =
        serviceItem
            .map(item -> RecordItems.parse(item, RecordItems::service))
            .orElse(ServiceRecord.unknown(service));
    if (!record.service().equals(service)) {
      // of another account or Region
      throw new UnreadableRecord(
          "the record's item %s, %s is about %s"
              .formatted(
                  RecordItems.partition(service), RecordItems.SERVICE, record.service().value()));
    }
    List<ObjectNode> older =
        record.open().stream()
            .filter(id -> !deployments.containsKey(id))
            .map(id -> RecordItems.key(service, id))
            .toList();
    for (ObjectNode item : items(older)) {
      deployments.put(RecordItems.parse(item, RecordItems::deploymentId), item);
    }
    Set<DeploymentId> alsoWritten =
        serviceItem.map(item -> RecordItems.parse(item, RecordItems::alsoWritten)).orElse(Set.of());
    boolean whole = deployments.keySet().containsAll(record.open());
    List<DeploymentRecord> records = new ArrayList<>();
    for (Map.Entry<DeploymentId, ObjectNode> entry : deployments.entrySet()) {
      ObjectNode item = entry.getValue();
      records.add(RecordItems.parse(item, RecordItems::deployment));
      whole &=
          !alsoWritten.contains(entry.getKey())
              || RecordItems.parse(item, RecordItems::serviceVersion) >= record.version();
    }
    return new Reading(new RecordedService(record, records), whole);
  }

  @Override
  public ServiceRecords services(Collection<ServiceArn> services) {
    Map<ServiceArn, ServiceRecord> known = new LinkedHashMap<>();
    Map<ServiceArn, UnreadableRecord> unreadable = new LinkedHashMap<>();
    Map<String, ServiceArn> asked = new HashMap<>();
    services.forEach(service -> asked.put(RecordItems.partition(service), service));
    List<ObjectNode> keys =
        services.stream()
            .distinct()
            .map(service -> RecordItems.key(RecordItems.partition(service), RecordItems.SERVICE))
            .toList();
    for (ObjectNode item : items(keys)) {
      try {
        ServiceRecord record = RecordItems.parse(item, RecordItems::service);
        known.put(record.service(), record);
      } catch (UnreadableRecord failure) {
        ServiceArn service = asked.get(item.path("pk").asText());
        if (service == null) {
          throw failure;
        }
        unreadable.put(service, failure);
      }
    }
    return new ServiceRecords(known, unreadable);
  }

  @Override
  public List<DeploymentRecord> history(ServiceArn service, int limit) {
    return newest(RecordItems.partition(service), limit + 1).stream()
        .filter(RecordItems::isDeployment)
        .limit(limit)
        .map(item -> RecordItems.parse(item, RecordItems::deployment))
        .toList();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The request has a token of its own, which is the same in all of the SDK's attempts: DynamoDB
   * answers an attempt after a lost response as it answered the first, for ten minutes, rather than
   * with a conflict. Every call of this method has another token: with a token made from the
   * content, two writers of the same would both find that they came first.
   */
  @Override
  public boolean write(RecordChange change) {
    ServiceRecord before = change.before();
    ServiceRecord after = change.after().written();
    ObjectNode request = Json.object();
    ArrayNode actions = request.putArray("TransactItems");
    ObjectNode service =
        put(
            actions,
            RecordItems.service(
                after, change.deployments().stream().map(DeploymentRecord::id).toList()));
    if (before.isKnown()) {
      service.put("ConditionExpression", "version = :before");
      service
          .putObject("ExpressionAttributeValues")
          .putObject(":before")
          .put("N", Long.toString(before.version()));
    } else {
      service.put("ConditionExpression", "attribute_not_exists(pk)");
    }
    for (DeploymentRecord deployment : change.deployments()) {
      put(actions, RecordItems.deployment(deployment, after.version()));
    }
    putIndex(actions, before, after);
    request.put("ClientRequestToken", UUID.randomUUID().toString());
    return transact(request);
  }

  /** The index entries that differ between the two. */
  private void putIndex(ArrayNode actions, ServiceRecord before, ServiceRecord after) {
    Set<Repository> left = before.repositories();
    Set<Repository> used = after.repositories();
    boolean same = before.environment().equals(after.environment());
    after
        .environment()
        .map(environment -> new User(after.service(), environment))
        .ifPresent(user ->
            used.stream()
                .filter(repository -> !same || !left.contains(repository))
                .forEach(repository -> put(actions, RecordItems.user(repository, user))));
    left.stream()
        .filter(repository -> !used.contains(repository))
        .forEach(repository ->
            delete(
                actions,
                RecordItems.key(
                    RecordItems.partition(repository), RecordItems.partition(after.service()))));
  }

  private void delete(ArrayNode actions, ObjectNode key) {
    ObjectNode delete = actions.addObject().putObject("Delete").put("TableName", table);
    delete.set("Key", AttributeValues.wrap(key));
  }

  private ObjectNode put(ArrayNode actions, ObjectNode item) {
    ObjectNode put = actions.addObject().putObject("Put").put("TableName", table);
    put.set("Item", AttributeValues.wrap(item));
    return put;
  }

  private boolean transact(ObjectNode request) {
    try {
      call(
          "dynamodb:PutItem and dynamodb:DeleteItem",
          () ->
              RawJson.call(
                  request,
                  override -> client.transactWriteItems(r -> r.overrideConfiguration(override))));
      return true;
    } catch (TransactionCanceledException e) {
      List<CancellationReason> reasons = e.cancellationReasons();
      if (reasons.stream().map(CancellationReason::code).anyMatch(CONFLICTS::contains)) {
        return false;
      }
      List<String> named =
          reasons.stream()
              .filter(reason -> reason.code() != null && !reason.code().equals("None"))
              .map(reason -> reason.code() + ": " + reason.message())
              .toList();
      throw new IllegalStateException(
          "dynamodb:TransactWriteItems on table %s was canceled: %s"
              .formatted(table, named.isEmpty() ? AwsErrors.words(e) : String.join("; ", named)),
          e);
    }
  }

  @Override
  public RepositoryUsers usersOf(Repository repository) {
    List<User> users = new ArrayList<>();
    Optional<Instant> searchedAt = Optional.empty();
    for (ObjectNode item : query(RecordItems.partition(repository), true, Integer.MAX_VALUE)) {
      if (RecordItems.sortKey(item).equals(RecordItems.SEARCHED)) {
        searchedAt =
            Optional.of(RecordItems.parse(item, i -> Instant.parse(i.path("at").asText())));
      } else {
        users.add(RecordItems.parse(item, RecordItems::user));
      }
    }
    return new RepositoryUsers(users, searchedAt);
  }

  @Override
  public void searched(Repository repository, Instant at) {
    put(
        RecordItems.item(RecordItems.partition(repository), RecordItems.SEARCHED)
            .put("at", at.toString()));
  }

  @Override
  public Optional<String> sweepPosition() {
    return items(List.of(SWEEP_KEY)).stream()
        .findFirst()
        .flatMap(item ->
            RecordItems.parse(
                item,
                sweep -> Optional.of(sweep.path("position").asText()).filter(p -> !p.isEmpty())));
  }

  @Override
  public void sweepPosition(Optional<String> position) {
    ObjectNode item = RecordItems.item("sweep", "position");
    position.ifPresent(where -> item.put("position", where));
    put(item);
  }

  private void put(ObjectNode item) {
    ObjectNode request = Json.object().put("TableName", table);
    request.set("Item", AttributeValues.wrap(item));
    call(
        "dynamodb:PutItem",
        () ->
            RawJson.call(
                request, override -> client.putItem(r -> r.overrideConfiguration(override))));
  }

  private List<ObjectNode> newest(String partition, int limit) {
    return query(partition, false, limit);
  }

  private List<ObjectNode> query(String partition, boolean forward, int limit) {
    ObjectNode request =
        Json.object()
            .put("TableName", table)
            .put("ConsistentRead", true)
            .put("ScanIndexForward", forward)
            .put("KeyConditionExpression", "pk = :pk");
    request.putObject("ExpressionAttributeValues").putObject(":pk").put("S", partition);
    List<ObjectNode> items = new ArrayList<>();
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      if (limit < Integer.MAX_VALUE) {
        request.put("Limit", limit - items.size());
      }
      ObjectNode page =
          call(
              "dynamodb:Query",
              () ->
                  RawJson.call(
                      request, override -> client.query(r -> r.overrideConfiguration(override))));
      page.path("Items").forEach(item -> items.add(AttributeValues.unwrap(item)));
      JsonNode next = page.path("LastEvaluatedKey");
      if (!next.isObject() || items.size() >= limit) {
        return items;
      }
      request.set("ExclusiveStartKey", next);
    }
    throw new IllegalStateException(
        "dynamodb:Query of %s has no end: stopped after %d pages".formatted(partition, MAX_PAGES));
  }

  /** The items that there are of these keys, in any order. */
  private List<ObjectNode> items(List<ObjectNode> keys) {
    List<ObjectNode> items = new ArrayList<>();
    for (List<ObjectNode> piece : Pages.divided(keys, KEYS_A_CALL)) {
      ObjectNode asked = Json.object();
      ObjectNode ofTable = asked.putObject(table).put("ConsistentRead", true);
      ArrayNode list = ofTable.putArray("Keys");
      piece.forEach(key -> list.add(AttributeValues.wrap(key)));
      JsonNode open = asked;
      for (int rounds = 0; !open.isEmpty(); rounds++) {
        if (rounds == MAX_ROUNDS) {
          throw new IllegalStateException(
              "dynamodb:BatchGetItem on table %s left keys unprocessed %d times"
                  .formatted(table, rounds));
        }
        ObjectNode request = Json.object();
        request.set("RequestItems", open);
        ObjectNode response =
            call(
                "dynamodb:BatchGetItem",
                () ->
                    RawJson.call(
                        request,
                        override -> client.batchGetItem(r -> r.overrideConfiguration(override))));
        response
            .path("Responses")
            .path(table)
            .forEach(item -> items.add(AttributeValues.unwrap(item)));
        open = response.path("UnprocessedKeys");
      }
    }
    return items;
  }

  private <T> T call(String action, Supplier<T> call) {
    try {
      return AwsErrors.permitted(action, "table " + table, call);
    } catch (AwsServiceException e) {
      if ("ResourceNotFoundException".equals(AwsErrors.code(e))) {
        throw new IllegalStateException(
            "the table %s is not there: restore it under this name: docs/operating.md says how"
                .formatted(table),
            e);
      }
      throw e;
    }
  }
}
