package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.record.ServiceRecord;
import java.util.List;

/** DynamoDB's answers with records of services. */
public final class StoredRecords {
  private StoredRecords() {}

  /** What BatchGetItem answers with: the service items of some records. */
  public static String batch(String table, List<ServiceRecord> records) {
    ObjectNode response = Json.object();
    ArrayNode items = response.putObject("Responses").putArray(table);
    records.forEach(
        record -> items.add(AttributeValues.wrap(RecordItems.service(record, List.of()))));
    response.putObject("UnprocessedKeys");
    return response.toString();
  }
}
