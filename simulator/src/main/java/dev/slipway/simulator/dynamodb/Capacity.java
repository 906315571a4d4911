package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The capacity units that a request consumes, by table.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html">DynamoDB
 *     reads and writes</a>
 */
final class Capacity {
  private static final int READ_BYTES = 4096;
  private static final int WRITE_BYTES = 1024;

  private final String wanted;
  private final Map<String, Double> units = new LinkedHashMap<>();

  /** Of a request, which may want to be told ({@code ReturnConsumedCapacity}). */
  Capacity(ObjectNode request) {
    this.wanted = Tables.choice(request, "ReturnConsumedCapacity", "NONE", "TOTAL", "INDEXES");
  }

  /** What was asked for, for the condition key {@code dynamodb:ReturnConsumedCapacity}. */
  String wanted() {
    return wanted;
  }

  void read(Table table, long bytes, boolean consistent) {
    add(table, blocks(bytes, READ_BYTES) * (consistent ? 1 : 0.5));
  }

  void readInTransaction(Table table, long bytes) {
    add(table, blocks(bytes, READ_BYTES) * 2);
  }

  void write(Table table, long bytes) {
    add(table, blocks(bytes, WRITE_BYTES));
  }

  void writeInTransaction(Table table, long bytes) {
    add(table, blocks(bytes, WRITE_BYTES) * 2);
  }

  private void add(Table table, double consumed) {
    units.merge(table.name(), consumed, Double::sum);
  }

  private static double blocks(long bytes, int size) {
    return Math.max(1, (bytes + size - 1) / size);
  }

  /** Tells a request of one table. */
  void into(ObjectNode output) {
    if (!wanted.equals("NONE")) {
      units.forEach(
          (table, consumed) -> describe(output.putObject("ConsumedCapacity"), table, consumed));
    }
  }

  /** Tells a request of several tables. */
  void intoList(ObjectNode output) {
    if (!wanted.equals("NONE")) {
      ArrayNode list = output.putArray("ConsumedCapacity");
      units.forEach((table, consumed) -> describe(list.addObject(), table, consumed));
    }
  }

  private void describe(ObjectNode json, String table, double consumed) {
    json.put("TableName", table).put("CapacityUnits", consumed);
    if (wanted.equals("INDEXES")) {
      json.putObject("Table").put("CapacityUnits", consumed);
    }
  }
}
