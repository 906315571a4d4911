package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Binary;
import dev.slipway.simulator.dynamodb.AttributeValue.Null;
import dev.slipway.simulator.dynamodb.AttributeValue.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table's primary key.
 *
 * @param sort null for a table without a sort key
 */
record KeySchema(Attribute partition, @Nullable Attribute sort) {
  private static final int MAX_PARTITION_BYTES = 2048;
  private static final int MAX_SORT_BYTES = 1024;

  /**
   * An attribute of the key.
   *
   * @param type S, N or B
   */
  record Attribute(String name, String type) {}

  /** The attributes: one or two. */
  List<Attribute> attributes() {
    return sort == null ? List.of(partition) : List.of(partition, sort);
  }

  boolean has(String attribute) {
    return attributes().stream().anyMatch(it -> it.name().equals(attribute));
  }

  /** The key that a request gives by itself. */
  PrimaryKey key(Map<String, AttributeValue> given) {
    boolean fits =
        given.size() == attributes().size()
            && attributes().stream()
                .allMatch(it -> {
                  AttributeValue value = given.get(it.name());
                  return value != null && value.type().equals(it.type());
                });
    if (!fits) {
      throw Errors.validation("The provided key element does not match the schema");
    }
    return checked(given);
  }

  /** The key that an item has. */
  PrimaryKey keyOf(Map<String, AttributeValue> item) {
    for (Attribute attribute : attributes()) {
      AttributeValue value = item.get(attribute.name());
      if (value == null) {
        throw Errors.invalidParameter("Missing the key " + attribute.name() + " in the item");
      }
      if (!value.type().equals(attribute.type())) {
        throw Errors.invalidParameter(
            "Type mismatch for key %s expected: %s actual: %s"
                .formatted(attribute.name(), attribute.type(), value.type()));
      }
    }
    return checked(item);
  }

  private PrimaryKey checked(Map<String, AttributeValue> item) {
    AttributeValue partitionValue = value(item, partition);
    AttributeValue sortValue = sort == null ? new Null() : value(item, sort);
    if (partitionValue.size() > MAX_PARTITION_BYTES) {
      throw Errors.invalidParameter(
          "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
    if (sortValue.size() > MAX_SORT_BYTES) {
      throw Errors.invalidParameter(
          "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
    return new PrimaryKey(partitionValue, sortValue);
  }

  private static AttributeValue value(Map<String, AttributeValue> item, Attribute attribute) {
    AttributeValue value = item.get(attribute.name());
    if (value == null) {
      throw new IllegalArgumentException("no key attribute " + attribute.name());
    }
    checkNotEmpty(attribute, value);
    return value;
  }

  /** Refuses a text or binary without content: a key has some. */
  static void checkNotEmpty(Attribute attribute, AttributeValue value) {
    if (value instanceof Text(String text) && text.isEmpty()) {
      throw Errors.validation(
          "One or more parameter values are not valid. The AttributeValue for a key attribute"
              + " cannot contain an empty string value. Key: "
              + attribute.name());
    }
    if (value instanceof Binary(String bytes) && bytes.isEmpty()) {
      throw Errors.validation(
          "One or more parameter values are not valid. The AttributeValue for a key attribute"
              + " cannot contain an empty binary value. Key: "
              + attribute.name());
    }
  }

  /** The attributes of an item that are its key. */
  SequencedMap<String, AttributeValue> in(Map<String, AttributeValue> item) {
    SequencedMap<String, AttributeValue> key = new LinkedHashMap<>();
    attributes().stream()
        .map(Attribute::name)
        .flatMap(name -> Stream.ofNullable(item.get(name)).map(value -> Map.entry(name, value)))
        .forEach(it -> key.put(it.getKey(), it.getValue()));
    return key;
  }
}
