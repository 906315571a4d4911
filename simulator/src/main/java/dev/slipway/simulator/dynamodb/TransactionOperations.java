package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.dynamodb.Tables.Access;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * TransactWriteItems and TransactGetItems.
 *
 * <p>Neither has an IAM action of its own: a caller needs the action of each of its parts ({@code
 * dynamodb:PutItem}, {@code dynamodb:ConditionCheckItem} and so on) on the part's table.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html">Amazon
 *     DynamoDB Transactions: How it works</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html">Using
 *     IAM with DynamoDB transactions</a>
 */
final class TransactionOperations {
  private static final int MAX_PARTS = 100;
  private static final long MAX_BYTES = 4L * 1024 * 1024;

  /** As long as DynamoDB knows a ClientRequestToken again. */
  private static final Duration IDEMPOTENCY_WINDOW = Duration.ofMinutes(10);

  private static final Map<String, Write.Kind> KINDS =
      Map.of(
          "ConditionCheck", Write.Kind.CHECK,
          "Put", Write.Kind.PUT,
          "Update", Write.Kind.UPDATE,
          "Delete", Write.Kind.DELETE);

  private static final Set<String> PART =
      Set.of(
          "TableName",
          "ConditionExpression",
          "ExpressionAttributeNames",
          "ExpressionAttributeValues",
          "ReturnValuesOnConditionCheckFailure");

  /** A transaction that has succeeded. */
  private record Done(JsonNode parts, Instant at) {}

  /** Why a part would cancel the transaction. */
  private record Reason(String code, String message, @Nullable ObjectNode item) {}

  /** An item of a table. */
  private record Target(String table, PrimaryKey key) {}

  private final Tables tables;
  private final Map<String, Done> done = new HashMap<>();

  TransactionOperations(Tables tables) {
    this.tables = tables;
  }

  ObjectNode write(Caller caller, ObjectNode body) {
    Tables.check(
        "TransactWriteItems",
        body,
        Set.of(
            "TransactItems",
            "ClientRequestToken",
            "ReturnConsumedCapacity",
            "ReturnItemCollectionMetrics"));
    Capacity capacity = new Capacity(body);
    List<Write> writes = new ArrayList<>();
    Set<Target> targets = new HashSet<>();
    for (JsonNode part : parts(body)) {
      Write write = write(caller, part);
      if (!targets.add(new Target(write.table().name(), write.key()))) {
        throw Errors.validation(
            "Transaction request cannot include multiple operations on one item");
      }
      writes.add(write);
    }
    for (Write write : writes) {
      tables.authorize(
          caller,
          write.kind().action(),
          write.table(),
          write.access(
              Map.of(
                  "dynamodb:EnclosingOperation",
                  "TransactWriteItems",
                  "dynamodb:ReturnConsumedCapacity",
                  capacity.wanted())));
    }
    if (writes.stream().mapToLong(it -> AttributeValue.sizeOf(it.item())).sum() > MAX_BYTES) {
      throw tooLarge();
    }
    String token = Members.text(body, "ClientRequestToken");
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    if (token == null || !isDone(token, body.path("TransactItems"))) {
      carryOut(writes, capacity);
      if (token != null) {
        done.put(token, new Done(body.path("TransactItems").deepCopy(), tables.now()));
      }
    }
    capacity.intoList(output);
    return output;
  }

  /** Whether such a transaction has succeeded already; its answer was lost, perhaps. */
  private boolean isDone(String token, JsonNode parts) {
    done.values().removeIf(it -> it.at().plus(IDEMPOTENCY_WINDOW).isBefore(tables.now()));
    Done earlier = done.get(token);
    if (earlier != null && !earlier.parts().equals(parts)) {
      throw AwsError.client(
          "IdempotentParameterMismatchException",
          "The request uses the same client token as a previous, but non-identical request. Do not"
              + " reuse a client token with different requests, unless the requests are identical");
    }
    return earlier != null;
  }

  private void carryOut(List<Write> writes, Capacity capacity) {
    List<@Nullable SequencedMap<String, AttributeValue>> results = new ArrayList<>();
    List<Optional<Reason>> reasons = new ArrayList<>();
    boolean conflict = tables.takeConflict();
    for (Write write : writes) {
      SequencedMap<String, AttributeValue> before = tables.items(write.table()).get(write.key());
      SequencedMap<String, AttributeValue> after = null;
      Optional<Reason> reason = Optional.empty();
      if (conflict && reasons.isEmpty()) {
        reason =
            Optional.of(
                new Reason("TransactionConflict", "Transaction is ongoing for the item", null));
      } else {
        try {
          after = write.after(before);
        } catch (AwsError e) {
          reason = Optional.of(reason(write, before, e));
        }
      }
      results.add(after);
      reasons.add(reason);
    }
    if (reasons.stream().anyMatch(Optional::isPresent)) {
      throw cancelled(reasons);
    }
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      Items items = tables.items(write.table());
      SequencedMap<String, AttributeValue> before = items.get(write.key());
      SequencedMap<String, AttributeValue> after = results.get(i);
      if (write.kind() != Write.Kind.CHECK) {
        Write.store(items, write.key(), after);
      }
      capacity.writeInTransaction(write.table(), Write.bytes(before, after));
    }
  }

  private static Reason reason(
      Write write, @Nullable SequencedMap<String, AttributeValue> before, AwsError error) {
    boolean condition = error.code().equals("ConditionalCheckFailedException");
    return new Reason(
        condition ? "ConditionalCheckFailed" : "ValidationError",
        String.valueOf(error.getMessage()),
        condition && write.tellsOldOnFailure() && before != null
            ? AttributeJson.json(before)
            : null);
  }

  private static AwsError cancelled(List<Optional<Reason>> reasons) {
    String codes =
        reasons.stream()
            .map(it -> it.map(Reason::code).orElse("None"))
            .collect(Collectors.joining(", ", "[", "]"));
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    ArrayNode list = members.putArray("CancellationReasons");
    for (Optional<Reason> reason : reasons) {
      ObjectNode json = list.addObject().put("Code", reason.map(Reason::code).orElse("None"));
      reason.ifPresent(it -> {
        json.put("Message", it.message());
        if (it.item() != null) {
          json.set("Item", it.item());
        }
      });
    }
    return AwsError.client(
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
                + codes)
        .with(members);
  }

  private Write write(Caller caller, JsonNode part) {
    List<Map.Entry<String, JsonNode>> given = List.copyOf(part.properties());
    if (given.size() != 1
        || !KINDS.containsKey(given.getFirst().getKey())
        || !(given.getFirst().getValue() instanceof ObjectNode body)) {
      throw Errors.validation("TransactItems can only contain one of Check, Put, Update or Delete");
    }
    String name = given.getFirst().getKey();
    Write.Kind kind = KINDS.getOrDefault(name, Write.Kind.CHECK);
    Set<String> simulated = new HashSet<>(PART);
    simulated.add(kind == Write.Kind.PUT ? "Item" : "Key");
    if (kind == Write.Kind.UPDATE) {
      simulated.add("UpdateExpression");
    }
    Tables.check(name + " in TransactWriteItems", body, simulated);
    if (kind == Write.Kind.CHECK && !body.has("ConditionExpression")) {
      throw missing("transactItems.1.member.conditionCheck.conditionExpression");
    }
    if (kind == Write.Kind.UPDATE && !body.has("UpdateExpression")) {
      throw missing("transactItems.1.member.update.updateExpression");
    }
    return Write.parse(tables, caller, kind, body);
  }

  ObjectNode get(Caller caller, ObjectNode body) {
    Tables.check("TransactGetItems", body, Set.of("TransactItems", "ReturnConsumedCapacity"));
    Capacity capacity = new Capacity(body);
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ArrayNode responses = output.putArray("Responses");
    Set<Target> targets = new HashSet<>();
    long bytes = 0;
    for (JsonNode part : parts(body)) {
      if (!(part.path("Get") instanceof ObjectNode get)) {
        throw missing("transactItems.1.member.get");
      }
      Tables.check(
          "Get in TransactGetItems",
          get,
          Set.of("TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"));
      Read read = Read.parse(tables, caller, "GetItem", get);
      PrimaryKey key = read.key(get.path("Key"));
      if (!targets.add(new Target(read.table().name(), key))) {
        throw Errors.validation(
            "Transaction request cannot include multiple operations on one item");
      }
      tables.authorize(
          caller,
          "GetItem",
          read.table(),
          new Access(
              List.of(key),
              read.attributes(),
              Map.of(
                  "dynamodb:EnclosingOperation", "TransactGetItems",
                  "dynamodb:Select", read.select(),
                  "dynamodb:ReturnConsumedCapacity", capacity.wanted())));
      SequencedMap<String, AttributeValue> item = tables.items(read.table()).get(key);
      ObjectNode response = responses.addObject();
      int size = item == null ? 0 : AttributeValue.sizeOf(item);
      bytes += size;
      if (item != null) {
        response.set("Item", AttributeJson.json(read.of(item)));
      }
      capacity.readInTransaction(read.table(), size);
    }
    if (bytes > MAX_BYTES) {
      throw tooLarge();
    }
    capacity.intoList(output);
    return output;
  }

  private static JsonNode parts(ObjectNode body) {
    JsonNode parts = body.path("TransactItems");
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw Errors.validation(
          "1 validation error detected: Value at 'transactItems' failed to satisfy constraint:"
              + " Member must have length "
              + (parts.isEmpty()
                  ? "greater than or equal to 1"
                  : "less than or equal to " + MAX_PARTS));
    }
    return parts;
  }

  private static AwsError missing(String member) {
    return Errors.validation(
        "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
            .formatted(member));
  }

  private static AwsError tooLarge() {
    return Errors.validation("The aggregate size of the items in the transaction exceeds 4 MB");
  }
}
