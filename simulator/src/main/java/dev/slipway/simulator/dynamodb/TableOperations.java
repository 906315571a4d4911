package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The operations on tables. A table is active as soon as it was created. */
final class TableOperations {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
  private static final int MAX_PAGE = 100;
  private static final Set<String> CREATE =
      Set.of(
          "TableName",
          "KeySchema",
          "AttributeDefinitions",
          "BillingMode",
          "SSESpecification",
          "DeletionProtectionEnabled",
          "Tags",
          "TableClass");

  private final Tables tables;

  TableOperations(Tables tables) {
    this.tables = tables;
  }

  ObjectNode create(Caller caller, ObjectNode body) {
    String name = Tables.name(body, "TableName");
    tables.authorize(caller, "CreateTable", name);
    if (body.path("Tags").size() > 0) {
      tables.authorize(caller, "TagResource", name);
    }
    Table table = create(name, body);
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output.set("TableDescription", table.description("CREATING"));
    return output;
  }

  /** Creates a table that CreateTable's members describe. */
  Table create(String name, ObjectNode body) {
    if (!NAME.matcher(name).matches()) {
      throw Errors.validation(
          "1 validation error detected: Value '%s' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+ and have length between 3 and 255"
              .formatted(name));
    }
    Tables.check("CreateTable", body, CREATE);
    if (!Tables.choice(body, "BillingMode", "PROVISIONED", "PAY_PER_REQUEST")
        .equals("PAY_PER_REQUEST")) {
      throw Errors.notSimulated(
          "provisioned capacity: say BillingMode PAY_PER_REQUEST in CreateTable");
    }
    if (!body.path("TableClass").asText("STANDARD").equals("STANDARD")) {
      throw Errors.notSimulated("table class but STANDARD");
    }
    KeySchema key = keySchema(body);
    if (tables.all().containsKey(name)) {
      throw AwsError.client("ResourceInUseException", "Table already exists: " + name);
    }
    Map<String, String> tags = new LinkedHashMap<>();
    body.path("Tags")
        .forEach(tag -> tags.put(tag.path("Key").asText(), tag.path("Value").asText()));
    Table.Settings settings =
        new Table.Settings(
            name,
            key,
            null,
            false,
            Members.flag(body, "DeletionProtectionEnabled"),
            Members.object(body, "SSESpecification"),
            tags);
    Table table = new Table(settings, tables.arn(name), tables.now());
    tables.all().put(name, table);
    return table;
  }

  private static KeySchema keySchema(ObjectNode body) {
    JsonNode schema = body.path("KeySchema");
    Map<String, String> types = new LinkedHashMap<>();
    for (JsonNode definition : body.path("AttributeDefinitions")) {
      String type = definition.path("AttributeType").asText();
      if (!Set.of("S", "N", "B").contains(type)) {
        throw Errors.validation(
            "1 validation error detected: Value '%s' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]"
                .formatted(type));
      }
      types.put(definition.path("AttributeName").asText(), type);
    }
    if (schema.isEmpty() || schema.size() > 2) {
      throw Errors.validation(
          "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member"
              + " must have length between 1 and 2");
    }
    List<KeySchema.Attribute> attributes = new ArrayList<>();
    for (JsonNode element : schema) {
      String attribute = element.path("AttributeName").asText();
      String wanted = attributes.isEmpty() ? "HASH" : "RANGE";
      if (!element.path("KeyType").asText().equals(wanted)) {
        throw Errors.validation(
            attributes.isEmpty()
                ? "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
                : "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
      }
      String type = types.get(attribute);
      if (type == null) {
        throw Errors.invalidParameter(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: %s"
                .formatted(attribute, types.keySet()));
      }
      attributes.add(new KeySchema.Attribute(attribute, type));
    }
    if (types.size() != attributes.size()) {
      throw Errors.invalidParameter(
          "Number of attributes in KeySchema does not exactly match number of attributes defined in"
              + " AttributeDefinitions");
    }
    return new KeySchema(
        attributes.getFirst(), attributes.size() > 1 ? attributes.getLast() : null);
  }

  ObjectNode describe(Caller caller, ObjectNode body) {
    Table table = table(caller, "DescribeTable", body);
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output.set("Table", table.description("ACTIVE"));
    return output;
  }

  ObjectNode delete(Caller caller, ObjectNode body) {
    Table table = table(caller, "DeleteTable", body);
    if (table.settings().deletionProtection()) {
      throw Errors.validation(
          "Resource cannot be deleted as it is currently protected against deletion. Disable"
              + " deletion protection first.");
    }
    tables.all().remove(table.name());
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output.set("TableDescription", table.description("DELETING"));
    return output;
  }

  ObjectNode list(Caller caller, ObjectNode body) {
    Tables.check("ListTables", body, Set.of("ExclusiveStartTableName", "Limit"));
    tables.authorizeAll(caller, "ListTables");
    int limit = Members.integer(body, "Limit", MAX_PAGE);
    if (limit < 1 || limit > MAX_PAGE) {
      throw Errors.validation(
          "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100"
              .formatted(limit));
    }
    String after = Members.text(body, "ExclusiveStartTableName");
    List<String> names =
        List.copyOf((after == null ? tables.all() : tables.all().tailMap(after, false)).keySet());
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ArrayNode page = output.putArray("TableNames");
    names.stream().limit(limit).forEach(page::add);
    if (names.size() > limit) {
      output.put("LastEvaluatedTableName", names.get(limit - 1));
    }
    return output;
  }

  ObjectNode describeBackups(Caller caller, ObjectNode body) {
    return backups(table(caller, "DescribeContinuousBackups", body));
  }

  ObjectNode updateBackups(Caller caller, ObjectNode body) {
    Table table = table(caller, "UpdateContinuousBackups", body);
    table.set(
        table
            .settings()
            .withPointInTimeRecovery(
                body.path("PointInTimeRecoverySpecification")
                    .path("PointInTimeRecoveryEnabled")
                    .asBoolean()));
    return backups(table);
  }

  private static ObjectNode backups(Table table) {
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ObjectNode backups =
        output.putObject("ContinuousBackupsDescription").put("ContinuousBackupsStatus", "ENABLED");
    boolean enabled = table.settings().pointInTimeRecovery();
    ObjectNode recovery =
        backups
            .putObject("PointInTimeRecoveryDescription")
            .put("PointInTimeRecoveryStatus", enabled ? "ENABLED" : "DISABLED");
    if (enabled) {
      recovery.put("RecoveryPeriodInDays", 35);
    }
    return output;
  }

  ObjectNode describeTimeToLive(Caller caller, ObjectNode body) {
    Table table = table(caller, "DescribeTimeToLive", body);
    String attribute = table.settings().timeToLive();
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ObjectNode description =
        output
            .putObject("TimeToLiveDescription")
            .put("TimeToLiveStatus", attribute == null ? "DISABLED" : "ENABLED");
    if (attribute != null) {
      description.put("AttributeName", attribute);
    }
    return output;
  }

  ObjectNode updateTimeToLive(Caller caller, ObjectNode body) {
    Table table = table(caller, "UpdateTimeToLive", body);
    ObjectNode specification = Members.object(body, "TimeToLiveSpecification");
    String attribute = specification == null ? null : Members.text(specification, "AttributeName");
    if (specification == null || attribute == null) {
      throw Errors.validation(
          "1 validation error detected: Value null at 'timeToLiveSpecification.attributeName'"
              + " failed to satisfy constraint: Member must not be null");
    }
    boolean enabled = Members.flag(specification, "Enabled");
    if (enabled == (table.settings().timeToLive() != null)) {
      throw Errors.validation("TimeToLive is already " + (enabled ? "enabled" : "disabled"));
    }
    table.set(table.settings().withTimeToLive(enabled ? attribute : null));
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output.set("TimeToLiveSpecification", specification);
    return output;
  }

  ObjectNode listTags(Caller caller, ObjectNode body) {
    Table table = tables.table(caller, "ListTagsOfResource", Tables.name(body, "ResourceArn"));
    tables.authorize(caller, "ListTagsOfResource", table.name());
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    ArrayNode tags = output.putArray("Tags");
    table
        .settings()
        .tags()
        .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
    return output;
  }

  private Table table(Caller caller, String action, ObjectNode body) {
    Table table = tables.table(caller, action, Tables.name(body, "TableName"));
    tables.authorize(caller, action, table.name());
    return table;
  }
}
