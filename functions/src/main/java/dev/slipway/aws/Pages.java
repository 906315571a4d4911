package dev.slipway.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists that AWS gives and takes in pieces. */
final class Pages {
  /** More than any account has: whoever still pages then is being led in a circle. */
  private static final int MAX_PAGES = 1_000;

  /**
   * One page of a list.
   *
   * @param next the token that asks for the following page; null or empty at the end
   */
  record Page<T>(List<T> items, @Nullable String next) {}

  private Pages() {}

  /** Asks for page after page, the first one with a null token, and gives all items. */
  static <T> List<T> all(String operation, Function<@Nullable String, Page<T>> page) {
    List<T> items = new ArrayList<>();
    String token = null;
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      Page<T> got = page.apply(token);
      items.addAll(got.items());
      token = got.next();
      if (token == null || token.isEmpty()) {
        return items;
      }
    }
    throw new IllegalStateException(
        operation + " has no end: stopped after " + MAX_PAGES + " pages");
  }

  /** The list in pieces of at most {@code size}. */
  static <T> List<List<T>> divided(List<T> items, int size) {
    List<List<T>> pieces = new ArrayList<>();
    for (int from = 0; from < items.size(); from += size) {
      pieces.add(List.copyOf(items.subList(from, Math.min(from + size, items.size()))));
    }
    return pieces;
  }
}
