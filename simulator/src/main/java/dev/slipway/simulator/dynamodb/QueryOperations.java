package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.dynamodb.Tables.Access;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Query and Scan. */
final class QueryOperations {
  private static final int MAX_PAGE_BYTES = 1024 * 1024;
  private static final Set<String> SCAN =
      Set.of(
          "TableName",
          "FilterExpression",
          "ProjectionExpression",
          "ExpressionAttributeNames",
          "ExpressionAttributeValues",
          "ConsistentRead",
          "Limit",
          "ExclusiveStartKey",
          "Select",
          "ReturnConsumedCapacity");

  private final Tables tables;

  QueryOperations(Tables tables) {
    this.tables = tables;
  }

  /** What Query and Scan have in common. */
  private record Reading(
      Read read, @Nullable Condition filter, String select, int limit, @Nullable PrimaryKey start) {
    Set<String> attributes() {
      Set<String> attributes = new LinkedHashSet<>(read.attributes());
      if (filter != null) {
        filter.paths().map(DocumentPath::attribute).forEach(attributes::add);
      }
      return attributes;
    }
  }

  ObjectNode query(Caller caller, ObjectNode body) {
    Set<String> simulated = new LinkedHashSet<>(SCAN);
    simulated.addAll(List.of("KeyConditionExpression", "ScanIndexForward"));
    Tables.check("Query", body, simulated);
    Capacity capacity = new Capacity(body);
    Table table = tables.table(caller, "Query", Tables.name(body, "TableName"));
    Placeholders placeholders =
        Placeholders.of(
            body, List.of("KeyConditionExpression", "FilterExpression", "ProjectionExpression"));
    ExpressionParser text = Tables.expression(body, "KeyConditionExpression", placeholders);
    if (text == null) {
      throw Errors.validation(
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
              + " request.");
    }
    KeyCondition condition = KeyCondition.of(text.condition(), table.key());
    Reading reading = reading(table, body, placeholders, true);
    PrimaryKey whole = new PrimaryKey(condition.partition(), new AttributeValue.Null());
    authorize(caller, "Query", reading, List.of(whole), capacity);

    boolean forward = !body.has("ScanIndexForward") || Members.flag(body, "ScanIndexForward");
    PrimaryKey start = reading.start();
    if (start != null && !start.partition().equals(condition.partition())) {
      throw Errors.validation("The provided starting key is invalid");
    }
    List<SequencedMap<String, AttributeValue>> items =
        new ArrayList<>(
            tables.itemsFor(table, reading.read().consistent()).partition(condition.partition()));
    Condition sort = condition.sort();
    items.removeIf(item -> sort != null && !sort.test(item));
    if (start != null) {
      items.removeIf(item -> {
        int order = Items.BY_SORT_KEY.compare(table.key().keyOf(item).sort(), start.sort());
        return forward ? order <= 0 : order >= 0;
      });
    }
    return page(reading, forward ? items : items.reversed(), capacity);
  }

  ObjectNode scan(Caller caller, ObjectNode body) {
    Tables.check("Scan", body, SCAN);
    Capacity capacity = new Capacity(body);
    Table table = tables.table(caller, "Scan", Tables.name(body, "TableName"));
    Placeholders placeholders =
        Placeholders.of(body, List.of("FilterExpression", "ProjectionExpression"));
    Reading reading = reading(table, body, placeholders, false);
    authorize(caller, "Scan", reading, List.of(), capacity);
    PrimaryKey start = reading.start();
    Predicate<SequencedMap<String, AttributeValue>> after =
        item -> start == null || Items.scanOrder(table.key().keyOf(item), start) > 0;
    return page(
        reading,
        tables.itemsFor(table, reading.read().consistent()).all().stream().filter(after).toList(),
        capacity);
  }

  private void authorize(
      Caller caller, String action, Reading reading, List<PrimaryKey> keys, Capacity capacity) {
    tables.authorize(
        caller,
        action,
        reading.read().table(),
        new Access(
            keys,
            reading.attributes(),
            Map.of(
                "dynamodb:Select", reading.select(),
                "dynamodb:ReturnConsumedCapacity", capacity.wanted())));
  }

  private static Reading reading(
      Table table, ObjectNode body, Placeholders placeholders, boolean query) {
    ExpressionParser filterText = Tables.expression(body, "FilterExpression", placeholders);
    Condition filter = filterText == null ? null : filterText.condition();
    if (filter != null && query) {
      filter
          .paths()
          .map(DocumentPath::attribute)
          .filter(table.key()::has)
          .findFirst()
          .ifPresent(attribute -> {
            throw Errors.validation(
                "Filter Expression can only contain non-primary key attributes: Primary key"
                    + " attribute: "
                    + attribute);
          });
    }
    ExpressionParser projectionText = Tables.expression(body, "ProjectionExpression", placeholders);
    Projection projection =
        projectionText == null ? null : new Projection(projectionText.projection());
    placeholders.checkUsed();
    String select =
        Members.text(body, "Select") == null
            ? projection == null ? "ALL_ATTRIBUTES" : "SPECIFIC_ATTRIBUTES"
            : Tables.choice(body, "Select", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT");
    if (projection != null && !select.equals("SPECIFIC_ATTRIBUTES")) {
      throw Errors.validation(
          "Cannot specify the ProjectionExpression when choosing to get "
              + (select.equals("COUNT") ? "only the Count" : select));
    }
    if (projection == null && select.equals("SPECIFIC_ATTRIBUTES")) {
      throw Errors.validation(
          "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
              + " SPECIFIC_ATTRIBUTES");
    }
    int limit = Members.integer(body, "Limit", Integer.MAX_VALUE);
    if (limit < 1) {
      throw Errors.validation(
          "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
              .formatted(limit));
    }
    Read read = new Read(table, projection, Members.flag(body, "ConsistentRead"));
    return new Reading(
        read, filter, select, limit, body.has("ExclusiveStartKey") ? start(table, body) : null);
  }

  private static PrimaryKey start(Table table, ObjectNode body) {
    SequencedMap<String, AttributeValue> given = AttributeJson.item(body.path("ExclusiveStartKey"));
    if (given.size() != table.key().attributes().size()) {
      throw Errors.validation("The provided starting key is invalid");
    }
    return table.key().key(given);
  }

  /** What of these items one answer has: no more than the limit, and no more than 1 MB. */
  private static ObjectNode page(
      Reading reading, List<SequencedMap<String, AttributeValue>> items, Capacity capacity) {
    Table table = reading.read().table();
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    int count = 0;
    int scanned = 0;
    long bytes = 0;
    SequencedMap<String, AttributeValue> last = null;
    boolean more = false;
    for (SequencedMap<String, AttributeValue> item : items) {
      int size = AttributeValue.sizeOf(item);
      // at the limit DynamoDB stops without a look at whether more would come
      if (scanned > 0 && bytes + size > MAX_PAGE_BYTES) {
        more = true;
        break;
      }
      scanned++;
      bytes += size;
      last = item;
      Condition filter = reading.filter();
      if (filter == null || filter.test(item)) {
        count++;
        found.add(AttributeJson.json(reading.read().of(item)));
      }
      if (scanned == reading.limit()) {
        more = true;
        break;
      }
    }
    if (!reading.select().equals("COUNT")) {
      output.set("Items", found);
    }
    output.put("Count", count).put("ScannedCount", scanned);
    if (more) {
      output.set(
          "LastEvaluatedKey", AttributeJson.json(table.key().in(Objects.requireNonNull(last))));
    }
    capacity.read(table, bytes, reading.read().consistent());
    capacity.into(output);
    return output;
  }
}
