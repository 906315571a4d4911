package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is read of items that are named by their keys.
 *
 * @param projection null for the whole items
 */
record Read(Table table, @Nullable Projection projection, boolean consistent) {
  /** Reads the members that GetItem and TransactGetItems have in common. */
  static Read parse(Tables tables, Caller caller, String action, ObjectNode body) {
    return parse(tables.table(caller, action, Tables.name(body, "TableName")), body);
  }

  /** Reads what is wanted of a table. */
  static Read parse(Table table, ObjectNode body) {
    Placeholders placeholders = Placeholders.of(body, List.of("ProjectionExpression"));
    ExpressionParser text = Tables.expression(body, "ProjectionExpression", placeholders);
    Projection projection = text == null ? null : new Projection(text.projection());
    placeholders.checkUsed();
    return new Read(table, projection, Members.flag(body, "ConsistentRead"));
  }

  PrimaryKey key(JsonNode json) {
    return table.key().key(AttributeJson.item(json));
  }

  SequencedMap<String, AttributeValue> of(SequencedMap<String, AttributeValue> item) {
    return projection == null ? item : projection.of(item);
  }

  /** The attributes that the request names. */
  Set<String> attributes() {
    Set<String> attributes = new LinkedHashSet<>();
    table.key().attributes().forEach(it -> attributes.add(it.name()));
    if (projection != null) {
      attributes.addAll(projection.attributes());
    }
    return attributes;
  }

  /** The condition key {@code dynamodb:Select}. */
  String select() {
    return projection == null ? "ALL_ATTRIBUTES" : "SPECIFIC_ATTRIBUTES";
  }
}
