package dev.slipway.simulator.dynamodb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Members;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A table and what it holds. */
final class Table {
  /**
   * What a table is created with.
   *
   * @param timeToLive the attribute that holds when an item expires; null if none does
   * @param encryption as CreateTable's SSESpecification has it; null for the key that AWS owns
   */
  record Settings(
      String name,
      KeySchema key,
      @Nullable String timeToLive,
      boolean pointInTimeRecovery,
      boolean deletionProtection,
      @Nullable ObjectNode encryption,
      Map<String, String> tags) {
    Settings {
      tags = Map.copyOf(tags);
    }

    Settings withTimeToLive(@Nullable String attribute) {
      return new Settings(
          name, key, attribute, pointInTimeRecovery, deletionProtection, encryption, tags);
    }

    Settings withPointInTimeRecovery(boolean enabled) {
      return new Settings(name, key, timeToLive, enabled, deletionProtection, encryption, tags);
    }
  }

  private final String arn;
  private final Instant created;
  private final Items items = new Items();
  private Settings settings;

  Table(Settings settings, String arn, Instant created) {
    this.settings = settings;
    this.arn = arn;
    this.created = created;
  }

  String name() {
    return settings.name();
  }

  String arn() {
    return arn;
  }

  Instant created() {
    return created;
  }

  KeySchema key() {
    return settings.key();
  }

  Settings settings() {
    return settings;
  }

  void set(Settings changed) {
    settings = changed;
  }

  /** What it holds at a time. */
  Items items(Instant now) {
    String attribute = settings.timeToLive();
    if (attribute != null) {
      items.expire(attribute, now);
    }
    return items;
  }

  /** As CreateTable, DescribeTable and DeleteTable show it. */
  ObjectNode description(String status) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("TableName", name())
        .put("TableArn", arn)
        .put("TableId", UUID.nameUUIDFromBytes(AttributeValue.utf8(arn)).toString())
        .put("TableStatus", status)
        .put("DeletionProtectionEnabled", settings.deletionProtection())
        .put("ItemCount", items.all().size())
        .put("TableSizeBytes", items.all().stream().mapToLong(AttributeValue::sizeOf).sum());
    json.set("CreationDateTime", Members.timestamp(created));
    ArrayNode schema = json.putArray("KeySchema");
    ArrayNode definitions = json.putArray("AttributeDefinitions");
    for (KeySchema.Attribute attribute : key().attributes()) {
      boolean hash = attribute.equals(key().partition());
      schema
          .addObject()
          .put("AttributeName", attribute.name())
          .put("KeyType", hash ? "HASH" : "RANGE");
      definitions
          .addObject()
          .put("AttributeName", attribute.name())
          .put("AttributeType", attribute.type());
    }
    json.putObject("BillingModeSummary").put("BillingMode", "PAY_PER_REQUEST");
    json.putObject("ProvisionedThroughput")
        .put("NumberOfDecreasesToday", 0)
        .put("ReadCapacityUnits", 0)
        .put("WriteCapacityUnits", 0);
    ObjectNode encryption = settings.encryption();
    if (encryption != null && enabled(encryption)) {
      json.putObject("SSEDescription")
          .put("Status", "ENABLED")
          .put("SSEType", encryption.path("SSEType").asText("KMS").toUpperCase(Locale.ROOT));
    }
    return json;
  }

  private static boolean enabled(ObjectNode encryption) {
    return encryption.path("Enabled").asBoolean(encryption.path("SSEEnabled").asBoolean());
  }
}
