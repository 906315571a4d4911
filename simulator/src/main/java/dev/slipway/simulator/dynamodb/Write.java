package dev.slipway.simulator.dynamodb;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A change of one item, or a check of it, perhaps on a condition.
 *
 * @param item of a Put, the item; of the others, its key
 * @param condition null for none
 * @param update null for all but an Update
 * @param tellsOldOnFailure whether a failed condition's error shows the item
 */
record Write(
    Kind kind,
    Table table,
    PrimaryKey key,
    SequencedMap<String, AttributeValue> item,
    @Nullable Condition condition,
    @Nullable UpdateExpression update,
    boolean tellsOldOnFailure) {
  private static final int MAX_ITEM_BYTES = 400 * 1024;

  /** The kinds of writes. */
  enum Kind {
    PUT("PutItem"),
    UPDATE("UpdateItem"),
    DELETE("DeleteItem"),
    CHECK("ConditionCheckItem");

    private final String action;

    Kind(String action) {
      this.action = action;
    }

    /** The operation, and the IAM action, of such a write alone or in a transaction. */
    String action() {
      return action;
    }
  }

  /** Reads the members that a single write and one in a transaction have in common. */
  static Write parse(Tables tables, Caller caller, Kind kind, ObjectNode body) {
    Table table = tables.table(caller, kind.action(), Tables.name(body, "TableName"));
    List<String> parameters =
        kind == Kind.UPDATE
            ? List.of("UpdateExpression", "ConditionExpression")
            : List.of("ConditionExpression");
    Placeholders placeholders = Placeholders.of(body, parameters);
    ExpressionParser updateText = Tables.expression(body, "UpdateExpression", placeholders);
    UpdateExpression update =
        kind != Kind.UPDATE
            ? null
            : updateText == null ? new UpdateExpression(List.of()) : updateText.update();
    ExpressionParser conditionText = Tables.expression(body, "ConditionExpression", placeholders);
    Condition condition = conditionText == null ? null : conditionText.condition();
    placeholders.checkUsed();
    String member = kind == Kind.PUT ? "Item" : "Key";
    if (!body.has(member)) {
      throw Errors.validation(
          "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
              .formatted(kind == Kind.PUT ? "item" : "key"));
    }
    SequencedMap<String, AttributeValue> item = AttributeJson.item(body.path(member));
    PrimaryKey key = kind == Kind.PUT ? table.key().keyOf(item) : table.key().key(item);
    if (kind == Kind.PUT && AttributeValue.sizeOf(item) > MAX_ITEM_BYTES) {
      throw Errors.validation("Item size has exceeded the maximum allowed size");
    }
    if (update != null) {
      update.attributes().stream()
          .filter(table.key()::has)
          .findFirst()
          .ifPresent(attribute -> {
            throw Errors.invalidParameter(
                "Cannot update attribute " + attribute + ". This attribute is part of the key");
          });
    }
    boolean tellsOld =
        Tables.choice(body, "ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD")
            .equals("ALL_OLD");
    return new Write(kind, table, key, item, condition, update, tellsOld);
  }

  /** What of the table it touches. */
  Access access(Map<String, String> more) {
    Set<String> attributes = new LinkedHashSet<>(item.keySet());
    if (update != null) {
      attributes.addAll(update.attributes());
    }
    if (condition != null) {
      condition.paths().map(DocumentPath::attribute).forEach(attributes::add);
    }
    return new Access(List.of(key), attributes, more);
  }

  /**
   * The item after the write; null if there is none then.
   *
   * @param before the item; null if there is none
   * @throws AwsError if the item does not meet the condition, or cannot be changed so
   */
  @Nullable SequencedMap<String, AttributeValue> after(
      @Nullable SequencedMap<String, AttributeValue> before) {
    SequencedMap<String, AttributeValue> old = before == null ? new LinkedHashMap<>() : before;
    if (condition != null && !condition.test(old)) {
      throw Errors.conditionFailed();
    }
    return switch (kind) {
      case PUT -> item;
      case DELETE -> null;
      case CHECK -> before;
      case UPDATE -> updated(old);
    };
  }

  private SequencedMap<String, AttributeValue> updated(SequencedMap<String, AttributeValue> old) {
    SequencedMap<String, AttributeValue> keyed = new LinkedHashMap<>(item);
    keyed.putAll(old);
    SequencedMap<String, AttributeValue> after = update == null ? keyed : update.apply(keyed);
    if (AttributeValue.sizeOf(after) > MAX_ITEM_BYTES) {
      throw Errors.validation("Item size to update has exceeded the maximum allowed size");
    }
    return after;
  }

  /** Does it. */
  static void store(
      Items items, PrimaryKey key, @Nullable SequencedMap<String, AttributeValue> after) {
    if (after == null) {
      items.remove(key);
    } else {
      items.put(key, after);
    }
  }

  /** The bytes that it is charged for: of the greater of both items. */
  static long bytes(
      @Nullable SequencedMap<String, AttributeValue> before,
      @Nullable SequencedMap<String, AttributeValue> after) {
    return Stream.of(size(before), size(after)).mapToLong(it -> it).max().orElse(0);
  }

  private static long size(@Nullable SequencedMap<String, AttributeValue> item) {
    return item == null ? 0 : AttributeValue.sizeOf(item);
  }
}
