package dev.slipway.cli.command;

/** Whether a word was perhaps meant by another. */
final class Near {
  private Near() {}

  /** Whether a letter in three, or two, were put in, left out or changed, and no more. */
  static boolean isNear(String written, String word) {
    return distance(written, word) <= Math.max(2, word.length() / 3);
  }

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
