package dev.slipway.rollout;

import dev.slipway.text.OutsideText;
import java.util.Optional;

/**
 * What was wrong with one task.
 *
 * @param kind tasks of one kind and container have the same fault
 * @param container that failed; empty where it is not one container
 * @param sentence what to say of it, given how many tasks it happened to
 */
record Fault(String kind, String container, Sentence sentence) {
  private static final int MAX_QUOTE = 300;

  interface Sentence {
    String of(int tasks);
  }

  /** A fault that is said in the same words however often it happened. */
  Fault(String kind, String sentence) {
    this(kind, "", _ -> sentence);
  }

  /** AWS's words on one line, without their final dot, cut, with secrets masked. */
  static String quoted(String words) {
    String line = OutsideText.line(words, MAX_QUOTE);
    while (line.endsWith(".") || line.endsWith(":") || line.endsWith(" ")) {
      line = line.substring(0, line.length() - 1);
    }
    return line;
  }

  /** How often something happened, to be put after it. */
  static String times(int tasks) {
    return switch (tasks) {
      case 1 -> "";
      case 2 -> " twice";
      case 3 -> " three times";
      // in letters: it stands beside an exit code
      case 4 -> " four times";
      case 5 -> " five times";
      default -> " (%d times)".formatted(tasks);
    };
  }

  /** What stands between the first {@code begin} and the next {@code end}. */
  static Optional<String> between(String text, String begin, String end) {
    int from = text.indexOf(begin);
    int until = from < 0 ? -1 : text.indexOf(end, from + begin.length());
    return until < 0 ? Optional.empty() : Optional.of(text.substring(from + begin.length(), until));
  }

  /** Whether the text has one of the words in it. */
  static boolean hasAny(String text, String... words) {
    for (String word : words) {
      if (text.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
