package dev.slipway.deploy;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are asked for once, also that there is none: that takes 25 seconds each time, and
 * one function asks for many services. What AWS refuses, or fails to do, is asked for again. For
 * one thread.
 */
final class Once<K, V> {
  private final Map<K, Supplier<V>> answers = new HashMap<>();

  /**
   * The answer for a key.
   *
   * @throws NoAnswer each time, if there was none
   */
  V of(K key, Function<K, V> ask) {
    return of(key, _ -> true, ask);
  }

  /**
   * The answer for a key.
   *
   * @param enough whether a known answer will do; if not, it is asked for again
   * @throws NoAnswer each time, if there was none
   */
  V of(K key, Predicate<V> enough, Function<K, V> ask) {
    @Nullable Supplier<V> known = answers.get(key);
    if (known == null || !enough.test(known.get())) {
      known = asked(key, ask);
      answers.put(key, known);
    }
    return known.get();
  }

  private static <K, V> Supplier<V> asked(K key, Function<K, V> ask) {
    try {
      V answer = ask.apply(key);
      return () -> answer;
    } catch (NoAnswer none) {
      return () -> {
        throw none;
      };
    }
  }
}
