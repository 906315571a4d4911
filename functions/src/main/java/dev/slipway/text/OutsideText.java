package dev.slipway.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Text that others wrote (manifests, log lines, reasons, tags, notes), made safe to show. What it
 * gives has no control characters, no terminal escape sequences and nothing that reorders or hides
 * other text. Every method takes time in proportion to the text's length.
 */
public final class OutsideText {
  private static final String ELLIPSIS = "…";

  /** As much of a text that was refused as people need to find it. */
  private static final int MAX_QUOTED = 200;

  /** More combining marks on one letter than any script needs paint over the lines around it. */
  private static final int MAX_MARKS = 4;

  private OutsideText() {}

  /**
   * The text on one line: secrets masked, each run of blanks and line breaks as one blank, cut.
   *
   * @param maxLength of the result, in UTF-16 units
   */
  public static String line(String text, int maxLength) {
    return cut(Secrets.masked(visible(oneLine(text))).strip(), maxLength);
  }

  /** What was refused, for a message that says so: in quotes, as it is but visible, cut. */
  public static String quoted(String text) {
    return '"' + cut(Secrets.masked(visible(text)), MAX_QUOTED) + '"';
  }

  /**
   * The text's lines: secrets masked, also those that go over several lines; each made visible and
   * cut.
   *
   * @param maxLength of each line, in UTF-16 units
   */
  public static List<String> lines(List<String> lines, int maxLength) {
    List<String> visible = new ArrayList<>();
    for (String line : lines) {
      for (String part : line.split("\r?\n", -1)) {
        visible.add(visible(part.replace('\t', ' ').stripTrailing()));
      }
    }
    List<String> shown = new ArrayList<>();
    for (String line : Secrets.masked(String.join("\n", visible)).split("\n", -1)) {
      shown.add(cut(line, maxLength));
    }
    return shown;
  }

  /**
   * The text with what cannot be seen made visible: control and format characters (bidirectional
   * marks, zero-width ones, line separators) by their number in hexadecimal, half a character by
   * U+FFFD. Escape sequences that only set colours or move the cursor are left out.
   */
  public static String visible(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    int marks = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int sequence = controlSequence(text, i);
      if (sequence > 0) {
        i += sequence;
        continue;
      }
      i += Character.charCount(c);
      marks = isCombining(c) ? marks + 1 : 0;
      if (marks > MAX_MARKS) {
        continue;
      }
      if (isHidden(c)) {
        appendEscape(shown, c);
      } else {
        shown.appendCodePoint(c);
      }
    }
    return shown.toString();
  }

  /**
   * The text, cut with an ellipsis if it is longer. A character is never split, nor a letter from
   * its accents.
   *
   * @param maxLength of the result, in UTF-16 units; at least 1
   */
  public static String cut(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text;
    }
    int end = Math.max(0, maxLength - ELLIPSIS.length());
    for (int steps = 0; steps < 2 * MAX_MARKS && end > 0 && isInside(text, end); steps++) {
      end--;
    }
    if (end > 0 && end < text.length() && splitsSurrogates(text, end)) {
      end--;
    }
    return text.substring(0, end) + ELLIPSIS;
  }

  private static boolean isInside(String text, int at) {
    return splitsSurrogates(text, at) || isCombining(text.codePointAt(at));
  }

  private static boolean splitsSurrogates(String text, int at) {
    return Character.isLowSurrogate(text.charAt(at))
        && Character.isHighSurrogate(text.charAt(at - 1));
  }

  /** Blanks, tabs and every kind of line break become one blank. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || c == '\u0085' || c == '\u00a0') {
        blank = true;
        continue;
      }
      if (blank && !line.isEmpty()) {
        line.append(' ');
      }
      blank = false;
      line.append(c);
    }
    return line.toString();
  }

  /**
   * The length of a control sequence (ECMA-48, CSI) that begins here; 0 where there is none. Its
   * parts are few, so one that goes on for long is not looked at to its end.
   */
  private static int controlSequence(String text, int at) {
    int i;
    if (text.charAt(at) == '\u001b' && at + 1 < text.length() && text.charAt(at + 1) == '[') {
      i = at + 2;
    } else if (text.charAt(at) == '\u009b') {
      i = at + 1;
    } else {
      return 0;
    }
    int end = Math.min(text.length(), at + 64);
    while (i < end && text.charAt(i) >= ' ' && text.charAt(i) <= '?') {
      i++;
    }
    return i < end && text.charAt(i) >= '@' && text.charAt(i) <= '~' ? i + 1 - at : 0;
  }

  private static boolean isCombining(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  private static void appendEscape(StringBuilder shown, int c) {
    if (Character.getType(c) == Character.SURROGATE) {
      shown.append('\ufffd');
      return;
    }
    String digits = Integer.toHexString(c);
    shown.append("\\u").append("0".repeat(Math.max(0, 4 - digits.length()))).append(digits);
  }
}
