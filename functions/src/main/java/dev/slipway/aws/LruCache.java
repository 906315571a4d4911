package dev.slipway.aws;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Keeps the values that were used last, as many as weigh no more than a limit together. */
final class LruCache<K, V> {
  private final int most;
  private final ToIntFunction<V> weight;
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private int sum;

  /**
   * Empty.
   *
   * @param most that the values may weigh together
   * @param weight of a value, always the same
   */
  LruCache(int most, ToIntFunction<V> weight) {
    this.most = most;
    this.weight = weight;
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Keeps a value, unless it alone weighs too much; for it those go that were not used longest. */
  synchronized void put(K key, V value) {
    V former = values.remove(key);
    if (former != null) {
      sum -= weight.applyAsInt(former);
    }
    int added = weight.applyAsInt(value);
    if (added > most) {
      return;
    }
    Iterator<V> oldest = values.values().iterator();
    while (sum + added > most) {
      sum -= weight.applyAsInt(oldest.next());
      oldest.remove();
    }
    values.put(key, value);
    sum += added;
  }
}
