package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Decimal;
import dev.slipway.simulator.world.Sha256;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a table holds. Items of one partition are in the order of their sort keys; the partitions
 * are in the order of a hash, which says nothing to a reader.
 */
final class Items {
  /** A partition's place. */
  private record Partition(String hash, AttributeValue value) implements Comparable<Partition> {
    static Partition of(AttributeValue value) {
      return new Partition(Sha256.hex(AttributeJson.shown(value)), value);
    }

    @Override
    public int compareTo(Partition other) {
      return hash.compareTo(other.hash);
    }
  }

  /** Texts, numbers and binaries, of which a table's sort keys have one type. */
  static final Comparator<AttributeValue> BY_SORT_KEY =
      (one, other) -> AttributeValue.compare(one, other).orElse(0);

  private final NavigableMap<
          Partition, NavigableMap<AttributeValue, SequencedMap<String, AttributeValue>>>
      partitions;

  Items() {
    partitions = new TreeMap<>();
  }

  private Items(Items other) {
    this();
    other.partitions.forEach((partition, items) -> partitions.put(partition, new TreeMap<>(items)));
  }

  /** As they are now. */
  Items copy() {
    return new Items(this);
  }

  /** The item with a key; null if there is none. */
  @Nullable SequencedMap<String, AttributeValue> get(PrimaryKey key) {
    NavigableMap<AttributeValue, SequencedMap<String, AttributeValue>> partition =
        partitions.get(Partition.of(key.partition()));
    return partition == null ? null : partition.get(key.sort());
  }

  void put(PrimaryKey key, SequencedMap<String, AttributeValue> item) {
    partitions
        .computeIfAbsent(Partition.of(key.partition()), _ -> new TreeMap<>(BY_SORT_KEY))
        .put(key.sort(), Collections.unmodifiableSequencedMap(new LinkedHashMap<>(item)));
  }

  void remove(PrimaryKey key) {
    Partition partition = Partition.of(key.partition());
    NavigableMap<AttributeValue, SequencedMap<String, AttributeValue>> items =
        partitions.get(partition);
    if (items != null) {
      items.remove(key.sort());
      if (items.isEmpty()) {
        partitions.remove(partition);
      }
    }
  }

  /** The items of one partition, in the order of their sort keys. */
  List<SequencedMap<String, AttributeValue>> partition(AttributeValue value) {
    NavigableMap<AttributeValue, SequencedMap<String, AttributeValue>> items =
        partitions.get(Partition.of(value));
    return items == null ? List.of() : List.copyOf(items.values());
  }

  /** All items, in the order in which a Scan meets them. */
  List<SequencedMap<String, AttributeValue>> all() {
    List<SequencedMap<String, AttributeValue>> all = new ArrayList<>();
    partitions.values().forEach(it -> all.addAll(it.values()));
    return all;
  }

  /** How an item with the one key comes to that with the other in a Scan. */
  static int scanOrder(PrimaryKey one, PrimaryKey other) {
    int order = Partition.of(one.partition()).compareTo(Partition.of(other.partition()));
    return order == 0 ? BY_SORT_KEY.compare(one.sort(), other.sort()) : order;
  }

  /**
   * Takes out what is past its time.
   *
   * @param attribute holds seconds since 1970; an item without it, or with something that is no
   *     number, stays
   */
  void expire(String attribute, Instant now) {
    for (Map<AttributeValue, SequencedMap<String, AttributeValue>> items : partitions.values()) {
      items
          .values()
          .removeIf(item ->
              item.get(attribute) instanceof Decimal(var time)
                  && time.compareTo(BigDecimal.valueOf(now.getEpochSecond())) < 0);
    }
    partitions.values().removeIf(Map::isEmpty);
  }
}
