package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.dynamodb.Tables.Access;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** BatchGetItem and BatchWriteItem. Neither is a transaction: a part may stay unprocessed. */
final class BatchOperations {
  private static final int MAX_GETS = 100;
  private static final int MAX_WRITES = 25;
  private static final long MAX_BYTES = 16L * 1024 * 1024;

  private final Tables tables;

  BatchOperations(Tables tables) {
    this.tables = tables;
  }

  /** One key of a BatchGetItem, with what is wanted of its table. */
  private record Wanted(Read read, PrimaryKey key, JsonNode json, ObjectNode ofTable) {}

  ObjectNode get(Caller caller, ObjectNode body) {
    Tables.check("BatchGetItem", body, Set.of("RequestItems", "ReturnConsumedCapacity"));
    Capacity capacity = new Capacity(body);
    List<Wanted> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : requestItems(body)) {
      if (entry.getValue() instanceof ObjectNode ofTable) {
        List<Wanted> wanted = wanted(caller, entry.getKey(), ofTable, capacity);
        all.addAll(wanted);
      }
    }
    if (all.size() > MAX_GETS) {
      throw Errors.validation("Too many items requested for the BatchGetItem call");
    }
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ObjectNode responses = output.putObject("Responses");
    ObjectNode unprocessed = output.putObject("UnprocessedKeys");
    all.forEach(it -> responses.withArray("/" + it.read().table().name()));
    int processed = tables.processed(all.size());
    long bytes = 0;
    for (int i = 0; i < all.size(); i++) {
      Wanted wanted = all.get(i);
      Table table = wanted.read().table();
      boolean consistent = wanted.read().consistent();
      SequencedMap<String, AttributeValue> item =
          i < processed ? tables.itemsFor(table, consistent).get(wanted.key()) : null;
      int size = item == null ? 0 : AttributeValue.sizeOf(item);
      if (i >= processed || bytes + size > MAX_BYTES) {
        if (!unprocessed.has(table.name())) {
          unprocessed.set(table.name(), withoutKeys(wanted.ofTable()));
        }
        unprocessed.withArray("/" + table.name() + "/Keys").add(wanted.json());
        continue;
      }
      bytes += size;
      capacity.read(table, size, consistent);
      if (item != null) {
        responses.withArray("/" + table.name()).add(AttributeJson.json(wanted.read().of(item)));
      }
    }
    capacity.intoList(output);
    return output;
  }

  private List<Wanted> wanted(
      Caller caller, String tableName, ObjectNode ofTable, Capacity capacity) {
    Tables.check(
        "BatchGetItem",
        ofTable,
        Set.of("Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"));
    int count = ofTable.path("Keys").size();
    if (count < 1 || count > MAX_GETS) {
      throw Errors.validation(
          "1 validation error detected: Value at 'requestItems.%s.member.keys' failed to satisfy constraint: Member must have length %s"
              .formatted(
                  tableName,
                  count < 1 ? "greater than or equal to 1" : "less than or equal to " + MAX_GETS));
    }
    Read read = Read.parse(tables.table(caller, "BatchGetItem", tableName), ofTable);
    List<Wanted> all = new ArrayList<>();
    Set<PrimaryKey> keys = new HashSet<>();
    for (JsonNode json : ofTable.path("Keys")) {
      PrimaryKey key = read.key(json);
      if (!keys.add(key)) {
        throw Errors.validation("Provided list of item keys contains duplicates");
      }
      all.add(new Wanted(read, key, json, ofTable));
    }
    tables.authorize(
        caller,
        "BatchGetItem",
        read.table(),
        new Access(
            all.stream().map(Wanted::key).toList(),
            read.attributes(),
            Map.of(
                "dynamodb:Select", read.select(),
                "dynamodb:ReturnConsumedCapacity", capacity.wanted())));
    return all;
  }

  private static ObjectNode withoutKeys(ObjectNode ofTable) {
    ObjectNode rest = ofTable.deepCopy();
    rest.remove("Keys");
    return rest;
  }

  /** One request of a BatchWriteItem. */
  private record RequestedWrite(Write write, JsonNode json) {}

  ObjectNode write(Caller caller, ObjectNode body) {
    Tables.check(
        "BatchWriteItem",
        body,
        Set.of("RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"));
    Capacity capacity = new Capacity(body);
    List<RequestedWrite> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : requestItems(body)) {
      List<RequestedWrite> ofTable = new ArrayList<>();
      Set<PrimaryKey> keys = new HashSet<>();
      for (JsonNode json : entry.getValue()) {
        Write write = write(caller, entry.getKey(), json);
        if (!keys.add(write.key())) {
          throw Errors.validation("Provided list of item keys contains duplicates");
        }
        ofTable.add(new RequestedWrite(write, json));
      }
      if (ofTable.isEmpty()) {
        throw Errors.validation(
            "The batch write request list for a table cannot be null or empty.");
      }
      Set<String> attributes = new HashSet<>();
      ofTable.forEach(it -> attributes.addAll(it.write().item().keySet()));
      tables.authorize(
          caller,
          "BatchWriteItem",
          ofTable.getFirst().write().table(),
          new Access(
              List.copyOf(keys),
              attributes,
              Map.of("dynamodb:ReturnConsumedCapacity", capacity.wanted())));
      all.addAll(ofTable);
    }
    if (all.size() > MAX_WRITES) {
      throw Errors.validation("Too many items requested for the BatchWriteItem call");
    }
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ObjectNode unprocessed = output.putObject("UnprocessedItems");
    int processed = tables.processed(all.size());
    for (int i = 0; i < all.size(); i++) {
      Write write = all.get(i).write();
      if (i >= processed) {
        unprocessed.withArray("/" + write.table().name()).add(all.get(i).json());
        continue;
      }
      Items items = tables.items(write.table());
      SequencedMap<String, AttributeValue> before = items.get(write.key());
      SequencedMap<String, AttributeValue> after = write.after(before);
      Write.store(items, write.key(), after);
      capacity.write(write.table(), Write.bytes(before, after));
    }
    capacity.intoList(output);
    return output;
  }

  private Write write(Caller caller, String tableName, JsonNode json) {
    Table table = tables.table(caller, "BatchWriteItem", tableName);
    ObjectNode single = JsonNodeFactory.instance.objectNode().put("TableName", table.name());
    boolean puts = json.path("PutRequest").has("Item");
    if (puts == json.path("DeleteRequest").has("Key")) {
      throw puts
          ? Errors.validation(
              "Supplied AttributeValue has more than one datatypes set, must contain exactly one of"
                  + " the supported datatypes")
          : Errors.validation(
              "Supplied AttributeValue is empty, must contain exactly one of the supported"
                  + " datatypes");
    }
    if (puts) {
      single.set("Item", json.path("PutRequest").path("Item"));
    } else {
      single.set("Key", json.path("DeleteRequest").path("Key"));
    }
    return Write.parse(tables, caller, puts ? Write.Kind.PUT : Write.Kind.DELETE, single);
  }

  private static Set<Map.Entry<String, JsonNode>> requestItems(ObjectNode body) {
    Set<Map.Entry<String, JsonNode>> tables = body.path("RequestItems").properties();
    if (tables.isEmpty()) {
      throw missing();
    }
    return tables;
  }

  private static AwsError missing() {
    return Errors.validation(
        "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member"
            + " must have length greater than or equal to 1");
  }
}
