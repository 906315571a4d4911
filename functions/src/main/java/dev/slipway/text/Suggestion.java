package dev.slipway.text;

import static java.util.Comparator.comparingInt;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Guesses which of the allowed words was meant. */
public final class Suggestion {
  private Suggestion() {}

  /** {@code . Did you mean WORD?}, or nothing where no word is near. */
  public static String of(String written, Collection<String> allowed) {
    return nearest(written, allowed).map(". Did you mean %s?"::formatted).orElse("");
  }

  private static Optional<String> nearest(String written, Collection<String> allowed) {
    String wrong = lower(written);
    Optional<String> similar =
        allowed.stream()
            .filter(word -> isSimilar(wrong, word))
            .min(comparingInt(word -> distance(wrong, lower(word))));
    return similar.or(() -> allowed.stream().filter(word -> contain(wrong, word)).findFirst());
  }

  /** The words that are near, the nearest first. */
  public static List<String> near(String written, Collection<String> allowed, int most) {
    String wrong = lower(written);
    return allowed.stream()
        .filter(word -> isSimilar(wrong, word) || contain(wrong, word))
        .sorted(comparingInt(word -> distance(wrong, lower(word))))
        .limit(most)
        .toList();
  }

  private static boolean isSimilar(String wrong, String word) {
    return distance(wrong, lower(word)) <= Math.max(2, word.length() / 3);
  }

  private static boolean contain(String wrong, String word) {
    return wrong.length() > 2 && (wrong.contains(lower(word)) || lower(word).contains(wrong));
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  /** How many letters must be put in, left out or changed (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
