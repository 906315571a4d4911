package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.dynamodb.Tables.Access;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** GetItem, PutItem, UpdateItem, DeleteItem. */
final class ItemOperations {
  private static final Set<String> GET =
      Set.of(
          "TableName",
          "Key",
          "ConsistentRead",
          "ProjectionExpression",
          "ExpressionAttributeNames",
          "ReturnConsumedCapacity");
  private static final Set<String> WRITE =
      Set.of(
          "TableName",
          "ConditionExpression",
          "ExpressionAttributeNames",
          "ExpressionAttributeValues",
          "ReturnValues",
          "ReturnValuesOnConditionCheckFailure",
          "ReturnItemCollectionMetrics",
          "ReturnConsumedCapacity");

  private final Tables tables;

  ItemOperations(Tables tables) {
    this.tables = tables;
  }

  ObjectNode get(Caller caller, ObjectNode body) {
    Tables.check("GetItem", body, GET);
    Capacity capacity = new Capacity(body);
    Read read = Read.parse(tables, caller, "GetItem", body);
    PrimaryKey key = read.key(body.path("Key"));
    tables.authorize(
        caller,
        "GetItem",
        read.table(),
        new Access(
            List.of(key),
            read.attributes(),
            Map.of(
                "dynamodb:Select", read.select(),
                "dynamodb:ReturnConsumedCapacity", capacity.wanted())));
    SequencedMap<String, AttributeValue> item =
        tables.itemsFor(read.table(), read.consistent()).get(key);
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    if (item != null) {
      output.set("Item", AttributeJson.json(read.of(item)));
    }
    capacity.read(read.table(), item == null ? 0 : AttributeValue.sizeOf(item), read.consistent());
    capacity.into(output);
    return output;
  }

  ObjectNode put(Caller caller, ObjectNode body) {
    Tables.check("PutItem", body, with(WRITE, "Item"));
    return write(caller, Write.Kind.PUT, body);
  }

  ObjectNode update(Caller caller, ObjectNode body) {
    Tables.check("UpdateItem", body, with(WRITE, "Key", "UpdateExpression"));
    return write(caller, Write.Kind.UPDATE, body);
  }

  ObjectNode delete(Caller caller, ObjectNode body) {
    Tables.check("DeleteItem", body, with(WRITE, "Key"));
    return write(caller, Write.Kind.DELETE, body);
  }

  private static Set<String> with(Set<String> common, String... more) {
    Set<String> all = new LinkedHashSet<>(common);
    all.addAll(List.of(more));
    return all;
  }

  private ObjectNode write(Caller caller, Write.Kind kind, ObjectNode body) {
    Capacity capacity = new Capacity(body);
    String returned =
        Tables.choice(
            body, "ReturnValues", "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW");
    if (kind != Write.Kind.UPDATE && !Set.of("NONE", "ALL_OLD").contains(returned)) {
      throw Errors.validation("ReturnValues can only be ALL_OLD or NONE");
    }
    Write write = Write.parse(tables, caller, kind, body);
    tables.authorize(
        caller,
        kind.action(),
        write.table(),
        write.access(
            Map.of(
                "dynamodb:ReturnValues",
                returned,
                "dynamodb:ReturnConsumedCapacity",
                capacity.wanted())));
    tables.checkConflict();
    Items items = tables.items(write.table());
    SequencedMap<String, AttributeValue> before = items.get(write.key());
    SequencedMap<String, AttributeValue> after = after(write, before);
    Write.store(items, write.key(), after);
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    SequencedMap<String, AttributeValue> attributes = returned(returned, write, before, after);
    if (attributes != null && !attributes.isEmpty()) {
      output.set("Attributes", AttributeJson.json(attributes));
    }
    capacity.write(write.table(), Write.bytes(before, after));
    capacity.into(output);
    return output;
  }

  private static @Nullable SequencedMap<String, AttributeValue> after(
      Write write, @Nullable SequencedMap<String, AttributeValue> before) {
    try {
      return write.after(before);
    } catch (AwsError e) {
      if (e.code().equals("ConditionalCheckFailedException")
          && write.tellsOldOnFailure()
          && before != null) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.set("Item", AttributeJson.json(before));
        throw e.with(item);
      }
      throw e;
    }
  }

  private static @Nullable SequencedMap<String, AttributeValue> returned(
      String what,
      Write write,
      @Nullable SequencedMap<String, AttributeValue> before,
      @Nullable SequencedMap<String, AttributeValue> after) {
    return switch (what) {
      case "ALL_OLD" -> before;
      case "ALL_NEW" -> after;
      case "UPDATED_OLD" -> updated(write, before);
      case "UPDATED_NEW" -> updated(write, after);
      default -> null;
    };
  }

  /** Of an item, what an update changes. */
  private static SequencedMap<String, AttributeValue> updated(
      Write write, @Nullable SequencedMap<String, AttributeValue> item) {
    UpdateExpression update = write.update();
    if (item == null || update == null) {
      return new LinkedHashMap<>();
    }
    return new Projection(update.actions().stream().map(UpdateExpression.Action::path).toList())
        .of(item);
  }
}
