package dev.slipway.simulator.dynamodb;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A value of an attribute, of one of DynamoDB's ten types.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html">AttributeValue</a>
 */
sealed interface AttributeValue {
  /** The type as requests name it, such as {@code SS}. */
  String type();

  /**
   * The bytes that it counts towards an item's size.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html">Item
   *     sizes</a>
   */
  int size();

  /** S. */
  record Text(String value) implements AttributeValue {
    @Override
    public String type() {
      return "S";
    }

    @Override
    public int size() {
      return utf8(value).length;
    }
  }

  /**
   * N.
   *
   * @param value without trailing zeros, so that equal numbers are equal values
   */
  record Decimal(BigDecimal value) implements AttributeValue {
    @Override
    public String type() {
      return "N";
    }

    @Override
    public int size() {
      return Numbers.size(value);
    }
  }

  /**
   * B.
   *
   * @param bytes one as each character, of 0 to 255
   */
  record Binary(String bytes) implements AttributeValue {
    @Override
    public String type() {
      return "B";
    }

    @Override
    public int size() {
      return bytes.length();
    }
  }

  /** BOOL. */
  record Bool(boolean value) implements AttributeValue {
    @Override
    public String type() {
      return "BOOL";
    }

    @Override
    public int size() {
      return 1;
    }
  }

  /** NULL. */
  record Null() implements AttributeValue {
    @Override
    public String type() {
      return "NULL";
    }

    @Override
    public int size() {
      return 1;
    }
  }

  /** M. */
  record Document(Map<String, AttributeValue> members) implements AttributeValue {
    public Document {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    @Override
    public String type() {
      return "M";
    }

    @Override
    public int size() {
      return 3
          + members.entrySet().stream()
              .mapToInt(it -> 1 + utf8(it.getKey()).length + it.getValue().size())
              .sum();
    }
  }

  /** L. */
  record Elements(List<AttributeValue> values) implements AttributeValue {
    public Elements {
      values = List.copyOf(values);
    }

    @Override
    public String type() {
      return "L";
    }

    @Override
    public int size() {
      return 3 + values.stream().mapToInt(it -> 1 + it.size()).sum();
    }
  }

  /**
   * SS, NS or BS.
   *
   * @param elementType S, N or B
   * @param values all of that type
   */
  record SetOf(String elementType, Set<AttributeValue> values) implements AttributeValue {
    public SetOf {
      values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }

    @Override
    public String type() {
      return elementType + "S";
    }

    @Override
    public int size() {
      return values.stream().mapToInt(AttributeValue::size).sum();
    }
  }

  /**
   * How two texts, numbers or binaries are ordered; empty if their types differ or have no order.
   */
  static OptionalInt compare(AttributeValue one, AttributeValue other) {
    if (one instanceof Text(String a) && other instanceof Text(String b)) {
      return OptionalInt.of(Arrays.compareUnsigned(utf8(a), utf8(b)));
    }
    if (one instanceof Decimal(BigDecimal a) && other instanceof Decimal(BigDecimal b)) {
      return OptionalInt.of(a.compareTo(b));
    }
    if (one instanceof Binary(String a) && other instanceof Binary(String b)) {
      return OptionalInt.of(a.compareTo(b));
    }
    return OptionalInt.empty();
  }

  /** The size of an item, or of another map of attributes, in bytes. */
  static int sizeOf(SequencedMap<String, AttributeValue> item) {
    return item.entrySet().stream()
        .mapToInt(it -> utf8(it.getKey()).length + it.getValue().size())
        .sum();
  }

  /** The bytes of a text. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
