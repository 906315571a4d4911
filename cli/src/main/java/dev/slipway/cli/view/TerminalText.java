package dev.slipway.cli.view;

/**
 * Text as a terminal may get it. Image manifests, log lines and reasons come from outside: what
 * they hold must not move the cursor, set the window's title, reorder other text or break a table.
 */
public final class TerminalText {
  private TerminalText() {}

  /**
   * The text on one line: line breaks and tabs are blanks, control and format characters are shown
   * as their number ({@code U+001B} as a backslash, {@code u001b}).
   */
  public static String visible(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c == '\n' || c == '\r' || c == '\t') {
            shown.append(' ');
          } else if (isHidden(c)) {
            escape(shown, c);
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  /** A JSON document that shows the same: what a terminal could obey is escaped as JSON has it. */
  public static String json(String document) {
    StringBuilder shown = new StringBuilder(document.length());
    document
        .codePoints()
        .forEach(c -> {
          if (c != '\n' && isHidden(c)) {
            for (char half : Character.toChars(c)) {
              escape(shown, half);
            }
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  /** How many columns the text takes: letters of East Asia and emoji take two, accents none. */
  static int width(String text) {
    return text.codePoints().map(TerminalText::width).sum();
  }

  /** The beginning of the text that takes no more than so many columns. */
  static String cut(String text, int columns) {
    int taken = 0;
    int end = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      taken += width(c);
      if (taken > columns) {
        break;
      }
      end += Character.charCount(c);
    }
    return text.substring(0, end);
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  /** The wide blocks of Unicode's East Asian Width: https://www.unicode.org/reports/tr11/ */
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115f)
        || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
        || (c >= 0xac00 && c <= 0xd7a3)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xfe30 && c <= 0xfe6f)
        || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0xffe0 && c <= 0xffe6)
        || (c >= 0x1f300 && c <= 0x1f64f)
        || (c >= 0x1f680 && c <= 0x1f6ff)
        || (c >= 0x1f900 && c <= 0x1f9ff)
        || (c >= 0x20000 && c <= 0x3fffd);
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

  private static void escape(StringBuilder shown, int c) {
    String digits = Integer.toHexString(c);
    shown.append("\\u").append("0".repeat(Math.max(0, 4 - digits.length()))).append(digits);
  }
}
